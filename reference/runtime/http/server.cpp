// One connection of an HTTP/1.1 server.
//
// Each request goes through: idle (until its first byte), head (own reader, whole head before the gate
// looks), admission (the service decides on the head how much body to take), body (Beast), handler, answer.
// What the framing refuses is answered and ends the connection, because where the next request starts is then
// no longer certain. A connection that ends with request bytes unread lingers: the end is sent, and what
// still comes is read and dropped for a moment, or the reset that a kernel sends for unread bytes could
// overtake the answer.
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "reference/runtime/completion.hpp"
#include "reference/runtime/deadline.hpp"
#include "reference/runtime/http/head.hpp"

namespace mr::runtime {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::uint64_t body_bytes_default = 1024 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::uint64_t linger_bytes_max = 1024 * 1024;

class Connection {
 public:
  Connection(Stream stream, std::shared_ptr<const HttpService> service, HttpServerLimits limits, Clock& clock,
             std::shared_ptr<const bool> closing)
      : stream_(std::move(stream)),
        service_(std::move(service)),
        limits_(limits),
        clock_(clock),
        closing_(std::move(closing)),
        timed_(stream_, clock_, Instant::max()),
        buffer_(limits.header_bytes_max + 64 * 1024),
        peer_{stream_.local(), stream_.remote(), stream_.tls()} {}

  asio::awaitable<void> run() {
    bool more = true;
    for (std::uint32_t served = 1; more; ++served) more = co_await serve_one(served >= limits_.requests_max);
    stream_.close();
  }

 private:
  enum class Head { complete, closed, refused };

  bool must_close() const { return closing_ && *closing_; }
  std::string_view buffered() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }

  // False when the connection is over.
  asio::awaitable<bool> serve_one(bool last) {
    std::size_t head_bytes = 0;
    const Head state = co_await read_whole_head(head_bytes);
    if (state != Head::complete) co_return false;
    auto read = read_head(buffered().substr(0, head_bytes), limits_);
    if (const auto* refusal = std::get_if<HeadRefusal>(&read)) {
      co_await refuse(refusal->status, refusal->reason);
      co_return false;
    }
    ReadHead& head = std::get<ReadHead>(read);

    HttpAdmission admission{.body_bytes_max = body_bytes_default};
    if (service_->admit) admission = service_->admit(head.head, peer_);
    if (admission.refusal) {
      const bool bodiless = !head.head.chunked && head.head.content_length.value_or(0) == 0;
      const bool keep = bodiless && head.keep_alive && !last && !must_close();
      if (keep) buffer_.consume(head_bytes);
      co_return co_await send(std::move(*admission.refusal), keep, head.head.method == "HEAD", head.http_1_0);
    }
    if (head.head.content_length && *head.head.content_length > admission.body_bytes_max) {
      co_await refuse(413, "body over the limit");
      co_return false;
    }

    HttpRequest request{head.head.method, head.head.target, std::move(head.head.headers), {}};
    const bool whole = co_await read_body(head, admission.body_bytes_max, request.body);
    if (!whole) co_return false;

    const bool head_only = request.method == "HEAD";
    HttpResponse response = co_await service_->handle(std::move(request), peer_);
    const bool keep = head.keep_alive && !last && !must_close();
    co_return co_await send(std::move(response), keep, head_only, head.http_1_0);
  }

  // Reads until the buffer holds a whole head, of `head_bytes`.
  asio::awaitable<Head> read_whole_head(std::size_t& head_bytes) {
    bool started = buffer_.size() > 0;
    timed_.deadline(clock_.now() + (started ? limits_.header : limits_.idle));
    std::size_t searched = 0;
    for (;;) {
      // Empty lines before a request are skipped (RFC 9112 section 2.2).
      while (buffered().starts_with("\r\n")) buffer_.consume(2);
      const auto end = buffered().find("\r\n\r\n", searched > 3 ? searched - 3 : 0);
      if (end != std::string_view::npos && end + 4 <= limits_.header_bytes_max) {
        head_bytes = end + 4;
        co_return Head::complete;
      }
      if (buffer_.size() > limits_.header_bytes_max) {
        co_await refuse(431, "header over the limit");
        co_return Head::refused;
      }
      searched = buffer_.size();
      const auto [ec, n] = co_await timed_.async_read_some(
          buffer_.prepare(std::min(read_bytes, limits_.header_bytes_max + 1 - buffer_.size())), as_values);
      if (ec == asio::error::timed_out && started) {
        co_await refuse(408, "the header took too long");
        co_return Head::refused;
      }
      if (ec) co_return Head::closed;
      buffer_.commit(n);
      if (!started) timed_.deadline(clock_.now() + limits_.header);
      started = true;
    }
  }

