#include "simulators/printer/site/raw_face.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <utility>

#include "reference/runtime/deadline.hpp"

namespace mr::printer {

using runtime::asio::awaitable;

namespace {
constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);
constexpr std::size_t answers_max = 64 * 1024;  // not yet sent: more is not asked for, nor told unasked
}  // namespace

// One connection: what comes is read, what is told is written, each by its own coroutine.
struct RawFace::Session {
  Session(std::shared_ptr<Connection> with, std::uint64_t as, const firmware::Limits& limits,
          runtime::asio::any_io_executor executor)
      : connection(std::move(with)), number(as), reader(limits), written(executor) {}
  std::shared_ptr<Connection> connection;
  std::uint64_t number;
  RawReader reader;
  std::optional<PjlDialogue> dialogue;  // where the printer speaks PJL
  std::unique_ptr<runtime::Alarm> timer;
  std::string answers;  // to be written
  bool writing = false;
  runtime::Signal written;      // none are left, or the peer does not take them
  bool firmware_taken = false;  // the receiver was asked, and said yes
};

// Shared with the coroutines, which may end after the face is gone.
struct RawFace::State : std::enable_shared_from_this<RawFace::State> {
  State(runtime::Runtime& on, JobReceiver to, RawLimits with)
      : runtime(on), scope(on.executor()), receiver(std::move(to)), limits(with) {}

  Moment now() { return runtime.clock().now().time_since_epoch(); }
  void tell(const std::shared_ptr<Session>& session, std::string text, bool asked) {
    if (text.empty() || (!asked && session->answers.size() > answers_max)) return;
    session->answers += text;
    if (session->writing) return;
    session->writing = true;
    session->written.clear();
    scope.spawn(write(shared_from_this(), session));
  }
  void arm(const std::shared_ptr<Session>& session) {
    const auto interval = session->dialogue->interval();
    session->timer.reset();
    if (!interval) return;
    session->timer =
        runtime.clock().at(runtime.clock().now() + *interval, [this, weak = std::weak_ptr<Session>(session)] {
          const auto at = weak.lock();
          if (!at) return;
          const auto self = std::move(at->timer);  // lives until this has run
          tell(at, at->dialogue->timed(), false);
          arm(at);
        });
  }
  std::vector<std::shared_ptr<Session>> of(std::size_t index) const {
    std::vector<std::shared_ptr<Session>> out;
    for (const auto& [number, session] : sessions) {
      if (session->connection->index == index && session->dialogue) out.push_back(session);
    }
    return out;
  }

  runtime::Runtime& runtime;
  runtime::Scope scope;
  JobReceiver receiver;
  RawLimits limits;
  std::map<std::uint64_t, std::shared_ptr<Session>> sessions;
  std::uint64_t made = 0;
};

Result<std::unique_ptr<RawFace>> RawFace::open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, JobReceiver receiver,
                                               StreamFace::Options options, RawLimits limits) {
  std::unique_ptr<RawFace> raw(new RawFace());
  raw->state_ = std::make_shared<State>(runtime, std::move(receiver), limits);
  auto face = ConnectionFace::open(runtime, std::move(addresses),
                                   {.serve =
                                        [state = raw->state_.get()](std::shared_ptr<Connection> connection) {
                                          return serve(state->shared_from_this(), std::move(connection));
                                        },
                                    .refused =
                                        [state = raw->state_.get()](std::size_t index, std::size_t port) {
                                          state->receiver.refused(index, port, 0, "too-many-connections");
                                        }},
                                   std::move(options), limits);
  MR_TRY(face);
  raw->face_ = std::move(*face);
  return raw;
}

RawFace::~RawFace() {
  face_.reset();
  state_->sessions.clear();
}

void RawFace::printed(std::size_t index, const RawJob& job, std::uint64_t from, std::uint32_t done) {
  const auto found = state_->sessions.find(from);
  if (found == state_->sessions.end() || found->second->connection->index != index ||
      !found->second->dialogue)
    return;
  state_->tell(found->second, found->second->dialogue->printed(job, done), false);
}

void RawFace::device_changed(std::size_t index) {
  for (const auto& session : state_->of(index))
    state_->tell(session, session->dialogue->device_changed(), false);
}

awaitable<void> RawFace::write(std::shared_ptr<State> state, std::shared_ptr<Session> session) {
  runtime::Clock& clock = state->runtime.clock();
  const auto connection = session->connection;
  while (!session->answers.empty() && !connection->gone) {
    const std::string part = std::exchange(session->answers, {});
    runtime::TimedStream stream(connection->stream, clock, clock.now() + state->limits.idle);
    bool failed = false;
    for (std::size_t done = 0; done < part.size() && !failed;) {
      const auto [error, n] = co_await stream.async_write_some(
          boost::asio::buffer(part.data() + done, part.size() - done), as_values);
      done += n;
      failed = bool(error);
    }
    // A peer that closed without reading may have sent a job all the same: reading goes on.
    if (failed) session->answers.clear();
  }
  session->writing = false;
  session->written.set();
}

