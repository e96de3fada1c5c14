// HTTP/1.1 over a Stream (RFC 9110, RFC 9112): one exchange as client, one connection as server.
//
// The messages are the plain values of reference/protocol/exchange/http.hpp. Framing is Beast's behind a gate
// of our own (head.hpp), which refuses what lets two readers see two different messages. Everything that a
// peer can send is bounded in bytes and in time; times are on the given Clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reference/protocol/exchange/http.hpp"
#include "reference/protocol/result/result.hpp"
#include "reference/runtime/clock.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::runtime {

using exchange::Headers;
using exchange::HttpRequest;
using exchange::HttpResponse;

enum class http_errc {
  malformed = 1,  // not HTTP/1.1, or ambiguous framing
  header_too_large,
  body_too_large,  // over the limit; nothing of the body is given
  cut_short,       // the connection ended inside the message
  no_answer,  // the peer closed before the first byte of an answer; on a reused connection: try once on a new
              // one
};
std::string_view describe(http_errc);

struct HttpClientLimits {
  std::size_t header_bytes_max = 32 * 1024;
  std::uint64_t body_bytes_max = 64 * 1024 * 1024;
};

struct HttpReply {
  HttpResponse response;
  bool reusable = false;  // the connection may carry another exchange
};

// Sends one request and reads its answer. `host` becomes the Host field ("name" or "name:port");
// Content-Length is added, and "Connection: close" where `keep_alive` is false. Interim (1xx) answers are
// skipped, at most 8.
//   errors: http_errc, asio::error::timed_out (the connection is then closed), and those of the stream.
//   lifetime: `stream` and `clock` outlive the exchange. One exchange at a time per stream.
asio::awaitable<Result<HttpReply>> exchange_http(Stream& stream, std::string host, HttpRequest request,
                                                 bool keep_alive, HttpClientLimits limits, Clock& clock,
                                                 Instant deadline);

struct HttpServerLimits {
  std::size_t header_bytes_max = 16 * 1024;      // request line and fields; more is answered 431
  std::size_t fields_max = 100;                  // 431
  std::size_t target_bytes_max = 4096;           // 414
  std::size_t chunk_extension_bytes_max = 1024;  // of one message in total; 400
  Duration idle = std::chrono::seconds(
      60);  // from ready until the first byte of a request; then closed without an answer
  Duration header = std::chrono::seconds(15);  // from its first byte until the header is complete; 408
  Duration body = std::chrono::seconds(300);   // from the header until the body is complete; 408
  Duration send = std::chrono::seconds(120);   // for one answer; then reset
  Duration linger =
      std::chrono::seconds(2);          // for the peer to read a last answer before the connection is dropped
  std::uint32_t requests_max = 10'000;  // on one connection; the last answer says close
};

// What a handler may know of the connection. lifetime: the connection.
struct HttpPeer {
  Endpoint local;
  Endpoint remote;
  const trust::TlsSession* tls = nullptr;  // null on a plain connection
};

// A request's header, before its body is read.
struct HttpHead {
  std::string method;
  std::string target;  // origin form; an absolute-form target is given without its scheme and authority
  Headers headers;     // of the head only: trailer fields are dropped
  std::string host;    // the Host field
  std::optional<std::uint64_t> content_length;  // absent: chunked, or no body
  bool chunked = false;
};

// How much of a body to read: or the answer to give at once, without reading it (the connection then closes).
struct HttpAdmission {
  std::uint64_t body_bytes_max = 0;  // more is answered 413, at the header already where it declares more
  std::optional<HttpResponse> refusal;
};

// What is served, shared by connections. Every member but `handle` may be empty.
struct HttpService {
  // Answers a request. The peer's TLS session is in `peer`; both are given by value or live as long as the
  // call. Content-Length and Connection are added to what it returns. A "Connection: close" of its own
  // closes. A response with a `stream` is sent part by part, each within HttpServerLimits::send.
  std::function<asio::awaitable<HttpResponse>(HttpRequest request, const HttpPeer& peer)> handle;
  // Decides on the header, before the body is read. Empty: 1 MiB.
  std::function<HttpAdmission(const HttpHead& head, const HttpPeer& peer)> admit;
  // The answer for what the framing refuses: 400, 408, 413, 414, 417, 431, 501, 505. Empty: no body.
  std::function<HttpResponse(unsigned status, std::string_view reason)> refuse;
  // Told of each refusal (after `refuse`), for the trace.
  std::function<void(unsigned status, std::string_view reason, const HttpPeer& peer)> refused;
};

// Serves one connection, from accepted (and secured) to closed. Ends early, after the answer in hand, once
// `*closing` is true (null: never); an idle one is closed by cancelling the coroutine. lifetime: `clock`
// outlives it.
asio::awaitable<void> serve_http(Stream stream, std::shared_ptr<const HttpService> service,
                                 HttpServerLimits limits, Clock& clock,
                                 std::shared_ptr<const bool> closing = {});

}  // namespace mr::runtime
MR_ERRC(mr::runtime, http_errc, "http")