  // Beast reads the body, from a head that the gate has found sound.
  asio::awaitable<bool> read_body(const ReadHead& head, std::uint64_t bytes_max, std::string& body) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes_max + 1));
    parser.body_limit(bytes_max);
    std::size_t extension_bytes = 0;
    auto on_chunk = [&extension_bytes, most = limits_.chunk_extension_bytes_max](
                        std::uint64_t, beast::string_view extensions, beast::error_code& ec) {
      extension_bytes += extensions.size();
      if (extension_bytes > most) ec = http::error::bad_chunk_extension;
    };
    parser.on_chunk_header(on_chunk);

    timed_.deadline(clock_.now() + limits_.body);
    const auto [head_error, head_bytes] =
        co_await http::async_read_header(timed_, buffer_, parser, as_values);
    if (head_error) {
      co_await refuse(400, "header");
      co_return false;
    }
    if (parser.is_done()) co_return true;
    const bool nothing_yet = buffer_.size() == 0;
    if (head.expects_continue && nothing_yet) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [ec, n] = co_await asio::async_write(timed_, asio::buffer(go_on), as_values);
      if (ec) co_return false;
    }
    const auto [ec, n] = co_await http::async_read(timed_, buffer_, parser, as_values);
    if (!ec) {
      body = std::move(parser.get().body());
      co_return true;
    }
    if (ec == http::error::body_limit)
      co_await refuse(413, "body over the limit");
    else if (ec == asio::error::timed_out)
      co_await refuse(408, "the body took too long");
    else if (ec == http::error::buffer_overflow)
      co_await refuse(400, "chunk header over the limit");
    else if (ec != http::error::partial_message &&
             ec.category() == make_error_code(http::error::bad_chunk).category())
      co_await refuse(400, "body framing");
    co_return false;
  }

  asio::awaitable<void> refuse(unsigned status, std::string_view reason) {
    HttpResponse response{status, {}, {}};
    if (service_->refuse) response = service_->refuse(status, reason);
    if (service_->refused) service_->refused(status, reason, peer_);
    co_await send(std::move(response), false, false, false);
  }

  // False when the connection is over, with the answer sent or not.
  asio::awaitable<bool> send(HttpResponse response, bool keep, bool head_only, bool http_1_0) {
    http::response<http::string_body> outgoing;
    outgoing.version(11);
    MR_ASSERT(response.status >= 200);
    MR_ASSERT(response.status <= 599);
    outgoing.result(response.status);
    for (const auto& [name, value] : response.headers) {
      if (same_text(name, "Connection") && has_token(value, "close")) keep = false;
      if (same_text(name, "Connection") || same_text(name, "Content-Length") ||
          same_text(name, "Transfer-Encoding"))
        continue;
      outgoing.insert(name, value);
    }
    if (!keep)
      outgoing.set(http::field::connection, "close");
    else if (http_1_0)
      outgoing.set(http::field::connection, "keep-alive");
    const bool bodiless = response.status == 204 || response.status == 304;
    const bool streamed = response.stream && !bodiless;
    if (streamed)
      outgoing.content_length(response.stream_bytes);
    else if (!bodiless)
      outgoing.content_length(response.body.size());
    if (!streamed && !head_only && !bodiless) outgoing.body() = std::move(response.body);
    timed_.deadline(clock_.now() + limits_.send);
    const auto [ec, n] = co_await http::async_write(timed_, outgoing, as_values);
    bool sent = !ec;
    if (sent && streamed && !head_only) sent = co_await send_stream(response);
    if (!sent) {
      stream_.reset();
      co_return false;
    }
    if (!keep) {
      stream_.shut_send();
      co_await linger();
    }
    co_return keep;
  }

  // What the response gives by and by, each part within the time for an answer; exactly as much as was promised.
  asio::awaitable<bool> send_stream(const HttpResponse& response) {
    for (std::uint64_t left = response.stream_bytes; left > 0;) {
      const auto part = response.stream();
      if (!part || part->empty() || part->size() > left) co_return false;
      left -= part->size();
      timed_.deadline(clock_.now() + limits_.send);
      const auto [ec, n] = co_await asio::async_write(timed_, asio::buffer(*part), as_values);
      if (ec) co_return false;
    }
    co_return true;
  }

  asio::awaitable<void> linger() {
    buffer_.clear();
    timed_.deadline(clock_.now() + limits_.linger);
    for (std::uint64_t dropped = 0; dropped < linger_bytes_max;) {
      const auto [ec, n] = co_await timed_.async_read_some(buffer_.prepare(read_bytes), as_values);
      if (ec) co_return;
      dropped += n;
    }
  }

  Stream stream_;
  std::shared_ptr<const HttpService> service_;
  HttpServerLimits limits_;
  Clock& clock_;
  std::shared_ptr<const bool> closing_;
  TimedStream timed_;
  beast::flat_buffer buffer_;
  HttpPeer peer_;
};

}  // namespace

asio::awaitable<void> serve_http(Stream stream, std::shared_ptr<const HttpService> service,
                                 HttpServerLimits limits, Clock& clock, std::shared_ptr<const bool> closing) {
  auto connection =
      std::make_unique<Connection>(std::move(stream), std::move(service), limits, clock, std::move(closing));
  co_await connection->run();
}

}  // namespace mr::runtime
