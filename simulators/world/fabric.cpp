#include "simulators/world/fabric.hpp"

#include "simulators/world/host.hpp"

namespace mr::world {

std::string_view describe(PacketKind kind) {
  switch (kind) {
    case PacketKind::datagram:
      return "datagram";
    case PacketKind::syn:
      return "syn";
    case PacketKind::syn_ack:
      return "syn-ack";
    case PacketKind::segment:
      return "segment";
    case PacketKind::fin:
      return "fin";
    case PacketKind::rst:
      return "rst";
    case PacketKind::echo:
      return "echo";
    case PacketKind::echo_reply:
      return "echo-reply";
  }
  return "unknown";
}

namespace {

template <class T>
Guard add(std::vector<std::weak_ptr<T>>& list, T entry) {
  std::erase_if(list, [](const auto& weak) { return weak.expired(); });
  auto shared = std::make_shared<T>(std::move(entry));
  list.push_back(shared);
  return Guard(std::move(shared));
}

}  // namespace

Guard Fabric::add_rule(Rule rule) { return add(rules_, std::move(rule)); }
Guard Fabric::add_tap(Tap tap) { return add(taps_, std::move(tap)); }

void Fabric::set_name(const std::string& name, std::vector<Address> addresses, const std::string& site) {
  if (addresses.empty()) {
    names_[site].erase(name);
  } else {
    names_[site][name] = std::move(addresses);
  }
}

void Fabric::set_resolver_down(const std::string& site, bool down) { resolvers_down_[site] = down; }

bool Fabric::resolver_down(const std::string& site) const {
  const auto at = resolvers_down_.find(site);
  return at != resolvers_down_.end() && at->second;
}

std::vector<Address> Fabric::look_up(const std::string& name, const std::string& site) const {
  for (const auto& where : {site, std::string()}) {
    const auto names = names_.find(where);
    if (names == names_.end()) continue;
    if (const auto at = names->second.find(name); at != names->second.end()) return at->second;
  }
  return {};
}

Host* Fabric::owner(const Address& address, Host* asking) const {
  if (address.is_loopback()) return asking;
  const auto at = owners_.find(address);
  return at == owners_.end() ? nullptr : at->second;
}

void Fabric::claim(const Address& address, Host& host) {
  MR_ASSERT(!address.is_loopback());
  MR_ASSERT(owners_.emplace(address, &host).second);
}

void Fabric::release(const Address& address) { owners_.erase(address); }

Duration Fabric::latency(const Packet& packet, Host* sender) const {
  const auto& options = world_.options();
  const Host* to = owner(packet.to.address, sender);
  if (to == sender) return options.loopback_latency;
  return !to || to->site() == sender->site() ? options.lan_latency : options.wan_latency;
}

Verdict Fabric::judge(const Packet& packet, Host* sender) {
  Verdict verdict;
  for (std::size_t i = 0; i < rules_.size() && verdict.kind == Verdict::Kind::pass; ++i) {
    if (const auto rule = rules_[i].lock()) verdict = (*rule)(packet);
  }
  if (verdict.kind == Verdict::Kind::pass) verdict = Verdict::deliver(latency(packet, sender));
  for (std::size_t i = 0; i < taps_.size(); ++i) {
    if (const auto tap = taps_[i].lock()) (*tap)(packet, {verdict.kind, verdict.delay});
  }
  return verdict;
}

}  // namespace mr::world
