#include "scenarios/engine/population.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "reference/agent/reading.hpp"
#include "scenarios/engine/runner.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/recording/recording.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/printer/snmp/net_snmp_engine.hpp"

namespace mr::scenarios {

std::string agent_host(const SitePlan& site) { return site.name + "-agent"; }

namespace {

constexpr std::uint16_t snmp_port = 161, raw_port = 9100;

// An engine with an eye on its door: tells of the first datagram to each printer, whatever becomes of it.
class WatchedEngine final : public printer::SnmpEngine {
 public:
  WatchedEngine(std::unique_ptr<printer::SnmpEngine> engine, runtime::Trace& trace, std::string agent)
      : engine_(std::move(engine)), trace_(trace), agent_(std::move(agent)) {}

  Result<void> add(printer::PrinterId printer, printer::DeviceMib& mib,
                   printer::EngineIdentity identity) override {
    serials_[printer] = mib.device().identity().serial;
    return engine_->add(printer, mib, std::move(identity));
  }
  void remove(printer::PrinterId printer) override { engine_->remove(printer); }
  void receive(printer::PrinterId printer, std::span<const std::byte> payload, const runtime::Endpoint& from,
               printer::Moment now, std::vector<printer::OutDatagram>& out) override {
    if (asked_.insert(printer).second) {
      const std::string address = from.address.to_string();
      trace_.emit({.kind = "printer.asked",
                   .fields = {{"serial", serials_[printer]}, {"from", address}, {"agent", agent_}}});
    }
    engine_->receive(printer, payload, from, now, out);
  }
  Result<void> notify(printer::PrinterId printer, const printer::Notification& notification,
                      printer::Moment now, std::vector<printer::OutDatagram>& out) override {
    return engine_->notify(printer, notification, now, out);
  }
  std::optional<printer::Moment> due() const override { return engine_->due(); }
  void wake(printer::Moment now, std::vector<printer::OutDatagram>& out) override { engine_->wake(now, out); }
  std::vector<printer::InformOutcome> take_outcomes() override { return engine_->take_outcomes(); }
  const printer::EngineCounts& counts() const override { return engine_->counts(); }

