// A run in order: the stage and its hosts; the server, with an account and a registration key for each site;
// the printers, switched on; the agents; then what people do, until the end of the scenario. The observers of
// the trace (checks, figures) see every event up to the end and nothing after it. Then everything is stopped,
// so that nothing outlives its host, and the checks judge.
#include "scenarios/engine/runner.hpp"

#include <algorithm>
#include <filesystem>

#include "reference/protocol/trust/envelope.hpp"
#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/markers.hpp"
#include "scenarios/engine/agents.hpp"
#include "scenarios/engine/deeds.hpp"
#include "scenarios/engine/figures.hpp"
#include "scenarios/engine/lineage.hpp"
#include "scenarios/engine/tap.hpp"

namespace mr::scenarios {

std::string_view describe(run_errc code) {
  switch (code) {
    case run_errc::bad_printers:
      return "these printers cannot be made";
    case run_errc::not_set_up:
      return "the server could not be set up";
  }
  return "run error";
}

std::string scenario_id(const Scenario& scenario) {
  const std::filesystem::path path(scenario.file);
  const std::string folder = path.parent_path().filename().string();
  std::string id = (folder.empty() || folder == "." ? "" : folder + "/") + path.stem().string();
  for (char& c : id) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/')) c = '-';
  }
  return id;
}

