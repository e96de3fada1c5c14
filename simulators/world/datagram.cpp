#include "simulators/world/datagram.hpp"

#include "simulators/world/connection.hpp"
#include "simulators/world/fabric.hpp"

namespace mr::world {
namespace {

// A datagram larger than this is not sent (IPv4: 65,535 less both headers).
constexpr std::size_t payload_max = 65'507;

struct Flight {
  World& world;
  Host* sender;
  runtime::Datagram datagram;

  void arrive() {
    Host* const host = world.fabric().owner(datagram.to.address, sender);
    if (!host || !host->up()) return;
    DatagramCore* const bound = find_bound(host->life()->datagrams, datagram.to);
    if (!bound || !bound->receiver) return;
    // The receiver may destroy its socket, or crash its host: both are this turn's own business.
    const std::shared_ptr<DatagramCore> core = bound->self;
    auto receiver = std::move(core->receiver);
    core->receiver = nullptr;
    core->replaced = false;
    Life* const before = world.run_as(core->life);
    receiver(datagram);
    world.run_as(before);
    if (!core->replaced && !core->closed) core->receiver = std::move(receiver);
  }
};

class VirtualDatagramSocket final : public runtime::DatagramSocket {
 public:
  explicit VirtualDatagramSocket(std::shared_ptr<DatagramCore> core) : core_(std::move(core)) {}
  ~VirtualDatagramSocket() override {
    core_->closed = true;
    core_->receiver = nullptr;
    core_->self.reset();
    if (core_->life->alive) core_->life->datagrams.erase(core_->at);
  }
  void on_receive(std::function<void(const runtime::Datagram&)> receiver) override {
    core_->receiver = std::move(receiver);
    core_->replaced = true;
  }
  Endpoint local() const override { return core_->at; }

  void send(std::span<const std::byte> payload, const Endpoint& to, std::optional<Address> from) override {
    Host& host = *core_->host;
    if (!core_->life->alive || payload.size() > payload_max) return;
    const auto source = from ? from : source_for(host, to.address);
    if (!source) return;
    World& world = host.world();
    if (!source->is_loopback() && world.fabric().owner(*source, &host) != &host)
      return;  // no longer, or never, its own
    const Packet packet{.kind = PacketKind::datagram,
                        .from = {*source, core_->at.port},
                        .to = to,
                        .payload = payload,
                        .sent = world.now()};
    const Verdict verdict = world.fabric().judge(packet, &host);
    if (verdict.kind != Verdict::Kind::deliver) return;
    for (unsigned copy = 0; copy < verdict.copies; ++copy) {
      auto flight = std::make_unique<Flight>(
          Flight{world, &host, {runtime::Bytes(payload.begin(), payload.end()), packet.from, to}});
      world.events().push(world.now() + verdict.delay, nullptr, [f = std::move(flight)] { f->arrive(); });
    }
  }

 private:
  std::optional<Address> source_for(Host& host, const Address& to) const {
    if (!core_->at.address.is_unspecified()) return core_->at.address;
    if (to.is_loopback()) return to;
    for (const auto& own : host.addresses()) {
      if (own.is_v4() == to.is_v4()) return own;
    }
    return std::nullopt;
  }

  std::shared_ptr<DatagramCore> core_;
};

}  // namespace

std::unique_ptr<runtime::DatagramSocket> make_datagram_socket(Host& host, Endpoint at) {
  auto core = std::make_shared<DatagramCore>();
  core->host = &host;
  core->life = host.life();
  core->at = at;
  core->self = core;
  core->life->datagrams.emplace(at, core.get());
  return std::make_unique<VirtualDatagramSocket>(std::move(core));
}

}  // namespace mr::world
