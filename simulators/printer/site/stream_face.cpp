#include "simulators/printer/site/stream_face.hpp"

#include <boost/asio/error.hpp>
#include <utility>

namespace mr::printer {

using runtime::Endpoint;
using runtime::asio::awaitable;

// Shared with the coroutines that accept, which may end after the face is gone.
struct StreamFace::State {
  State(runtime::Runtime& on, Receiver to, Options with)
      : runtime(on), scope(on.executor()), receiver(std::move(to)), options(std::move(with)) {}

  struct Place {
    runtime::Address address;
    bool on = false;
    std::vector<std::shared_ptr<runtime::Listener>>
        listeners;  // one a port; empty when off, and with wildcards
  };
  runtime::Runtime& runtime;
  runtime::Scope scope;
  Receiver receiver;
  Options options;
  std::vector<Place> places;
  std::map<runtime::Address, std::size_t> index_of;           // with wildcards
  std::vector<std::shared_ptr<runtime::Listener>> wildcards;  // one a port
  bool alive = true;
};

Result<std::unique_ptr<StreamFace>> StreamFace::open(runtime::Runtime& runtime,
                                                     std::vector<runtime::Address> addresses,
                                                     Receiver receiver, Options options) {
  MR_ASSERT(!addresses.empty());
  auto state = std::make_shared<State>(runtime, std::move(receiver), std::move(options));
  for (const auto& address : addresses)
    state->places.push_back({.address = address, .on = false, .listeners = {}});
  std::unique_ptr<StreamFace> face(new StreamFace(state));
  if (addresses.size() * state->options.ports.size() <= state->options.sockets_max) return face;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const bool added = state->index_of.emplace(addresses[i], i).second;
    MR_ASSERT(added);
  }
  const auto any = addresses[0].is_v4() ? runtime::Address(boost::asio::ip::address_v4::any())
                                        : runtime::Address(boost::asio::ip::address_v6::any());
  for (std::size_t port = 0; port < state->options.ports.size(); ++port) {
    MR_ASSERT(state->options.ports[port] != 0);
    const Endpoint at{any, state->options.ports[port]};
    auto listener = runtime.network().listen(at);
    if (!listener) return Fault(listener.error().code, to_string(at) + ": " + listener.error().detail);
    state->wildcards.push_back(std::move(*listener));
    state->scope.spawn(accept_all(state, state->wildcards.back(), 0, port));
  }
  return face;
}

StreamFace::~StreamFace() {
  state_->alive = false;
  state_->receiver = {};
  for (std::size_t i = 0; i < state_->places.size(); ++i) switch_off(i);
  for (const auto& listener : state_->wildcards) listener->close();
}

bool StreamFace::shared() const { return !state_->wildcards.empty(); }

Result<void> StreamFace::switch_on(std::size_t index) {
  MR_ASSERT(index < state_->places.size());
  State::Place& place = state_->places[index];
  if (place.on) return {};
  if (!shared()) {
    std::vector<std::shared_ptr<runtime::Listener>> listeners;
    for (const std::uint16_t port : state_->options.ports) {
      const Endpoint at{place.address, port};
      auto listener = state_->runtime.network().listen(at);
      if (!listener) return Fault(listener.error().code, to_string(at) + ": " + listener.error().detail);
      listeners.push_back(std::move(*listener));
    }
    place.listeners = std::move(listeners);
    for (std::size_t port = 0; port < place.listeners.size(); ++port)
      state_->scope.spawn(accept_all(state_, place.listeners[port], index, port));
  }
  place.on = true;
  return {};
}

void StreamFace::switch_off(std::size_t index) {
  MR_ASSERT(index < state_->places.size());
  State::Place& place = state_->places[index];
  place.on = false;
  for (const auto& listener : std::exchange(place.listeners, {})) listener->close();
}

Endpoint StreamFace::endpoint(std::size_t index, std::size_t port) const {
  MR_ASSERT(index < state_->places.size());
  MR_ASSERT(port < state_->options.ports.size());
  const State::Place& place = state_->places[index];
  return {place.address,
          place.listeners.empty() ? state_->options.ports[port] : place.listeners[port]->local().port};
}

awaitable<void> StreamFace::accept_all(std::shared_ptr<State> state,
                                       std::shared_ptr<runtime::Listener> listener, std::size_t index,
                                       std::size_t port) {
  for (;;) {
    auto accepted = co_await listener->accept();
    const bool current =
        state->alive && (!state->wildcards.empty() || (port < state->places[index].listeners.size() &&
                                                       state->places[index].listeners[port] == listener));
    if (!current) co_return;
    if (!accepted) {
      if (accepted.error().code == boost::asio::error::operation_aborted) co_return;
      // Out of descriptors, or a connection that went before it was taken: let some go.
      const bool woke = co_await state->runtime.clock().sleep_for(std::chrono::milliseconds(50));
      if (!woke) co_return;
      continue;
    }
    std::size_t whose = index;
    if (!state->wildcards.empty()) {
      const auto found = state->index_of.find(accepted->local().address);
      if (found == state->index_of.end() || !state->places[found->second].on) {
        accepted->reset();
        continue;
      }
      whose = found->second;
    }
    state->receiver(whose, port, std::move(*accepted));
  }
}

}  // namespace mr::printer
