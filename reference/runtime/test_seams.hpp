// For tests of this module and those on it: a clock that is moved by hand and a pair of streams in memory.
// Header only.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "reference/runtime/clock.hpp"
#include "reference/runtime/completion.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::runtime {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(asio::io_context& context) : context_(context) {}

  ~ManualClock() override {
    *alive_ = nullptr;  // coroutines that the context still keeps may hold alarms
    const auto queue = std::exchange(queue_, {});
  }

  Instant now() const override { return now_; }
  WallTime wall() const override {
    return WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch()));
  }
  void wait(Instant deadline, asio::any_completion_handler<void(boost::system::error_code)> wake) override {
    auto handler = std::make_shared<decltype(wake)>(std::move(wake));
    const Key key{deadline, sequence_++};
    queue_[key] = [this, handler](boost::system::error_code ec) {
      post_completion(context_.get_executor(), std::move(*handler), ec);
    };
    if (auto slot = asio::get_associated_cancellation_slot(*handler); slot.is_connected()) {
      slot.assign([this, key, alive = alive_](asio::cancellation_type) {
        if (!*alive) return;
        if (auto found = queue_.extract(key)) found.mapped()(asio::error::operation_aborted);
      });
    }
  }
  std::unique_ptr<Alarm> at(Instant deadline, std::function<void()> due) override {
    const Key key{deadline, sequence_++};
    queue_[key] = [due = std::move(due)](boost::system::error_code) { due(); };
    return std::make_unique<ManualAlarm>(alive_, key);
  }
  Hold hold() override { return std::make_shared<int>(0); }

  // Runs what is ready, then each due instant up to `by` from now, and what it makes ready.
  void advance(Duration by) {
    const Instant to = now_ + by;
    settle();
    while (!queue_.empty() && queue_.begin()->first.first <= to) {
      now_ = std::max(now_, queue_.begin()->first.first);
      auto due = queue_.extract(queue_.begin());
      due.mapped()({});
      settle();
    }
    now_ = to;
  }
  void settle() {
    context_.restart();
    context_.poll();
  }

 private:
  using Key = std::pair<Instant, std::uint64_t>;
  struct ManualAlarm final : Alarm {
    ManualAlarm(std::shared_ptr<ManualClock*> clock_, Key key_) : clock(std::move(clock_)), key(key_) {}
    ~ManualAlarm() override {
      if (*clock) (*clock)->queue_.extract(key);
    }
    std::shared_ptr<ManualClock*> clock;
    Key key;
  };

  asio::io_context& context_;
  std::shared_ptr<ManualClock*> alive_ = std::make_shared<ManualClock*>(this);
  Instant now_{};
  std::uint64_t sequence_ = 0;
  std::map<Key, std::function<void(boost::system::error_code)>> queue_;
};

// One direction of a connection in memory.
struct MemoryPipe {
  std::string bytes;
  bool ended = false;
  boost::system::error_code broken;
  asio::mutable_buffer into;
  IoHandler reader;

  void wake(asio::any_io_executor executor) {
    if (!reader || (bytes.empty() && !ended && !broken)) return;
    boost::system::error_code ec = broken;
    std::size_t n = 0;
    if (!ec && !bytes.empty()) {
      n = std::min(into.size(), bytes.size());
      std::memcpy(into.data(), bytes.data(), n);
      bytes.erase(0, n);
    } else if (!ec) {
      ec = asio::error::eof;
    }
    finish(executor, ec, n);
  }
  void finish(asio::any_io_executor executor, boost::system::error_code ec, std::size_t n) {
    if (!reader) return;
    post_completion(executor, std::move(reader), ec, n);
  }
};

class MemoryBody final : public StreamBody {
 public:
  MemoryBody(asio::any_io_executor executor, std::shared_ptr<MemoryPipe> in, std::shared_ptr<MemoryPipe> out)
      : executor_(std::move(executor)), in_(std::move(in)), out_(std::move(out)) {}
  ~MemoryBody() override { close(); }

  void read(asio::mutable_buffer into, IoHandler done) override {
    in_->into = into;
    in_->reader.swap(done);
    if (closed_) return in_->finish(executor_, asio::error::operation_aborted, 0);
    if (auto slot = asio::get_associated_cancellation_slot(in_->reader); slot.is_connected()) {
      slot.assign([in = std::weak_ptr(in_), executor = executor_](asio::cancellation_type) {
        if (auto pipe = in.lock()) pipe->finish(executor, asio::error::operation_aborted, 0);
      });
    }
    in_->wake(executor_);
  }
  void write(asio::const_buffer from, IoHandler done) override {
    boost::system::error_code ec;
    if (closed_)
      ec = asio::error::operation_aborted;
    else if (out_->broken)
      ec = out_->broken;
    if (!ec) {
      out_->bytes.append(static_cast<const char*>(from.data()), from.size());
      out_->wake(executor_);
    }
    post_completion(executor_, std::move(done), ec, ec ? std::size_t(0) : from.size());
  }
  void shut_send() override { end(); }
  void close() override {
    if (std::exchange(closed_, true)) return;
    end();
    in_->finish(executor_, asio::error::operation_aborted, 0);
    in_->broken = asio::error::connection_reset;  // the peer's later writes
  }
  void reset() override {
    if (closed_) return;
    out_->broken = asio::error::connection_reset;
    out_->bytes.clear();
    out_->wake(executor_);
    close();
  }
  Endpoint local() const override { return {}; }
  Endpoint remote() const override { return {}; }
  const trust::TlsSession* tls() const override { return nullptr; }

 private:
  void end() {
    out_->ended = true;
    out_->wake(executor_);
  }
  asio::any_io_executor executor_;
  std::shared_ptr<MemoryPipe> in_, out_;
  bool closed_ = false;
};

inline std::pair<Stream, Stream> memory_pair(asio::any_io_executor executor) {
  auto there = std::make_shared<MemoryPipe>();
  auto back = std::make_shared<MemoryPipe>();
  return {Stream(executor, std::make_unique<MemoryBody>(executor, back, there)),
          Stream(executor, std::make_unique<MemoryBody>(executor, there, back))};
}

// The value that a coroutine gave, once it has run; empty while it has not. An exception is thrown by run().
template <class T>
std::shared_ptr<std::optional<T>> spawn_for(asio::any_io_executor executor, asio::awaitable<T> task) {
  auto out = std::make_shared<std::optional<T>>();
  asio::co_spawn(executor, std::move(task), [out](std::exception_ptr error, T value) {
    if (error) std::rethrow_exception(error);
    out->emplace(std::move(value));
  });
  return out;
}

}  // namespace mr::runtime
