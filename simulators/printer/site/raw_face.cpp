#include "simulators/printer/site/raw_face.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <utility>

#include "reference/runtime/deadline.hpp"

namespace mr::printer {

using runtime::asio::awaitable;

struct RawFace::Connection {
  Connection(std::size_t whose, std::size_t at, runtime::Stream from, const firmware::Limits& limits)
      : index(whose), port(at), stream(std::move(from)), reader(limits) {}
  std::size_t index, port;
  runtime::Stream stream;
  RawReader reader;
  bool gone = false;            // reset from this side: what still comes is nobody's
  bool firmware_begun = false;  // the receiver was asked
  bool firmware_taken = false;  // and said yes
};

// Shared with the coroutines that read, which may end after the face is gone.
struct RawFace::State : std::enable_shared_from_this<RawFace::State> {
  State(runtime::Runtime& on, Receiver to, RawLimits with, std::size_t printers)
      : runtime(on), scope(on.executor()), receiver(std::move(to)), limits(with), open_of(printers) {}

  void drop(const std::shared_ptr<Connection>& connection) {
    connections.remove(connection);
    --open_of[connection->index];
  }

  runtime::Runtime& runtime;
  runtime::Scope scope;
  Receiver receiver;
  RawLimits limits;
  std::list<std::shared_ptr<Connection>> connections;
  std::vector<std::uint32_t> open_of;  // connections of each printer
  bool alive = true;
};

Result<std::unique_ptr<RawFace>> RawFace::open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, Receiver receiver,
                                               StreamFace::Options options, RawLimits limits) {
  std::unique_ptr<RawFace> raw(new RawFace());
  auto state = std::make_shared<State>(runtime, std::move(receiver), limits, addresses.size());
  raw->state_ = state;
  auto face = StreamFace::open(
      runtime, std::move(addresses),
      [state = state.get()](std::size_t index, std::size_t port, runtime::Stream stream) {
        if (state->open_of[index] >= state->limits.connections_max ||
            state->connections.size() >= state->limits.connections_all_max) {
          stream.reset();
          state->receiver.refused(index, port, 0, "too-many-connections");
          return;
        }
        auto connection =
            std::make_shared<Connection>(index, port, std::move(stream), state->limits.firmware);
        state->connections.push_back(connection);
        ++state->open_of[index];
        state->scope.spawn(serve(state->shared_from_this(), connection));
      },
      std::move(options));
  MR_TRY(face);
  raw->face_ = std::move(*face);
  return raw;
}

RawFace::~RawFace() {
  state_->alive = false;
  face_.reset();
  for (const auto& connection : state_->connections) {
    connection->gone = true;
    connection->stream.reset();
  }
  state_->connections.clear();
  state_->receiver = {};
}

std::size_t RawFace::connections(std::size_t index) const { return state_->open_of[index]; }

void RawFace::switch_off(std::size_t index) {
  face_->switch_off(index);
  std::vector<std::shared_ptr<Connection>> open;
  for (const auto& connection : state_->connections) {
    if (connection->index == index) open.push_back(connection);
  }
  for (const auto& connection : open) {
    connection->gone = true;
    connection->stream.reset();
    state_->drop(connection);
    if (connection->firmware_taken) {
      state_->receiver.firmware(index, connection->port, connection->reader.octets(),
                                Fault(firmware::errc::interrupted, "the printer went"));
    } else if (connection->reader.octets() > 0) {
      state_->receiver.refused(index, connection->port, connection->reader.octets(), "interrupted");
    }
  }
}

awaitable<void> RawFace::serve(std::shared_ptr<State> state, std::shared_ptr<Connection> connection) {
  constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);
  std::vector<char> buffer(16 * 1024);
  runtime::Clock& clock = state->runtime.clock();
  const runtime::Instant end = clock.now() + state->limits.whole;
  runtime::TimedStream stream(connection->stream, clock, end);
  RawReader& reader = connection->reader;
  const std::size_t index = connection->index, port = connection->port;
  std::string_view broken;
  for (;;) {
    stream.deadline(std::min(end, clock.now() + state->limits.idle));
    const auto [error, n] = co_await stream.async_read_some(boost::asio::buffer(buffer), as_values);
    if (!state->alive || connection->gone) co_return;
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
    for (const RawJob& job : reader.take_jobs()) state->receiver.job(index, port, job);
    if (reader.is_firmware() && !connection->firmware_begun) {
      connection->firmware_begun = true;
      connection->firmware_taken = state->receiver.firmware_begins(index, port);
    }
    if (!state->alive || connection->gone) co_return;  // a receiver switched the printer off
  }
  state->drop(connection);
  connection->gone = true;
  if (!broken.empty()) {
    connection->stream.reset();
    if (connection->firmware_taken) {
      state->receiver.firmware(
          index, port, reader.octets(),
          Fault(broken == "too-large" ? firmware::errc::too_large : firmware::errc::interrupted));
    } else {
      state->receiver.refused(index, port, reader.octets(), broken);
    }
    co_return;
  }
  reader.finish();
  connection->stream.close();
  for (const RawJob& job : reader.take_jobs()) {
    state->receiver.job(index, port, job);
    if (!state->alive) co_return;
  }
  if (!reader.is_firmware()) co_return;
  // The header alone may have come with the end of the connection.
  if (!connection->firmware_begun) connection->firmware_taken = state->receiver.firmware_begins(index, port);
  if (connection->firmware_taken) {
    state->receiver.firmware(index, port, reader.octets(), reader.take_firmware());
  } else {
    state->receiver.refused(index, port, reader.octets(), "firmware");
  }
}

}  // namespace mr::printer
