// What the tap keeps: who has which address, which flows were told, and what each connection has said. Not
// part of the module's contract: tap.hpp is.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "scenarios/engine/tap.hpp"

namespace mr::scenarios {

struct HostEnd {
  std::string name, site;
  runtime::Address address;  // the first; unspecified where it has none
  runtime::Runtime* runtime = nullptr;
};

// In a flow's words: refused, timed-out, unreachable, not-found, failed.
std::string_view outcome_of(const boost::system::error_code& error);

class End;

class Tap {
 public:
  Tap(std::vector<SiteNetwork> networks, TapObserver observer)
      : observer_(std::move(observer)), networks_(std::move(networks)) {}

  // The stage is about to go: what is destroyed from now on is not told.
  void end() { over_ = true; }
  bool over() const { return over_; }

  void add(const HostEnd& host, const std::vector<runtime::Address>& addresses);
  std::string_view site_of(const runtime::Address& address) const;  // empty: of none
  bool leaves_site(const HostEnd& host, const runtime::Address& to) const;

  // Tells the flow, if it is a new one. `protocol`, `service`, `direction` and `outcome` are literals.
  void flow(const HostEnd& host, const runtime::Address& from, const std::string& to,
            std::string_view direction, std::string_view protocol, std::uint16_t port,
            std::string_view service, std::string_view outcome);
  void flow(const HostEnd& host, const runtime::Address& from, const runtime::Address& to,
            std::string_view protocol, std::uint16_t port, std::string_view service,
            std::string_view outcome);
  void datagram(const HostEnd& host, const runtime::Endpoint& from, const runtime::Endpoint& to,
                std::span<const std::byte> bytes);
  void show(const Observed& observed) const {
    if (observer_.stream && !over_) observer_.stream(observed);
  }
  std::uint64_t next_number() { return ++connections_; }

  // The open end of a connection between these two endpoints, seen from `local`: for a host that puts
  // something of its own between the connection and its TLS. Null where there is none.
  void opened(const std::shared_ptr<End>& end, const runtime::Endpoint& local,
              const runtime::Endpoint& remote);
  std::shared_ptr<End> end_of(const runtime::Endpoint& local, const runtime::Endpoint& remote) const;

 private:
  using Dialogue =
      std::tuple<runtime::Address, runtime::Address, std::uint16_t>;  // who asks whom, at which port

  TapObserver observer_;
  std::vector<SiteNetwork> networks_;
  std::map<runtime::Address, std::string> sites_;
  std::set<std::tuple<std::string, std::string, std::string, std::uint16_t, std::string_view>> told_;
  std::map<Dialogue, std::vector<std::string_view>> asked_;  // by datagrams: the services
  std::map<std::pair<runtime::Endpoint, runtime::Endpoint>, std::weak_ptr<End>>
      ends_;  // those closed are swept out
  std::size_t ends_swept_at_ = 1024;
  bool over_ = false;
  std::uint64_t connections_ = 0;
};

// One end of a connection as long as anything of it lives: the plain stream, layer 0, then the secure one
// over it, layer 1. What a covered layer says is the noise of the one above.
class End {
 public:
  End(std::shared_ptr<Tap> tap, const HostEnd& host, runtime::Endpoint local, runtime::Endpoint remote,
      bool client);
  End(const End&) = delete;

  void cover() { layer_ = 1; }  // a handshake begins
  void secured();
  void refused(const Fault& fault);
  void sent(std::span<const std::byte> bytes, int layer);
  void received(std::span<const std::byte> bytes, int layer);
  void closed(int layer);  // idempotent

 private:
  void show(Observed::What what, std::span<const std::byte> bytes = {}, std::string_view why = {}) const;
  void tell_service();
  void tell(std::string_view service, std::string_view outcome);

  std::shared_ptr<Tap> tap_;
  HostEnd host_;
  Connection connection_;
  std::string first_;  // what the client said first
  int layer_ = 0;
  bool told_ = false, closed_ = false;
};

}  // namespace mr::scenarios
