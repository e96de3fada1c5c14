#include "reference/runtime/deadline.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

namespace mr::runtime {
namespace {

// One operation: cancelled by the alarm or from outside, whichever comes first. The inner handler owns it.
struct TimedOperation {
  asio::cancellation_signal cancel;
  std::unique_ptr<Alarm> alarm;
  bool late = false;
  IoHandler done;
};

// What the body calls back. `operation` is released before `done` runs, and with it the alarm and the signal.
struct Completion {
  std::shared_ptr<TimedOperation> operation;

  void operator()(boost::system::error_code ec, std::size_t n) {
    auto finished = std::move(operation);
    finished->alarm.reset();
    if (auto slot = asio::get_associated_cancellation_slot(finished->done); slot.is_connected()) slot.clear();
    if (finished->late && ec == asio::error::operation_aborted) ec = asio::error::timed_out;
    IoHandler done = std::move(finished->done);
    std::move(done)(ec, n);
  }
};

std::shared_ptr<TimedOperation> prepare(Clock& clock, Instant deadline, IoHandler done) {
  auto operation = std::make_shared<TimedOperation>();
  operation->done.swap(done);
  std::weak_ptr<TimedOperation> weak = operation;
  if (auto slot = asio::get_associated_cancellation_slot(operation->done); slot.is_connected()) {
    slot.assign([weak](asio::cancellation_type type) {
      if (auto alive = weak.lock()) alive->cancel.emit(type);
    });
  }
  operation->alarm = clock.at(deadline, [weak] {
    if (auto alive = weak.lock()) {
      alive->late = true;
      alive->cancel.emit(asio::cancellation_type::all);
    }
  });
  return operation;
}

IoHandler completion(std::shared_ptr<TimedOperation> operation) {
  auto slot = operation->cancel.slot();
  return IoHandler(asio::bind_cancellation_slot(slot, Completion{std::move(operation)}));
}

}  // namespace

void TimedStream::read(asio::mutable_buffer into, IoHandler done) {
  stream_.body().read(into, completion(prepare(clock_, deadline_, std::move(done))));
}

void TimedStream::write(asio::const_buffer from, IoHandler done) {
  stream_.body().write(from, completion(prepare(clock_, deadline_, std::move(done))));
}

}  // namespace mr::runtime
