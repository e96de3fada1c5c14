#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "reference/runtime/completion.hpp"
#include "reference/runtime/deadline.hpp"
#include "reference/runtime/http/head.hpp"

namespace mr::runtime {

std::string_view describe(http_errc errc) {
  switch (errc) {
    case http_errc::malformed:
      return "not an HTTP/1.1 message";
    case http_errc::header_too_large:
      return "HTTP header over the limit";
    case http_errc::body_too_large:
      return "HTTP body over the limit";
    case http_errc::cut_short:
      return "the connection ended inside an HTTP message";
    case http_errc::no_answer:
      return "the peer closed before it answered";
  }
  return "unknown HTTP error";
}

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

Fault fault_of(boost::system::error_code ec, bool any_byte) {
  using http::error;
  if (ec == error::header_limit || ec == error::buffer_overflow) return http_errc::header_too_large;
  if (ec == error::body_limit) return http_errc::body_too_large;
  if (ec == error::end_of_stream) return http_errc::no_answer;
  if (ec == error::partial_message) return http_errc::cut_short;
  if (ec == asio::error::eof) return any_byte ? http_errc::cut_short : http_errc::no_answer;
  if (ec.category() == make_error_code(error::bad_version).category())
    return {http_errc::malformed, ec.message()};
  return ec;
}

// Framing that only a proxy would mistake is refused here too: two lengths, or a length beside a coding.
bool ambiguous(const http::response_header<>& header) {
  return header.count(http::field::content_length) > 1 || header.count(http::field::transfer_encoding) > 1 ||
         (header.count(http::field::content_length) > 0 && header.count(http::field::transfer_encoding) > 0);
}

}  // namespace

asio::awaitable<Result<HttpReply>> exchange_http(Stream& stream, std::string host, HttpRequest request,
                                                 bool keep_alive, HttpClientLimits limits, Clock& clock,
                                                 Instant deadline) {
  TimedStream timed(stream, clock, deadline);

  http::request<http::string_body> outgoing;
  outgoing.method_string(request.method);
  outgoing.target(request.target);
  outgoing.version(11);
  outgoing.set(http::field::host, host);
  for (const auto& [name, value] : request.headers) outgoing.insert(name, value);
  if (!keep_alive) outgoing.set(http::field::connection, "close");
  const bool may_have_body = request.method != "GET" && request.method != "HEAD";
  outgoing.body() = std::move(request.body);
  if (may_have_body || !outgoing.body().empty()) outgoing.content_length(outgoing.body().size());

  const auto [write_error, written] = co_await http::async_write(timed, outgoing, as_values);
  // A server that refuses early answers and closes: what it said is worth more than the failed write.
  if (write_error && write_error != asio::error::connection_reset &&
      write_error != asio::error::broken_pipe) {
    stream.close();
    co_return Fault(write_error, "sending the request");
  }

  beast::flat_buffer buffer(limits.header_bytes_max + 64 * 1024);
  for (int interim = 0; interim <= 8; ++interim) {
    http::response_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    parser.body_limit(limits.body_bytes_max);
    parser.skip(request.method == "HEAD");
    const auto [head_error, head_bytes] = co_await http::async_read_header(timed, buffer, parser, as_values);
    if (head_error) {
      stream.close();
      const Fault fault = fault_of(head_error, head_bytes + buffer.size() > 0);
      const bool says_more = fault.code != make_error_code(http_errc::no_answer);
      co_return write_error && !says_more ? Fault(write_error, "sending the request") : fault;
    }
    const unsigned status = parser.get().result_int();
    if (status < 200 && status != 101) continue;
    if (status == 101 || ambiguous(parser.get().base())) {
      stream.close();
      co_return Fault(http_errc::malformed,
                      status == 101 ? "an upgrade that was not asked for" : "ambiguous framing");
    }
    HttpReply reply;
    reply.response.status = status;
    for (const auto& field : parser.get())
      reply.response.headers.emplace_back(field.name_string(), field.value());
    if (!parser.is_done()) {
      const auto [body_error, body_bytes] = co_await http::async_read(timed, buffer, parser, as_values);
      if (body_error) {
        stream.close();
        co_return fault_of(body_error, true);
      }
    }
    // Bytes past the answer belong to nothing that was asked.
    reply.reusable = keep_alive && !write_error && parser.keep_alive() && buffer.size() == 0;
    reply.response.body = std::move(parser.get().body());
    if (!reply.reusable) stream.close();
    co_return reply;
  }
  stream.close();
  co_return Fault(http_errc::malformed, "too many interim answers");
}

}  // namespace mr::runtime
