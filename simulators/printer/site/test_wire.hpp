// For the tests of this folder.
#pragma once

#include <boost/asio/error.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/network.hpp"

namespace mr::printer::test {

inline runtime::Bytes bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

// A network of datagrams only, in which a test plays the peers.
class Wire : public runtime::Network {
 public:
  struct Sent {
    std::string text;
    runtime::Endpoint from, to;
  };
  struct Socket : runtime::DatagramSocket {
    Socket(Wire& on, runtime::Endpoint where) : wire(on), at(where) { wire.bound[at] = this; }
    ~Socket() override { wire.bound.erase(at); }
    void on_receive(std::function<void(const runtime::Datagram&)> with) override {
      receiver = std::move(with);
    }
    void send(std::span<const std::byte> payload, const runtime::Endpoint& to,
              std::optional<runtime::Address> from) override {
      wire.sent.push_back({std::string(reinterpret_cast<const char*>(payload.data()), payload.size()),
                           {from.value_or(at.address), at.port},
                           to});
    }
    runtime::Endpoint local() const override { return at; }
    Wire& wire;
    runtime::Endpoint at;
    std::function<void(const runtime::Datagram&)> receiver;
  };

  Result<std::unique_ptr<runtime::DatagramSocket>> bind(runtime::Endpoint at) override {
    if (at.port == 0) at.port = next_port++;
    if (taken.contains(at))
      return Fault(boost::asio::error::make_error_code(boost::asio::error::address_in_use));
    return std::unique_ptr<runtime::DatagramSocket>(new Socket(*this, at));
  }
  // False where nobody has the port: the peer would see it refused.
  bool deliver(std::string_view text, runtime::Endpoint from, runtime::Endpoint to) {
    auto at = bound.find(to);
    if (at == bound.end()) at = bound.find({boost::asio::ip::address_v4::any(), to.port});
    if (at == bound.end()) return false;
    at->second->receiver({bytes(text), from, to});
    return true;
  }

  boost::asio::awaitable<Result<runtime::Stream>> connect(runtime::Endpoint, runtime::Instant) override {
    co_return absent();
  }
  boost::asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream,
                                                         std::shared_ptr<const trust::TlsClient>,
                                                         runtime::Instant) override {
    co_return absent();
  }
  boost::asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream,
                                                         std::shared_ptr<const trust::TlsServer>,
                                                         runtime::Instant) override {
    co_return absent();
  }
  Result<std::unique_ptr<runtime::Listener>> listen(runtime::Endpoint) override { return absent(); }
  boost::asio::awaitable<Result<std::vector<runtime::Address>>> resolve(std::string) override {
    co_return absent();
  }
  boost::asio::awaitable<Result<runtime::Duration>> ping(runtime::Address, runtime::Instant) override {
    co_return absent();
  }

  std::map<runtime::Endpoint, Socket*> bound;
  std::set<runtime::Endpoint> taken;
  std::vector<Sent> sent;
  std::uint16_t next_port = 40000;

 private:
  static Fault absent() {
    return Fault(boost::asio::error::make_error_code(boost::asio::error::operation_not_supported));
  }
};

}  // namespace mr::printer::test