awaitable<void> RawFace::serve(std::shared_ptr<State> state, std::shared_ptr<Connection> connection) {
  const std::size_t index = connection->index, port = connection->port;
  const auto session =
      std::make_shared<Session>(connection, ++state->made, state->limits.firmware, state->runtime.executor());
  state->sessions[session->number] = session;
  session->written.set();
  RawReader& reader = session->reader;
  connection->went = [state, session = session.get(), index, port] {
    state->sessions.erase(session->number);
    if (session->firmware_taken) {
      state->receiver.firmware(index, port, session->reader.octets(),
                               Fault(firmware::errc::interrupted, "the printer went"));
    } else if (session->reader.octets() > 0) {
      state->receiver.refused(index, port, session->reader.octets(), "interrupted");
    }
  };
  if (Device* device = state->receiver.device ? state->receiver.device(index) : nullptr)
    session->dialogue.emplace(*device);

  // Hands over what was read. False where the connection is over: a receiver switched the printer off.
  const auto hand_over = [&] {
    for (RawItem& item : reader.take()) {
      if (const auto* job = std::get_if<RawJob>(&item)) {
        state->receiver.job(index, port, *job, session->number);
      } else if (session->dialogue) {
        const Device& device = *state->receiver.device(index);
        const bool online = device.online();
        const std::string console = device.console_text(0);
        const auto interval = session->dialogue->interval();
        std::string answer = session->dialogue->take(std::get<PjlLine>(item).text, state->now());
        state->tell(session, std::move(answer), true);
        if (interval != session->dialogue->interval()) state->arm(session);
        if (online != device.online() || console != device.console_text(0)) state->receiver.changed(index);
      }
      if (connection->gone) return false;
    }
    return true;
  };

  std::vector<char> buffer(16 * 1024);
  runtime::Clock& clock = state->runtime.clock();
  const runtime::Instant end = clock.now() + state->limits.whole;
  std::string_view broken;
  bool firmware_begun = false;
  for (;;) {
    const runtime::Instant deadline = std::min(end, clock.now() + state->limits.idle);
    if (session->answers.size() > answers_max) {
      const bool taken = co_await session->written.wait_until(clock, deadline);
      if (connection->gone) co_return;
      if (!taken) {
        broken = "timed-out";
        break;
      }
    }
    runtime::TimedStream stream(connection->stream, clock, deadline);
    const auto [error, n] = co_await stream.async_read_some(boost::asio::buffer(buffer), as_values);
    if (connection->gone) co_return;
    if (error == boost::asio::error::eof) break;
    if (error) {
      broken = error == boost::asio::error::timed_out ? "timed-out" : "interrupted";
      break;
    }
    reader.feed({buffer.data(), n});
    if (reader.octets() > state->limits.octets_max) {
      broken = "too-large";
      break;
    }
    if (!hand_over()) co_return;
    if (reader.is_firmware() && !firmware_begun) {
      firmware_begun = true;
      session->firmware_taken = state->receiver.firmware_begins(index, port);
      if (connection->gone) co_return;
    }
  }
  if (broken.empty()) {
    reader.finish();
    if (!hand_over()) co_return;
    if (session->writing) {  // what was asked before the end is answered
      const bool taken =
          co_await session->written.wait_until(clock, std::min(end, clock.now() + state->limits.idle));
      if (connection->gone) co_return;
      if (!taken) broken = "timed-out";
    }
  }
  // From here on it is over: what comes of the printer is no business of this connection.
  connection->went = {};
  state->sessions.erase(session->number);
  session->timer.reset();
  if (!broken.empty()) {
    connection->stream.reset();
    if (session->firmware_taken) {
      state->receiver.firmware(
          index, port, reader.octets(),
          Fault(broken == "too-large" ? firmware::errc::too_large : firmware::errc::interrupted));
    } else {
      state->receiver.refused(index, port, reader.octets(), broken);
    }
    co_return;
  }
  connection->stream.close();
  if (!reader.is_firmware()) co_return;
  // The header alone may have come with the end of the connection.
  if (!firmware_begun) session->firmware_taken = state->receiver.firmware_begins(index, port);
  if (session->firmware_taken) {
    state->receiver.firmware(index, port, reader.octets(), reader.take_firmware());
  } else {
    state->receiver.refused(index, port, reader.octets(), "firmware");
  }
}

}  // namespace mr::printer
