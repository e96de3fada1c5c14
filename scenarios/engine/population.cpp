#include "scenarios/engine/population.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "scenarios/engine/runner.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/recording/recording.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/printer/snmp/net_snmp_engine.hpp"

namespace mr::scenarios {

std::string agent_host(const SitePlan& site) { return site.name + "-agent"; }

namespace {

constexpr std::uint16_t snmp_port = 161;

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
  auto opened = printer::PrinterSite::open(**host, make_engine(**host, agent_host(site)), std::move(printers),
                                           {.port = stage_.port(snmp_port), .sockets_max = 1000});
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

void Population::start_work(runtime::Instant end) {
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
  for (std::size_t i = 0; i < device.model().outputs.size(); ++i) device.empty_output(i);
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
  std::uint32_t done = 0;
  const bool colour = wants_colour && device.model().colour;
  if (device.ready()) {
    printer::Job work;
    (colour ? work.colour : work.black) = pages;
    done = device.run_job(work, now);
    truth_.note(member.placed, device, stage_.now());
  }
  member.host->trace().emit({.kind = "printer.printed",
                             .fields = {{"serial", device.identity().serial},
                                        {"pages", std::int64_t(pages)},
                                        {"colour", std::int64_t(colour)},
                                        {"done", std::int64_t(done)},
                                        {"life", static_cast<std::int64_t>(device.life_count())}}});
}

void Population::perform(const ReplaceSupply& deed) {
  Member& member = find(deed.printers, deed.number);
  printer::Device& device = member.at->device(member.index);
  const auto row = truth_.supply_row(member.placed, deed.supply);
  if (!row) {
    stage_.emit({.kind = "deed.impossible",
                 .fields = {{"serial", device.identity().serial}, {"supply", std::int64_t(deed.supply)}}});
    return;
  }
  const std::string serial = "S" + std::to_string(member.global) + "-" + std::to_string(deed.supply) + "-" +
                             std::to_string(++member.replaced);
  device.replace_supply(*row, serial, stage_.now().time_since_epoch());
  truth_.note(member.placed, device, stage_.now());
  member.host->trace().emit(
      {.kind = "printer.replaced",
       .fields = {
           {"serial", device.identity().serial}, {"supply", std::int64_t(deed.supply)}, {"unit", serial}}});
}

void Population::perform(const Power& deed) {
  for (const auto& member : members_) {
    if (member->group != deed.printers || (deed.number && *deed.number != member->number)) continue;
    printer::Device& device = member->at->device(member->index);
    if (device.powered() == deed.on) continue;
    Result<void> done;
    if (deed.on) {
      done = stage_.set_present(*member->host, member->address, true);
      if (done) done = member->at->power_on(member->index);
    } else {
      member->at->power_off(member->index);
      done = stage_.set_present(*member->host, member->address, false);
    }
    truth_.note(member->placed, device, stage_.now());
    member->host->trace().emit(
        {.kind = "printer.power",
         .fields = {{"serial", device.identity().serial}, {"on", std::int64_t(deed.on)}}});
    if (!done) {
      const std::string why = to_string(done.error());
      stage_.emit(
          {.kind = "deed.impossible", .fields = {{"serial", device.identity().serial}, {"why", why}}});
    }
  }
}

}  // namespace mr::scenarios
