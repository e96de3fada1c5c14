// HTTP/1.1 as the suites speak it: requests are written exactly as told, right or wrong, and responses are
// read strictly (RFC 9110, RFC 9112), with limits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/wire/connection.hpp"

namespace mr::wire {

using Fields = std::vector<std::pair<std::string, std::string>>;

// Written as it stands: nothing is added, checked or escaped, so that every malformed request can be made.
struct Request {
  std::string method = "POST", target = "/", version = "HTTP/1.1";
  Fields fields;
  std::string body;
};
std::string bytes_of(const Request& request);

// "4;x\r\n...": the body in chunks of at most `chunk_bytes`, with the last one.
std::string chunked(std::string_view body, std::size_t chunk_bytes);

struct Response {
  unsigned status = 0;
  std::string reason;
  Fields fields;
  std::string body;
  bool to_the_end = false;  // framed by the end of the connection

  // The value of the first field of that name (case does not matter), and how many there are.
  std::optional<std::string> field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // The media type without parameters, in lower case; empty where the field is missing or twice.
  std::string media() const;
};

struct ResponseLimits {
  std::size_t head_bytes = 64 * 1024;
  std::size_t body_bytes = 8 * 1024 * 1024;
};

// Reads one final response out of bytes as they come; interim ones (1xx) are passed over, at most 8 of them.
// After a failure it stays failed. Any bytes may be fed: this is a decoder of the outside.
class ResponseReader {
 public:
  explicit ResponseReader(bool answers_head = false, ResponseLimits limits = {});

  // True once the response is whole. errors: malformed, too_large.
  Result<bool> feed(std::string_view bytes);
  // The peer has ended the connection. errors: closed (before the first octet), malformed (in the middle).
  Result<bool> end();

  const Response& response() const { return response_; }
  const std::string& rest() const { return buffer_; }  // what came behind it
  bool started() const { return started_; }

 private:
  enum class Part { head, sized, chunk_size, chunk, chunk_end, trailer, until_end, done, failed };
  Result<bool> step();
  Result<bool> fail(End end, std::string why);
  Result<bool> read_head(std::string_view head);
  bool take_line(std::string& line);

  bool answers_head_;
  ResponseLimits limits_;
  Part part_ = Part::head;
  bool started_ = false;
  int interim_ = 0;
  std::size_t left_ = 0;  // octets of this body part still to come
  std::size_t trailer_bytes_ = 0;
  std::string buffer_;
  Response response_;
  std::optional<Failure> failure_;
};

// Reads the next response off a connection. `early` holds octets that came before it and gets those behind
// it.
//   errors: those of receive() and of ResponseReader; timed_out tells whether anything had come.
Result<Response> read_response(Connection& connection, std::string& early, Deadline deadline,
                               bool answers_head = false);

// Whether the peer ends the connection within the deadline; what it still sends is dropped.
bool ends(Connection& connection, Deadline deadline);

}  // namespace mr::wire
