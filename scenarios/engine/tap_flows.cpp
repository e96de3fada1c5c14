#include "scenarios/engine/tap_flows.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>

#include "scenarios/engine/tap_service.hpp"

namespace mr::scenarios {

using runtime::Address;
using runtime::Endpoint;

namespace {

constexpr std::size_t first_bytes_max = 64;

}  // namespace

std::string_view outcome_of(const boost::system::error_code& error) {
  if (error == boost::asio::error::connection_refused) return "refused";
  if (error == boost::asio::error::timed_out) return "timed-out";
  if (error == boost::asio::error::host_unreachable || error == boost::asio::error::network_unreachable)
    return "unreachable";
  if (error == boost::asio::error::host_not_found) return "not-found";
  return "failed";
}

void Tap::add(const HostEnd& host, const std::vector<Address>& addresses) {
  for (const Address& address : addresses) sites_[address] = host.site;
}

std::string_view Tap::site_of(const Address& address) const {
  const auto found = sites_.find(address);
  if (found != sites_.end()) return found->second;
  for (const SiteNetwork& network : networks_) {
    if (!(address < network.first) && !(network.last < address)) return network.site;
  }
  return {};
}

bool Tap::leaves_site(const HostEnd& host, const Address& to) const {
  return !host.site.empty() && site_of(to) != host.site;
}

void Tap::flow(const HostEnd& host, const Address& from, const std::string& to, std::string_view direction,
               std::string_view protocol, std::uint16_t port, std::string_view service,
               std::string_view outcome) {
  if (over_) return;
  const std::string source = from.to_string();
  const bool crowded = told_.size() >= flows_max;
  if (!told_
           .emplace(crowded ? host.site : source, crowded ? std::string(direction) : to,
                    std::string(protocol), port, service)
           .second)
    return;
  host.runtime->trace().emit({.kind = "flow",
                              .fields = {{"from", source},
                                         {"to", to},
                                         {"protocol", protocol},
                                         {"port", std::int64_t(port)},
                                         {"service", service},
                                         {"direction", direction},
                                         {"outcome", outcome}}});
}

void Tap::flow(const HostEnd& host, const Address& from, const Address& to, std::string_view protocol,
               std::uint16_t port, std::string_view service, std::string_view outcome) {
  const std::string_view here = site_of(from), there = site_of(to);
  const std::string_view direction = here.empty()    ? there.empty() ? "outside" : "inward"
                                     : here == there ? "inside"
                                                     : "outbound";
  flow(host, from, to.to_string(), direction, protocol, port, service, outcome);
}

void Tap::datagram(const HostEnd& host, const Endpoint& from, const Endpoint& to,
                   std::span<const std::byte> bytes) {
  if (observer_.datagram)
    observer_.datagram(
        {host.runtime->clock().now(), host.name, host.site, from, to, leaves_site(host, to.address), bytes});
  // A datagram back to where one came from is an answer.
  if (asked_.contains({to.address, from.address, from.port})) return;
  const std::string_view service = udp_service(bytes);
  const Dialogue key{from.address, to.address, to.port};
  auto known = asked_.find(key);
  if (known == asked_.end()) {
    if (asked_.size() >= flows_max)
      return flow(host, from.address, to.address, "udp", to.port, service, "sent");
    known = asked_.emplace(key, std::vector<std::string_view>()).first;
  }
  if (std::ranges::find(known->second, service) != known->second.end()) return;
  known->second.push_back(service);
  flow(host, from.address, to.address, "udp", to.port, service, "sent");
}

void Tap::opened(const std::shared_ptr<End>& end, const Endpoint& local, const Endpoint& remote) {
  ends_[{local, remote}] = end;
  if (ends_.size() < ends_swept_at_) return;
  std::erase_if(ends_, [](const auto& known) { return known.second.expired(); });
  ends_swept_at_ = std::max<std::size_t>(1024, ends_.size() * 2);
}

std::shared_ptr<End> Tap::end_of(const Endpoint& local, const Endpoint& remote) const {
  const auto found = ends_.find({local, remote});
  return found == ends_.end() ? nullptr : found->second.lock();
}

End::End(std::shared_ptr<Tap> tap, const HostEnd& host, Endpoint local, Endpoint remote, bool client)
    : tap_(std::move(tap)), host_(host) {
  connection_.number = tap_->next_number();
  connection_.host = host.name;
  connection_.site = host.site;
  connection_.local = local;
  connection_.remote = remote;
  connection_.client = client;
  connection_.leaves_site = tap_->leaves_site(host, remote.address);
  show(Observed::What::opened);
}

void End::secured() {
  connection_.secure = true;
  first_.clear();
  show(Observed::What::secured);
}

void End::refused(const Fault& fault) {
  const std::string why = to_string(fault);
  show(Observed::What::refused, {}, why);
  if (connection_.client) tell("tls", "refused-by-tls");
}

void End::sent(std::span<const std::byte> bytes, int layer) {
  if (layer < layer_) return;
  show(Observed::What::sent, bytes);
  if (!connection_.client || told_) return;
  // Enough to know a request line by; a client that says less is told when it closes.
  first_.append(reinterpret_cast<const char*>(bytes.data()),
                std::min(bytes.size(), first_bytes_max - first_.size()));
  if (first_.size() >= 8) tell_service();
}

void End::received(std::span<const std::byte> bytes, int layer) {
  if (layer < layer_) return;
  show(Observed::What::received, bytes);
  if (!connection_.client || told_ || !first_.empty()) return;
  if (!connection_.secure) tell(greeting_service(bytes), "connected");
}

void End::closed(int layer) {
  if (layer < layer_ || std::exchange(closed_, true) || tap_->over()) return;
  if (connection_.client && !told_) {
    if (!first_.empty()) {
      tell_service();
    } else {
      tell(connection_.secure ? "tls" : "silent", "connected");
    }
  }
  show(Observed::What::closed);
}

void End::show(Observed::What what, std::span<const std::byte> bytes, std::string_view why) const {
  if (tap_->over()) return;
  tap_->show({what, host_.runtime->clock().now(), connection_, bytes, why});
}

void End::tell_service() {
  tell(tcp_service(std::as_bytes(std::span(first_)), connection_.secure, connection_.remote.port),
       "connected");
}

void End::tell(std::string_view service, std::string_view outcome) {
  told_ = true;
  tap_->flow(host_, connection_.local.address, connection_.remote.address, "tcp", connection_.remote.port,
             service, outcome);
}

}  // namespace mr::scenarios
