// A Stream is one connection, plain or TLS, real or in memory: the type under every HTTP exchange.
//
// It satisfies Asio's AsyncReadStream and AsyncWriteStream, so Beast's http::async_read and async_write run over it unchanged.
// One read and one write may be outstanding at a time. Owned by one coroutine; closing it completes what is outstanding with
// asio::error::operation_aborted. Destroying it closes it.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <compare>
#include <memory>
#include <string>

#include "reference/protocol/trust/tls.hpp"

namespace mr::runtime {

namespace asio = boost::asio;

using Address = asio::ip::address;

struct Endpoint {
  Address address;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
  std::strong_ordering operator<=>(const Endpoint& other) const {  // Address has no <=> of its own
    if (address < other.address) return std::strong_ordering::less;
    if (other.address < address) return std::strong_ordering::greater;
    return port <=> other.port;
  }
};
std::string to_string(const Endpoint& endpoint);  // 192.0.2.1:443, [2001:db8::1]:443

using IoHandler = asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;

// What an implementation provides. Handlers are called never inline, with (error_code, bytes); end of stream is
// asio::error::eof, a reset connection_reset, a TLS alert from the peer an error of trust::alert_category(). A handler's
// cancellation slot MUST be honoured: the operation then completes with operation_aborted, and the buffer is let go.
class StreamBody {
 public:
  virtual ~StreamBody() = default;
  virtual void read(asio::mutable_buffer into, IoHandler done) = 0;  // completes with at least 1 byte, or an error
  virtual void write(asio::const_buffer from, IoHandler done) = 0;   // may write less than asked
  virtual void shut_send() = 0;                                      // FIN, after close_notify under TLS
  virtual void close() = 0;                                          // at once; idempotent
  virtual void reset() = 0;                                          // RST; idempotent
  virtual Endpoint local() const = 0;
  virtual Endpoint remote() const = 0;
  virtual const trust::TlsSession* tls() const = 0;                  // null on a plain connection
};

class Stream {
 public:
  using executor_type = asio::any_io_executor;

  Stream(executor_type executor, std::unique_ptr<StreamBody> body)
      : executor_(std::move(executor)), body_(std::move(body)) {}
  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = default;

  executor_type get_executor() const { return executor_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [](auto handler, StreamBody* body, asio::mutable_buffer into) { body->read(into, IoHandler(std::move(handler))); },
        token, body_.get(), first<asio::mutable_buffer>(buffers));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [](auto handler, StreamBody* body, asio::const_buffer from) { body->write(from, IoHandler(std::move(handler))); },
        token, body_.get(), first<asio::const_buffer>(buffers));
  }

  void shut_send() { body_->shut_send(); }
  void close() { body_->close(); }
  void reset() { body_->reset(); }
  Endpoint local() const { return body_->local(); }
  Endpoint remote() const { return body_->remote(); }
  const trust::TlsSession* tls() const { return body_->tls(); }
  StreamBody& body() { return *body_; }
  std::unique_ptr<StreamBody> release() { return std::move(body_); }

 private:
  template <class B, class Buffers>
  static B first(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it) {
      if (B(*it).size() > 0) return B(*it);
    }
    return B();
  }

  executor_type executor_;
  std::unique_ptr<StreamBody> body_;
};

}  // namespace mr::runtime
