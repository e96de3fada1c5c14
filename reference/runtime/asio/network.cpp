#include "reference/runtime/asio/network.hpp"

#include <algorithm>

#include "reference/runtime/asio/sockets.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {}  // namespace

AsioNetwork::AsioNetwork(AsioProcess& process, Clock& clock, const HostOptions& options)
    : process_(process), clock_(clock), options_(options) {}

asio::awaitable<Result<Stream>> AsioNetwork::connect(Endpoint to, Instant deadline) {
  return connect_tcp(process_.context(), clock_, options_.address, to, deadline);
}

asio::awaitable<Result<Stream>> AsioNetwork::secure(Stream plain,
                                                    std::shared_ptr<const trust::TlsClient> settings,
                                                    Instant deadline) {
  return secure_client(std::move(plain), contexts_.of(settings), settings, clock_, deadline);
}

asio::awaitable<Result<Stream>> AsioNetwork::secure(Stream plain,
                                                    std::shared_ptr<const trust::TlsServer> settings,
                                                    Instant deadline) {
  return secure_server(std::move(plain), contexts_.of(settings), settings, clock_, deadline);
}

Result<std::unique_ptr<Listener>> AsioNetwork::listen(Endpoint at) {
  return listen_tcp(process_.context(), clock_, at);
}

Result<std::unique_ptr<DatagramSocket>> AsioNetwork::bind(Endpoint at) {
  return bind_udp(process_.context(), at, at.address.is_unspecified() ? options_.address : std::nullopt);
}

asio::awaitable<Result<std::vector<Address>>> AsioNetwork::resolve(std::string name) {
  boost::system::error_code ec;
  if (const Address literal = asio::ip::make_address(name, ec); !ec) co_return std::vector<Address>{literal};
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (const auto known = options_.names.find(lower); known != options_.names.end()) co_return known->second;
  if (!options_.system_resolver) co_return Fault(asio::error::host_not_found, name);

  const Hold hold = clock_.hold();
  asio::ip::tcp::resolver resolver(process_.context());
  const auto [failed, found] = co_await resolver.async_resolve(lower, "", as_values);
  if (failed) co_return Fault(failed, name);
  std::vector<Address> addresses;
  for (const auto& entry : found) {
    const auto address = entry.endpoint().address();
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(address);
  }
  co_return addresses;
}

asio::awaitable<Result<Duration>> AsioNetwork::ping(Address to, Instant deadline) {
  return ping_icmp(process_.context(), clock_, options_.address, to, deadline);
}

}  // namespace mr::runtime
