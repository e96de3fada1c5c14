// Reads HTTP/1.1 messages out of one direction of a connection, as an onlooker: lenient, and bounded in
// memory.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "reference/runtime/clock.hpp"

namespace mr::scenarios {

struct HttpMessage {
  runtime::Instant began;      // when its first octet was seen
  std::string method, target;  // of a request
  unsigned status = 0;         // of a response; interim ones (1xx) are not given
  std::string head;            // start line and fields, as sent
  std::string body;            // chunks put together
  bool whole = true;           // false: the connection ended within it; `body` is what came
  // The first field of that name, in any case, without blanks around it; empty where absent.
  std::string_view field(std::string_view name) const;
};

class HttpReader {
 public:
  enum class Side { requests, responses };
  static constexpr std::size_t head_bytes_max = 64 * 1024, body_bytes_max = 80 << 20;

  HttpReader(Side side, std::function<void(const HttpMessage&)> message)
      : side_(side), message_(std::move(message)) {}

  void feed(std::span<const std::byte> bytes, runtime::Instant at);
  // The connection ended: gives what has begun.
  void finish();
  // What came is not HTTP, or over the limits: nothing more is given.
  bool broken() const { return state_ == State::broken; }
  // What came last and is not part of a message given.
  const std::string& unread() const { return buffer_; }
  // Something of a message has come that is not complete yet.
  bool within() const { return state_ != State::broken && (state_ != State::head || !buffer_.empty()); }
  // For responses: the next one answers a HEAD, and has no body whatever its fields say.
  void expect_no_body() { no_body_ = true; }

 private:
  enum class State { head, body, until_close, chunk_size, chunk, chunk_end, trailer, broken };
  bool step();  // false: more is needed
  bool read_head();
  void give();

  Side side_;
  std::function<void(const HttpMessage&)> message_;
  State state_ = State::head;
  std::string buffer_;
  HttpMessage current_;
  std::size_t left_ = 0;  // of the body or chunk
  bool no_body_ = false;
};

}  // namespace mr::scenarios