namespace {

constexpr auto stop_time = std::chrono::minutes(10);

class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options) : scenario_(scenario), options_(options) {}

  Result<report::Run> run() {
    StageOptions stage{options_.seed, scenario_.start, options_.events, options_.stores_folder};
    stage_ = make_tapped_stage(
        options_.wire ? make_wire_stage(std::move(stage)) : make_virtual_stage(std::move(stage)), networks(),
        {.stream = [this](const Observed& seen) { show(seen); },
         .datagram = [this](const ObservedDatagram& seen) { show(seen); }});
    end_ = runtime::Instant(scenario_.duration);
    describe_setting();
    watching_ = true;
    auto services = Services::open(scenario_, *stage_);
    MR_TRY(services);
    services_ = std::move(*services);
    auto population = Population::build(scenario_, options_.recording, *stage_, truth_);
    MR_TRY(population);
    population_ = std::move(*population);
    MR_TRY(services_->equip(*population_));
    auto workstations = Workstations::open(scenario_, *stage_, options_.seed);
    MR_TRY(workstations);
    workstations_ = std::move(*workstations);
    complete_setting();
    auto agents = Agents::start(scenario_, *stage_, *services_);
    MR_TRY(agents);
    agents_ = std::move(*agents);
    deeds_ = std::make_unique<Deeds>(scenario_, *stage_, *services_, *population_, *agents_, *workstations_);
    deeds_->start();
    population_->start_work(end_);
    // A day at a time, the same with and without a listener.
    std::optional<Fault> broken;
    while (stage_->now() < end_ && !broken) {
      const auto next = std::min(end_, stage_->now() + std::chrono::hours(24));
      if (const auto ran = stage_->run_until(next); !ran) broken = ran.error();
      if (options_.progress) options_.progress(stage_->now(), end_);
    }
    watching_ = false;
    const std::string hash = options_.wire ? std::string() : stage_->trace_log().hash();
    report::Run run = judge(broken);
    run.trace_hash = hash;
    tell_reports();
    const Result<bool> stopped = stop();
    if (!broken && (!stopped || !*stopped)) {
      report::Case trouble{.id = scenario_id(scenario_) + "/stops",
                           .title = "Everything stops at the end of the run."};
      trouble.message = stopped ? "something was still running 10 minutes after it was told to stop"
                                : to_string(stopped.error());
      run.cases.push_back(std::move(trouble));
    }
    return run;
  }

  ~Runner() {
    // In the reverse order of their making: agents and server before the hosts they run on.
    deeds_.reset();
    agents_.reset();
    workstations_.reset();
    services_.reset();
    population_.reset();
  }

 private:
  // What each agent may look for printers in belongs to its site, whether or not a printer is there.
  std::vector<SiteNetwork> networks() const {
    std::vector<SiteNetwork> out;
    for (const SitePlan& site : scenario_.sites) {
      for (const Range& range : site.agent.scope) out.push_back({site.name, range.first, range.last});
    }
    return out;
  }

  template <class Seen>
  void show(const Seen& seen) {
    if (!watching_) return;
    for (const auto& check : checks_) {
      if (check) check->observe(seen);
    }
  }

  // What is known only once servers and printers are there, before anything happens.
  void complete_setting() {
    setting_.servers = services_->addresses();
    setting_.port_shift = services_->port() - 443;
    setting_.open_envelope = [this](std::span<const std::byte> sealed) {
      return services_->open_envelope(sealed);
    };
    setting_.markers = workstations_->markers();
    for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
      const SitePlan& plan = scenario_.sites[i];
      Setting::Site& site = setting_.sites[i];
      site.addresses = population_->placed(plan.name);
      site.addresses.push_back(stage_->place(agent_address(scenario_, i)));
      for (const PermitPlan& permit : plan.agent.permit) {
        Setting::Permit granted{std::string(model::word(permit.action)), {}};
        if (permit.until) granted.until = runtime::Instant(*permit.until);
        site.permits.push_back(std::move(granted));
      }
      for (const model::ActionKind kind : plan.agent.disable) site.disabled.emplace_back(model::word(kind));
      // One that starts by a deed meets an account that another deed closed.
      const bool closed =
          !plan.agent.starts_at_once && std::ranges::any_of(scenario_.deeds, [&](const Deed& deed) {
            const auto* close = std::get_if<CloseAccount>(&deed.what);
            return close != nullptr && close->account == plan.account;
          });
      site.registers = plan.agent.key == KeyState::valid && plan.server.empty() && !plan.location.empty() &&
                       !plan.contact_email.empty() && !closed;
      site.locked_down = plan.agent.security_mode == model::SecurityMode::locked_down;
      add_secret(setting_.markers, "community of " + plan.name, plan.agent.community);
      add_secret(setting_.markers, "registration key of " + plan.name, services_->key(i), true);
    }
    for (const ContractPlan& plan : scenario_.contracts) {
      for (const std::string& serial : population_->serials(plan.printers, plan.number))
        setting_.contracts.push_back({serial, plan.threshold_percent});
    }
    for (const SoftwarePlan& plan : scenario_.software)
      setting_.software.push_back({plan.id, plan.version, population_->takers(plan)});
  }

  void describe_setting() {
    setting_.start = scenario_.start;
    setting_.end = end_;
    setting_.zone = scenario_.zone;
    setting_.truth = &truth_;
    for (const SitePlan& site : scenario_.sites) {
      Setting::Site seen{
          .name = site.name, .agent_host = agent_host(site), .report_at = site.agent.report_at};
      for (const PrinterGroup& group : site.printers) seen.printers += group.count;
      setting_.sites.push_back(std::move(seen));
    }
    tally_ = std::make_unique<Tally>(setting_);
    lineage_ = std::make_unique<Lineage>(setting_);
    for (const Expectation& expectation : scenario_.expect) {
      if (!expectation.check.empty()) {
        checks_.push_back(find_check(expectation.check)->make(setting_));
      } else {
        checks_.push_back(expectation.over_time ? make_temporal(*expectation.over_time, setting_) : nullptr);
      }
    }
    stage_->trace_log().observe([this](const runtime::TraceLog::Record& record) {
      if (!watching_) return;
      tally_->see(record);
      for (const auto& check : checks_) {
        if (check) check->see(record);
      }
      lineage_->see(record);
      if (deeds_) deeds_->see(record);
    });
  }

  void tell_reports() {
    if (!options_.reports) return;
    const auto rows = services_->server().store().query(
        "SELECT d.serial_number, r.xml FROM device d JOIN report r ON r.device_id = d.id WHERE r.sequence = "
        "(SELECT MAX(sequence) FROM report WHERE device_id = d.id) ORDER BY d.serial_number, d.id",
        {});
    if (!rows) return;
    for (const runtime::Row& row : *rows)
      options_.reports(std::get<std::string>(row[0]), std::get<std::string>(row[1]));
  }

  Result<bool> stop() {
    // From within a turn: a scope is stopped on its own executor.
    bool told = false;
    stage_->at(stage_->now(), [this, &told] {
      agents_->stop();
      workstations_->stop();
      services_->stop();
      told = true;
    });
    return stage_->run_until(
        [this, &told] { return told && services_->idle() && agents_->idle() && workstations_->idle(); },
        stage_->now() + stop_time);
  }

  report::Run judge(const std::optional<Fault>& broken) {
    report::Run run;
    run.version = options_.version;
    run.commit = options_.commit;
    run.scenario = scenario_.name;
    run.seed = options_.seed;
    run.mode = stage_->mode();
    run.reproduce = options_.reproduce;
    run.duration_ns = stage_->now().time_since_epoch().count();
    run.timeline = tally_->timeline();
    run.chains = lineage_->groups();
    run.facts = {{"file", scenario_.file}};
    // What the scenario is about is told; what was judged is with the checks.
    if (!scenario_.clauses.empty()) run.facts.emplace_back("clauses exercised", joined(scenario_.clauses));
    if (!scenario_.requirements.empty())
      run.facts.emplace_back("requirements exercised", joined(scenario_.requirements));
    for (const auto& fact : population_->facts()) run.facts.push_back(fact);
    for (const auto& fact : stage_->facts()) run.facts.push_back(fact);
    const Figures figures = tally_->figures();
    for (const auto& [name, value] : figures)
      run.figures.push_back({.name = name, .value = static_cast<double>(value)});

    const std::string prefix = scenario_id(scenario_) + "/";
    std::size_t expressions = 0;
    for (std::size_t i = 0; i < scenario_.expect.size(); ++i) {
      const Expectation& expectation = scenario_.expect[i];
      report::Case one;
      if (checks_[i]) {
        tell(checks_[i]->judge(), one);
      } else {
        judge_expression(expectation, figures, one);
      }
      if (!expectation.check.empty()) {
        const CheckKind& kind = *find_check(expectation.check);
        one.id = prefix + expectation.check;
        one.title = kind.title;
        for (const std::string_view clause : kind.clauses) {
          if (!clause.empty()) one.clauses.emplace_back(clause);
        }
        for (const std::string_view requirement : kind.requirements) {
          if (!requirement.empty()) one.requirements.emplace_back(requirement);
        }
      } else {
        one.id = prefix + "that-" + std::to_string(++expressions);
        one.title = expectation.why.empty() ? expectation.that : expectation.why;
      }
      run.cases.push_back(std::move(one));
    }
    std::size_t waits = 0;
    for (const Deeds::Wait& wait : deeds_->waits()) {
      report::Case one;
      one.id = prefix + "wait-" + std::to_string(++waits);
      one.title = to_string(*wait.deed->when) + " comes, which a deed waits for";
      one.verdict = wait.came && !wait.late ? report::Verdict::pass : report::Verdict::fail;
      if (one.verdict == report::Verdict::fail) {
        one.message = to_string(wait.deed->place) + (wait.late ? ": it came too late" : ": it never came");
      }
      run.cases.push_back(std::move(one));
    }
    for (report::Case& one : run.cases) {
      if (broken) {
        one.verdict = report::Verdict::trouble;
        one.message = "the run was cut short: " + to_string(*broken);
      }
    }
    return run;
  }

  static void tell(const Judgement& judgement, report::Case& one) {
    one.verdict = judgement.held ? report::Verdict::pass : report::Verdict::fail;
    one.message = judgement.message;
    one.expected = judgement.expected;
    one.actual = judgement.actual;
    one.evidence = judgement.evidence;
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
  }

  static void judge_expression(const Expectation& expectation, const Figures& figures, report::Case& one) {
    const auto holds = evaluate(expectation.that, figures);
    if (!holds) {
      one.verdict = report::Verdict::trouble;
      one.message = to_string(expectation.place) + ": " + to_string(holds.error());
      return;
    }
    one.verdict = *holds ? report::Verdict::pass : report::Verdict::fail;
    std::string seen;  // the figures that the expression names
    for (const auto& [name, value] : figures) {
      const auto letter = [](char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      };
      for (std::size_t at = expectation.that.find(name); at != std::string::npos;
           at = expectation.that.find(name, at + 1)) {
        const std::size_t after = at + name.size();
        if ((at > 0 && letter(expectation.that[at - 1])) ||
            (after < expectation.that.size() && letter(expectation.that[after])))
          continue;
        seen += (seen.empty() ? "" : ", ") + name + " = " + std::to_string(value);
        break;
      }
    }
    one.message = seen;
    if (!*holds) {
      one.expected = {expectation.that};
      one.actual = {seen};
    }
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  runtime::Instant end_;
  Setting setting_;
  Truth truth_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<Tally> tally_;
  std::unique_ptr<Lineage> lineage_;
  std::vector<std::unique_ptr<Check>> checks_;  // beside scenario_.expect; null for expressions in Lua
  bool watching_ = false;
  std::unique_ptr<Population> population_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Agents> agents_;
  std::unique_ptr<Workstations> workstations_;
  std::unique_ptr<Deeds> deeds_;
};

}  // namespace

Result<report::Run> run_scenario(const Scenario& scenario, const RunOptions& options) {
  return Runner(scenario, options).run();
}

}  // namespace mr::scenarios
