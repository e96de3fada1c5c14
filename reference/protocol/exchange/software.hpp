// Fetching software, from the sender's side: `GET /v1/software/{SoftwareId}` by ranges, sans-I/O. (WP-6-10,
// RFC 9110 sections 13 and 14)
//
// One range after the other, each answered by 206 with a strong ETag; from the second on, If-Range names the
// ETag of the first, so that parts of two files are never joined. Each part is handed to the shell, which
// keeps it and says so; after a restart the fetch goes on at the first octet that was not kept. A file that
// changed meanwhile (another ETag, or 200 with a whole file) is fetched anew from the start, a few times at
// most. Failures of the network and passing refusals are repeated with the protocol's pauses, up to a bound
// of failures in a row. The size of the file is known beforehand: what contradicts it ends the fetch. Digests
// are the shell's business.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "reference/protocol/exchange/conversation.hpp"

namespace mr::exchange {

class SoftwareFetch {
 public:
  struct Options {
    std::string software_id;                  // an identifier (model::is_identifier)
    std::uint64_t size = 0;                   // of the file in octets, at least 1
    std::uint64_t offset = 0;                 // octets kept from an earlier run, at most `size`
    std::string etag;                         // the ETag that came with them; required where offset > 0
    std::uint64_t range_bytes = 1024 * 1024;  // at least 1
    unsigned failures_max = 48;               // in a row, about two days
    unsigned restarts_max = 3;                // from the start, because the file changed
  };

  // Events besides Begin, Arrived, Failed and Elapsed.
  struct Kept {};  // the part is durable
  struct TooLarge {
    std::uint64_t chance = 0;
  };  // the body of the answer was over the shell's limit, which is over range_bytes
  using Event = std::variant<Begin, Arrived, Failed, Elapsed, Kept, TooLarge>;

  // Actions besides Send and Pause.
  struct Part {
    std::uint64_t offset = 0;
    std::string octets, etag;
  };  // to keep, then Kept
  struct Restart {
    std::string why;
  };  // what was kept is of another file: drop it, then Kept
  struct Fetched {
    std::string etag;
  };
  struct WrongSize {
    std::string detail;
  };  // the server's file is not of this size
  using Action = std::variant<Send, Pause, Part, Restart, Fetched, WrongSize, Refused>;

  explicit SoftwareFetch(Options options);

  // requires: the event that the last action asks for; Begin first.
  Action resume(Event event);

 private:
  Action next();
  Action arrived(Arrived event);
  Action whole(HttpResponse& response, std::uint64_t chance);
  Action partial(HttpResponse& response, std::uint64_t chance);
  Action anew(std::string why);
  Action pause(std::uint64_t chance, std::string why, std::optional<std::chrono::seconds> after = {});

  Options options_;
  Backoff backoff_;
  unsigned restarts_ = 0;
  std::uint64_t taken_ = 0;  // octets of the part handed out, not yet kept
};

// `bytes 0-1023/4096` of a Content-Range; empty where it is anything else, an unknown length included.
struct ContentRange {
  std::uint64_t first = 0, last = 0, size = 0;
  bool operator==(const ContentRange&) const = default;
};
std::optional<ContentRange> parse_content_range(std::string_view text);
// A strong entity tag with its quotes (RFC 9110 section 8.8.3), at most 256 octets.
bool is_strong_etag(std::string_view text);

}  // namespace mr::exchange
