#include "simulators/printer/site/lpd_face.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "reference/runtime/deadline.hpp"
#include "simulators/printer/lpd/lpd_receiver.hpp"

namespace mr::printer {

using runtime::asio::awaitable;

// Shared with the coroutines, which may end after the face is gone.
struct LpdFace::State {
  runtime::Runtime& runtime;
  JobReceiver receiver;
  Listing listing;
  RawLimits limits;
};

Result<std::unique_ptr<LpdFace>> LpdFace::open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, JobReceiver receiver,
                                               Listing listing, StreamFace::Options options,
                                               RawLimits limits) {
  std::unique_ptr<LpdFace> lpd(new LpdFace());
  lpd->state_ = std::make_shared<State>(State{runtime, std::move(receiver), std::move(listing), limits});
  auto face = ConnectionFace::open(
      runtime, std::move(addresses),
      {.serve = [state = lpd->state_](
                    std::shared_ptr<Connection> connection) { return serve(state, std::move(connection)); },
       .refused = [state = lpd->state_](
                      std::size_t index,
                      std::size_t port) { state->receiver.refused(index, port, 0, "too-many-connections"); }},
      std::move(options), limits);
  MR_TRY(face);
  lpd->face_ = std::move(*face);
  return lpd;
}

awaitable<void> LpdFace::serve(std::shared_ptr<State> state, std::shared_ptr<Connection> connection) {
  constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);
  const std::size_t index = connection->index, port = connection->port;
  LpdReceiver lpd({.queues = {},
                   .listing = [state, index](bool long_form) { return state->listing(index, long_form); },
                   .firmware = state->limits.firmware});
  std::uint64_t octets = 0;
  // Of the firmware file at hand: the receiver was asked, and said yes.
  bool asked = false, taken = false;
  connection->went = [&] {
    if (taken) {
      state->receiver.firmware(index, port, octets, Fault(firmware::errc::interrupted, "the printer went"));
    } else if (octets > 0) {
      state->receiver.refused(index, port, octets, "interrupted");
    }
  };
  // Hands over what was read. False where the connection is over: a receiver switched the printer off.
  const auto hand_over = [&] {
    if (lpd.in_firmware() && !asked) {
      asked = true;
      taken = state->receiver.firmware_begins(index, port);
    }
    for (LpdItem& item : lpd.take()) {
      if (connection->gone) return false;
      if (auto* file = std::get_if<LpdFirmware>(&item)) {
        if (!asked) taken = state->receiver.firmware_begins(index, port);  // it came within one read
        asked = false;
        if (!std::exchange(taken, false)) {
          state->receiver.refused(index, port, file->octets, "firmware");
        } else {
          state->receiver.firmware(index, port, file->octets, std::move(file->file));
        }
      } else {
        state->receiver.job(index, port, std::get<RawJob>(item), 0);
      }
    }
    return !connection->gone;
  };

  runtime::Clock& clock = state->runtime.clock();
  const runtime::Instant end = clock.now() + state->limits.whole;
  std::vector<char> buffer(16 * 1024);
  std::string_view broken;
  while (!lpd.over()) {
    runtime::TimedStream stream(connection->stream, clock, std::min(end, clock.now() + state->limits.idle));
    const auto [error, n] = co_await stream.async_read_some(boost::asio::buffer(buffer), as_values);
    if (connection->gone) co_return;
    if (error == boost::asio::error::eof) {
      lpd.finish();
    } else if (error) {
      broken = error == boost::asio::error::timed_out ? "timed-out" : "interrupted";
      break;
    } else {
      octets += n;
      lpd.feed({buffer.data(), n});
    }
    if (octets > state->limits.octets_max) {
      broken = "too-large";
      break;
    }
    if (!hand_over()) co_return;
    const std::string replies = lpd.take_replies();
    for (std::size_t done = 0; done < replies.size();) {
      const auto [failed, m] = co_await stream.async_write_some(
          boost::asio::buffer(replies.data() + done, replies.size() - done), as_values);
      if (connection->gone) co_return;
      if (failed) break;  // a client that does not wait for the last octet may have gone
      done += m;
    }
  }
  connection->went = {};
  if (broken.empty()) {
    connection->stream.close();
    broken = lpd.fault();
  } else {
    connection->stream.reset();
  }
  if (taken) {
    state->receiver.firmware(
        index, port, octets,
        Fault(broken == "too-large" ? firmware::errc::too_large : firmware::errc::interrupted));
  } else if (!broken.empty()) {
    state->receiver.refused(index, port, octets, broken);
  }
}

}  // namespace mr::printer