 private:
  std::unique_ptr<printer::SnmpEngine> engine_;
  runtime::Trace& trace_;
  std::string agent_;
  std::map<printer::PrinterId, std::string> serials_;
  std::set<printer::PrinterId> asked_;
};

std::uint32_t enterprise(const printer::Model& model) {
  return model.object_id.size() > 6 ? model.object_id[6] : 8072;  // net-snmp's own, where the model has none
}

struct Source {
  printer::ModelPtr model;  // of a profile
  printer::MibTemplatePtr mib;
  std::optional<printer::RecordedPrinter> recorded;
};

Result<Source> read_source(const PrinterGroup& group, const std::string& file) {
  Source source;
  if (file.empty()) {
    auto model = printer::profile(group.profile);
    MR_TRY(model);
    source.model = *model;
    source.mib = printer::compose_mib(source.model);
    return source;
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return Fault(run_errc::bad_printers,
                 to_string(group.place) + ": the recording " + file + " cannot be read");
  auto recording = printer::read_recording(text.str());
  if (!recording)
    return Fault(run_errc::bad_printers,
                 to_string(group.place) + ": " + file + ": " + to_string(recording.error()));
  source.recorded = printer::make_printer(std::move(*recording), std::filesystem::path(file).stem().string());
  source.mib = source.recorded->mib;
  return source;
}

}  // namespace

Result<std::unique_ptr<Population>> Population::build(const Scenario& scenario, const std::string& recording,
                                                      Stage& stage, Truth& truth) {
  std::unique_ptr<Population> population(new Population(scenario, stage, truth));
  if (!scenario.software.empty()) MR_TRY(population->make_firmware_signer());
  for (const SitePlan& site : scenario.sites)
    MR_TRY(population->add_site(site, &site == &scenario.sites.front() ? recording : ""));
  return population;
}

// On the wire net-snmp's library speaks for the printers, which then share no codec with the agent. It serves
// one site: there is one of it in a process.
std::unique_ptr<printer::SnmpEngine> Population::make_engine(runtime::Runtime& host,
                                                             const std::string& agent) {
  std::unique_ptr<printer::SnmpEngine> engine;
  std::string name = "native";
  if (stage_.mode() == report::Mode::on_wire) {
    if (auto library = printer::NetSnmpEngine::create()) {
      engine = std::move(*library);
      name = "net-snmp";
    } else {
      name += " (" + to_string(library.error()) + ")";
    }
  }
  if (!engine) engine = std::make_unique<printer::NativeEngine>();
  facts_.emplace_back("SNMP engine of " + host.host(), name);
  return std::make_unique<WatchedEngine>(std::move(engine), host.trace(), agent);
}

Result<void> Population::add_site(const SitePlan& site, const std::string& recording) {
  HostPlan plan{.name = site.name + "-printers", .site = site.name, .addresses = {}};
  for (const PrinterGroup& group : site.printers) {
    for (std::uint32_t i = 0; i < group.count; ++i) {
      plan.addresses.push_back(boost::asio::ip::address_v4(group.address.to_v4().to_uint() + i));
    }
  }
  auto host = stage_.add_host(plan);
  MR_TRY(host);
  runtime::SeededEntropy* const seeded = dynamic_cast<runtime::SeededEntropy*>(&(*host)->entropy());
  MR_ASSERT(seeded != nullptr);

  std::vector<printer::PrinterSite::Plan> printers;
  std::vector<Truth::Extent> extents;
  const std::size_t first = members_.size();
  for (const PrinterGroup& group : site.printers) {
    std::string file = &group == &site.printers.front() && !recording.empty() ? recording : group.recording;
    if (!file.empty() && recording != file && std::filesystem::path(file).is_relative()) {
      file = (std::filesystem::path(scenario_.file).parent_path() / file).string();
    }
    auto source = read_source(group, file);
    MR_TRY(source);
    if (source->recorded) {
      const printer::ImportReport& report = source->recorded->report;
      facts_.emplace_back("recording of " + group.name,
                          std::filesystem::path(file).filename().string() + ": " +
                              std::to_string(report.served) + " of " + std::to_string(report.lines) +
                              " variables served, " + std::to_string(report.bound) + " follow the device");
    }
    for (std::uint32_t i = 0; i < group.count; ++i) {
      auto member = std::make_unique<Member>();
      member->site = site.name;
      member->group = group.name;
      member->number = i + 1;
      member->global = static_cast<std::uint32_t>(members_.size());
      member->address = plan.addresses[printers.size()];
      const Address placed = stage_.place(member->address);
      member->placed = placed.to_string();
      member->host = *host;
      member->index = printers.size();
      printer::Device device =
          source->recorded ? source->recorded->device(
                                 i == 0 ? std::string() : "R" + std::to_string(1'000'000 + member->global))
                           : printer::make_device(source->model, member->global, *seeded);
      device.set_address(placed.to_v4().to_bytes());
      printer::EngineIdentity identity{
          .engine_id = printer::make_engine_id(enterprise(device.model()),
                                               "printer-" + std::to_string(member->global)),
          .users = nullptr,
          .salt = seeded->stream("printer/" + std::to_string(member->global) + "/salt").next()};
      printers.push_back({placed, std::move(device), source->mib, std::move(identity)});
      extents.push_back(source->recorded ? Truth::Extent::partial : Truth::Extent::whole);
      members_.push_back(std::move(member));
    }
  }
  printer::PrinterSite::Options options;
  options.port = stage_.port(snmp_port);
  options.raw_ports = {raw_port};
  options.port_shift = stage_.port(raw_port) - raw_port;
  if (firmware_root_) options.firmware_roots = firmware_root_->chain;
  options.hooks.changed = [this, first](std::size_t index) {
    Member& member = *members_[first + index];
    if (member.at == nullptr) return;  // not set up yet
    truth_.note(member.placed, member.at->device(index), stage_.now());
    replace_empty(member);
  };
  options.hooks.present = [this, first](std::size_t index, bool present) {
    const Member& member = *members_[first + index];
    return stage_.set_present(*member.host, member.address, present);
  };
  auto opened = printer::PrinterSite::open(**host, make_engine(**host, agent_host(site)), std::move(printers),
                                           std::move(options));
  MR_TRY(opened);
  sites_.push_back(std::move(*opened));
  for (std::size_t i = first; i < members_.size(); ++i) {
    members_[i]->at = sites_.back().get();
    const printer::Device& device = members_[i]->at->device(members_[i]->index);
    truth_.add(members_[i]->placed, device, sites_.back()->mib(members_[i]->index).shared(),
               extents[i - first], stage_.now());
  }
  return {};
}

std::size_t Population::size_of(const std::string& site) const {
  std::size_t count = 0;
  for (const auto& member : members_) count += member->site == site;
  return count;
}

Population::Member& Population::find(const std::string& group, std::uint32_t number) {
  for (const auto& member : members_) {
    if (member->group == group && member->number == number) return *member;
  }
  MR_ASSERT(!"a group and number that the scenario's reader let through");
  std::abort();
}

const printer::Device& Population::device(const std::string& group, std::uint32_t number) {
  const Member& member = find(group, number);
  return member.at->device(member.index);
}

std::string Population::manufacturer(const std::string& group, std::uint32_t number) {
  const printer::Model& model = device(group, number).model();
  const std::string_view known = agent::maker_of(snmp::Oid(std::span<const snmp::Oid::Arc>(model.object_id)));
  return known.empty() ? model.manufacturer : std::string(known);
}

Result<void> Population::make_firmware_signer() {
  const runtime::WallTime start(scenario_.start);
  firmware_root_ = printer::firmware::make_firmware_root("Firmware", start - std::chrono::days(30),
                                                         start + std::chrono::days(7300));
  auto signer = printer::firmware::make_signer(
      *firmware_root_, "Firmware signing", start - std::chrono::days(30), start + std::chrono::days(7300));
  MR_TRY(signer);
  firmware_signer_ = std::move(*signer);
  return {};
}

Result<std::string> Population::make_firmware(const SoftwarePlan& plan) {
  const printer::Model& model = device(plan.printers, 1).model();
  printer::firmware::Order order;
  order.manifest.name = model.product;
  order.manifest.version = plan.version;
  order.manifest.object_ids = {snmp::Oid(std::span<const snmp::Oid::Arc>(model.object_id)).text()};
  order.manifest.products = model.firmware_products;
  order.manifest.outcome = plan.outcome;
  order.payload = printer::firmware::filler(plan.id, plan.octets);
  order.defect = plan.defect;
  return printer::firmware::make(std::move(order), *firmware_signer_);
}

std::vector<runtime::Address> Population::placed(const std::string& site) const {
  std::vector<runtime::Address> out;
  for (const auto& member : members_) {
    if (member->site == site) out.push_back(stage_.place(member->address));
  }
  return out;
}

std::vector<std::string> Population::serials(const std::string& group, std::optional<std::uint32_t> number) {
  std::vector<std::string> out;
  for (const Member* member : members_of(group)) {
    if (!number || *number == member->number)
      out.push_back(member->at->device(member->index).identity().serial);
  }
  return out;
}

std::vector<std::string> Population::takers(const SoftwarePlan& plan) {
  std::vector<std::string> out;
  if (plan.defect != printer::firmware::Defect::none || plan.outcome != printer::firmware::Outcome::sound)
    return out;
  const printer::Model& meant = device(plan.printers, 1).model();
  for (const auto& member : members_) {
    const printer::Device& device = member->at->device(member->index);
    if (device.model().object_id == meant.object_id && !device.model().firmware_products.empty() &&
        printer::firmware::compare_levels(plan.version, device.level()) >= 0)
      out.push_back(device.identity().serial);
  }
  return out;
}

std::vector<Population::Member*> Population::members_of(const std::string& group) {
  std::vector<Member*> found;
  for (const auto& member : members_) {
    if (member->group == group) found.push_back(member.get());
  }
  return found;
}

void Population::start_work(runtime::Instant end) {
  for (const ReplaceLoad& load : scenario_.replace) {
    for (Member* member : members_of(load.printers)) {
      member->replace_after = load.after;
      replace_empty(*member);
    }
  }
  for (std::size_t i = 0; i < scenario_.print.size(); ++i) {
    const PrintLoad& load = scenario_.print[i];
    for (const auto& member : members_) {
      if (member->group != load.printers) continue;
      runtime::SeededEntropy* const seeded = dynamic_cast<runtime::SeededEntropy*>(&member->host->entropy());
      auto job = std::make_shared<Job>(
          Job{&load, member.get(),
              seeded->stream("workload/" + std::to_string(i) + "/printer/" + std::to_string(member->global)),
              end});
      const auto first =
          std::chrono::milliseconds(job->chance.below(static_cast<std::uint64_t>(load.every.count())));
      stage_.at(stage_.now() + first, [this, job] {
        print(*job);
        schedule(job);
      });
    }
  }
}

void Population::schedule(std::shared_ptr<Job> job) {
  const std::int64_t every = job->load->every.count();
  const runtime::Instant next =
      stage_.now() + std::chrono::milliseconds(job->chance.between(every - every / 2, every + every / 2));
  if (next >= job->end) return;
  stage_.at(next, [this, job] {
    print(*job);
    schedule(job);
  });
}

void Population::tend(printer::Device& device, printer::Moment now) {
  for (std::size_t i = 0; i < device.model().inputs.size(); ++i) {
    const std::int32_t capacity = device.model().inputs[i].capacity;
    if (device.input_present(i) && device.input_true_level(i) < capacity / 4)
      device.set_input_level(i, capacity, now);
  }
  for (std::size_t i = 0; i < device.model().outputs.size(); ++i) device.set_output_level(i, 0, now);
}

void Population::print(Job& job) {
  Member& member = *job.member;
  printer::Device& device = member.at->device(member.index);
  const printer::Moment now = stage_.now().time_since_epoch();
  // Drawn whether or not they are used, so that a printer that was off does the same jobs afterwards.
  const auto pages = static_cast<std::uint32_t>(job.chance.between(job.load->pages_min, job.load->pages_max));
  const bool wants_colour = job.chance.chance(job.load->colour_percent * 10'000);
  if (!device.powered()) return;
  tend(device, now);
  printer::Job work;
  (wants_colour && device.model().colour ? work.colour : work.black) = pages;
  if (!device.ready()) {
    member.at->skip(member.index, work);
    return;
  }
  member.at->print(member.index, work);
  truth_.note(member.placed, device, stage_.now());
  replace_empty(member);
}

// Somebody goes for a new one as soon as one is empty, and is back after a while.
void Population::replace_empty(Member& member) {
  if (!member.replace_after) return;
  const printer::Device& device = member.at->device(member.index);
  const auto& supplies = device.model().supplies;
  member.awaited.resize(supplies.size());
  for (const auto& [index, row] : truth_.supply_rows(member.placed)) {
    if (member.awaited[row] || device.supply_true_level(row) > 0 || supplies[row].yield == 0) continue;
    member.awaited[row] = true;
    stage_.at(stage_.now() + *member.replace_after, [this, &member, row = row, index = index] {
      member.awaited[row] = false;
      replace(member, row, index);
    });
  }
}

void Population::perform(const PrintOne& deed) {
  Member& member = find(deed.printers, deed.number);
  printer::Device& device = member.at->device(member.index);
  printer::Job work;
  (deed.colour && device.model().colour ? work.colour : work.black) = deed.pages;
  if (!device.powered() || !device.ready()) {
    stage_.emit(
        {.kind = "deed.impossible",
         .fields = {
             {"what", "print"}, {"serial", device.identity().serial}, {"why", "the printer is not ready"}}});
    return;
  }
  tend(device, stage_.now().time_since_epoch());
  member.at->print(member.index, work);
  truth_.note(member.placed, device, stage_.now());
  replace_empty(member);
}

void Population::perform(const ReplaceSupply& deed) {
  Member& member = find(deed.printers, deed.number);
  printer::Device& device = member.at->device(member.index);
  const auto row = truth_.supply_row(member.placed, deed.supply);
  if (!row) {
    stage_.emit({.kind = "deed.impossible",
                 .fields = {{"what", "replace_supply"},
                            {"serial", device.identity().serial},
                            {"why", "it has no such supply"}}});
    return;
  }
  replace(member, *row, deed.supply);
}

void Population::replace(Member& member, std::size_t row, std::int64_t index) {
  printer::Device& device = member.at->device(member.index);
  const std::string serial = "S" + std::to_string(member.global) + "-" + std::to_string(index) + "-" +
                             std::to_string(++member.replaced);
  device.replace_supply(row, serial, stage_.now().time_since_epoch());
  truth_.note(member.placed, device, stage_.now());
  member.at->look_again(member.index);
  member.host->trace().emit(
      {.kind = "printer.replaced",
       .fields = {{"serial", device.identity().serial}, {"supply", index}, {"unit", serial}}});
}

void Population::perform(const Power& deed) {
  for (const auto& member : members_) {
    if (member->group != deed.printers || (deed.number && *deed.number != member->number)) continue;
    printer::Device& device = member->at->device(member->index);
    if ((device.power() != printer::Power::off) == deed.on) continue;  // one that restarts has power
    Result<void> done;
    if (deed.on) {
      done = stage_.set_present(*member->host, member->address, true);
      if (done) done = member->at->power_on(member->index);
    } else {
      member->at->power_off(member->index);
      done = stage_.set_present(*member->host, member->address, false);
    }
    truth_.note(member->placed, device, stage_.now());
    if (!done) {
      const std::string why = to_string(done.error());
      stage_.emit({.kind = "deed.impossible",
                   .fields = {{"what", "power"}, {"serial", device.identity().serial}, {"why", why}}});
    }
  }
}

}  // namespace mr::scenarios
