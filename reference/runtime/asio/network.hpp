// The kernel's network as one host of the process sees it. Private to this module.
#pragma once

#include "reference/runtime/asio/process.hpp"
#include "reference/runtime/asio/tls.hpp"

namespace mr::runtime {

class AsioNetwork final : public Network {
 public:
  // lifetime: all three outlive it.
  AsioNetwork(AsioProcess& process, Clock& clock, const HostOptions& options);

  asio::awaitable<Result<Stream>> connect(Endpoint to, Instant deadline) override;
  asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsClient> settings,
                                         Instant deadline) override;
  asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsServer> settings,
                                         Instant deadline) override;
  Result<std::unique_ptr<Listener>> listen(Endpoint at) override;
  Result<std::unique_ptr<DatagramSocket>> bind(Endpoint at) override;
  asio::awaitable<Result<std::vector<Address>>> resolve(std::string name) override;
  asio::awaitable<Result<Duration>> ping(Address to, Instant deadline) override;

 private:
  AsioProcess& process_;
  Clock& clock_;
  const HostOptions& options_;
  TlsContexts contexts_;
};

}  // namespace mr::runtime
