// One operation against the server, from the first try to its end, sans-I/O: resume(event) says what the shell does next.
//
// A conversation repeats the same request (the same bytes, so the same idempotency key) until the server has decided:
// after a transport failure, a 408, 429 or 5xx other than 501, or a reply that cannot be read, it pauses (backoff.hpp) and
// tries again. Any other 4xx and 501 are the server's refusal and end it. The files beside this one make the
// conversations of the protocol: register, report, schedule.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "reference/protocol/exchange/backoff.hpp"
#include "reference/protocol/exchange/http.hpp"
#include "reference/protocol/result/result.hpp"

namespace mr::exchange {

enum class errc {
  wrong_reply = 1,  // a reply that is well-formed but for another request
};
std::string_view describe(errc);

// Events.
struct Begin {};
struct Arrived { HttpResponse response; std::uint64_t chance = 0; };  // chance: uniform, for the back-off
struct Failed { Fault fault; std::uint64_t chance = 0; };             // no reply: could not connect, lost, timed out
struct Elapsed {};                                                    // the pause asked for is over
using Event = std::variant<Begin, Arrived, Failed, Elapsed>;

// Actions.
struct Send { HttpRequest request; };
struct Pause { std::chrono::milliseconds time; std::string why; };
struct Refused { unsigned status = 0; std::string code, detail; };  // the slug and words of the server's Error
template <class Reply>
struct Accepted { Reply reply; unsigned status = 0; };
template <class Reply>
using Action = std::variant<Send, Pause, Accepted<Reply>, Refused>;

// True where the server may decide otherwise when asked again.
bool worth_another_try(unsigned status);
// The Error of a reply, or its status in words where there is none that can be read.
Refused refusal(const HttpResponse& response);
// Seconds of a Retry-After in delta-seconds form; the date form is not used by this protocol and is ignored.
std::optional<std::chrono::seconds> retry_after(const HttpResponse& response);

// A POST of `body`, which asks for XML back.
HttpRequest post(std::string target, std::string_view media_type, std::string body);

template <class Reply>
class Conversation {
 public:
  // `read` decodes the body of a 2xx reply.
  Conversation(HttpRequest request, std::function<Result<Reply>(const HttpResponse&)> read)
      : request_(std::move(request)), read_(std::move(read)) {}

  Action<Reply> resume(Event event) {
    if (const auto* failed = std::get_if<Failed>(&event)) {
      return Pause{backoff_.next(failed->chance), to_string(failed->fault)};
    }
    const auto* arrived = std::get_if<Arrived>(&event);
    if (arrived == nullptr) return Send{request_};
    const HttpResponse& response = arrived->response;
    if (response.status >= 200 && response.status < 300) {
      Result<Reply> reply = read_(response);
      if (reply.has_value()) return Accepted<Reply>{std::move(*reply), response.status};
      return Pause{backoff_.next(arrived->chance), "the reply cannot be read: " + to_string(reply.error())};
    }
    if (worth_another_try(response.status)) {
      const Refused why = refusal(response);
      return Pause{backoff_.next(arrived->chance, retry_after(response)), why.code + ": " + why.detail};
    }
    return refusal(response);
  }

  const HttpRequest& request() const { return request_; }

 private:
  HttpRequest request_;
  std::function<Result<Reply>(const HttpResponse&)> read_;
  Backoff backoff_;
};

}  // namespace mr::exchange
MR_ERRC(mr::exchange, errc, "exchange")
