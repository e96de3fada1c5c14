// A stream with a deadline: reads and writes that are not done by then complete with asio::error::timed_out.
//
// Satisfies Asio's AsyncReadStream and AsyncWriteStream, as Stream does. The operation under it is cancelled
// through its cancellation slot, which every StreamBody MUST honour; the connection stays open, so that a
// server can still answer 408. Cancellation from outside passes through. lifetime: `stream` and `clock`
// outlive the operations.
#pragma once

#include "reference/runtime/clock.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::runtime {

class TimedStream {
 public:
  using executor_type = asio::any_io_executor;
  TimedStream(Stream& stream, Clock& clock, Instant deadline)
      : stream_(stream), clock_(clock), deadline_(deadline) {}

  executor_type get_executor() const { return stream_.get_executor(); }
  Stream& stream() { return stream_; }
  // Of operations that start from now on.
  void deadline(Instant deadline) { deadline_ = deadline; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [](auto handler, TimedStream* self, asio::mutable_buffer into) {
          self->read(into, IoHandler(std::move(handler)));
        },
        token, this, first<asio::mutable_buffer>(buffers));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [](auto handler, TimedStream* self, asio::const_buffer from) {
          self->write(from, IoHandler(std::move(handler)));
        },
        token, this, first<asio::const_buffer>(buffers));
  }

 private:
  template <class B, class Buffers>
  static B first(const Buffers& buffers) {
    for (auto it = asio::buffer_sequence_begin(buffers); it != asio::buffer_sequence_end(buffers); ++it) {
      if (B(*it).size() > 0) return B(*it);
    }
    return B();
  }
  void read(asio::mutable_buffer into, IoHandler done);
  void write(asio::const_buffer from, IoHandler done);

  Stream& stream_;
  Clock& clock_;
  Instant deadline_;
};

}  // namespace mr::runtime
