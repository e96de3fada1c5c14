// What lies between the hosts: addresses, names, latency, rules and taps.
//
// A packet is judged when it is sent: by the rules, in the order in which they were added, then by the
// fabric's own latency (WorldOptions). Whether its address answers is seen when it arrives. 127.0.0.0/8 and
// ::1 are every host's own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulators/world/packet.hpp"
#include "simulators/world/world.hpp"

namespace mr::world {

class Fabric {
 public:
  explicit Fabric(World& world) : world_(world) {}

  // In force until the guard goes.
  [[nodiscard]] Guard add_rule(Rule rule);
  [[nodiscard]] Guard add_tap(Tap tap);

  // The addresses of a name, in the order in which to try them; site "": for all sites. Replaces; empty
  // removes.
  void set_name(const std::string& name, std::vector<Address> addresses, const std::string& site = {});
  // While down, look-ups from the site fail with host_not_found_try_again after 5 s.
  void set_resolver_down(const std::string& site, bool down);
  bool resolver_down(const std::string& site) const;
  std::vector<Address> look_up(const std::string& name, const std::string& site) const;

  // The host that has the address, up or down; null if nobody. Loopback addresses are `asking`'s.
  Host* owner(const Address& address, Host* asking) const;
  void claim(const Address& address, Host& host);
  void release(const Address& address);

  // Judges a packet sent by `sender` and shows it to the taps.
  Verdict judge(const Packet& packet, Host* sender);

  World& world() { return world_; }

 private:
  Duration latency(const Packet& packet, Host* sender) const;

  World& world_;
  std::vector<std::weak_ptr<Rule>> rules_;
  std::vector<std::weak_ptr<Tap>> taps_;
  std::map<Address, Host*> owners_;
  std::map<std::string, std::map<std::string, std::vector<Address>>> names_;  // by site, then name
  std::map<std::string, bool> resolvers_down_;
};

}  // namespace mr::world
