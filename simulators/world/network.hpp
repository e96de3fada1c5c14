// The network as one virtual host sees it. TLS is modelled (tls.hpp): the decision is real, the record layer
// is not.
#pragma once

#include "reference/runtime/network.hpp"
#include "simulators/world/host.hpp"

namespace mr::world {

class HostNetwork final : public runtime::Network {
 public:
  explicit HostNetwork(Host& host) : host_(host) {}
  runtime::asio::awaitable<Result<runtime::Stream>> connect(Endpoint to, Instant deadline) override;
  runtime::asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream plain,
                                                           std::shared_ptr<const trust::TlsClient> settings,
                                                           Instant deadline) override;
  runtime::asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream plain,
                                                           std::shared_ptr<const trust::TlsServer> settings,
                                                           Instant deadline) override;
  Result<std::unique_ptr<runtime::Listener>> listen(Endpoint at) override;
  Result<std::unique_ptr<runtime::DatagramSocket>> bind(Endpoint at) override;
  runtime::asio::awaitable<Result<std::vector<Address>>> resolve(std::string name) override;
  runtime::asio::awaitable<Result<Duration>> ping(Address to, Instant deadline) override;

 private:
  // The address that this host would send from; nothing where it has none of that family.
  std::optional<Address> source_for(const Address& to) const;
  std::uint16_t free_port();
  Result<Endpoint> bindable(Endpoint at, bool taken) const;

  Host& host_;
};

}  // namespace mr::world
