// A run in order: the stage and its hosts; the server, with an account and a registration key for each site;
// the printers, switched on; the agents; then what people do, until the end of the scenario. The observers of
// the trace (checks, figures) see every event up to the end and nothing after it. Then everything is stopped,
// so that nothing outlives its host, and the checks judge.
#include "scenarios/engine/runner.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <filesystem>

#include "reference/agent/agent.hpp"
#include "reference/server/server.hpp"
#include "scenarios/checks/checks.hpp"
#include "scenarios/engine/figures.hpp"
#include "scenarios/engine/population.hpp"

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

using runtime::asio::awaitable;

constexpr std::uint16_t service_port = 443;
constexpr auto set_up_time = std::chrono::minutes(5);
constexpr auto stop_time = std::chrono::minutes(10);

const Address server_address = boost::asio::ip::make_address_v4("198.51.100.10");

class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options) : scenario_(scenario), options_(options) {}

  Result<report::Run> run() {
    StageOptions stage{options_.seed, scenario_.start, options_.events, options_.stores_folder};
    stage_ = options_.wire ? make_wire_stage(std::move(stage)) : make_virtual_stage(std::move(stage));
    end_ = runtime::Instant(scenario_.duration);
    describe_setting();
    MR_TRY(set_up_server());
    auto population = Population::build(scenario_, options_.recording, *stage_, truth_);
    MR_TRY(population);
    population_ = std::move(*population);
    MR_TRY(start_agents());
    population_->start_work(end_);
    for (const Deed& deed : scenario_.deeds) {
      stage_->at(runtime::Instant(deed.at), [this, &deed] { perform(deed); });
    }
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
    agents_.clear();
    server_.reset();
    population_.reset();
    scope_.reset();
  }

 private:
  void describe_setting() {
    setting_.start = scenario_.start;
    setting_.end = end_;
    setting_.zone = scenario_.zone;
    setting_.truth = &truth_;
    for (const SitePlan& site : scenario_.sites) {
      Setting::Site seen{site.name, agent_host(site), site.agent.report_at, 0};
      for (const PrinterGroup& group : site.printers) seen.printers += group.count;
      setting_.sites.push_back(std::move(seen));
    }
    tally_ = std::make_unique<Tally>(setting_);
    for (const Expectation& expectation : scenario_.expect) {
      checks_.push_back(expectation.check.empty() ? nullptr : find_check(expectation.check)->make(setting_));
    }
    stage_->trace_log().observe([this](const runtime::TraceLog::Record& record) {
      if (!watching_) return;
      tally_->see(record);
      for (const auto& check : checks_) {
        if (check) check->see(record);
      }
    });
  }

  Result<void> set_up_server() {
    watching_ = true;
    stage_->set_name(scenario_.server_name, server_address);
    auto host = stage_->add_host({.name = "server", .site = "", .addresses = {server_address}});
    MR_TRY(host);
    server_host_ = *host;
    scope_ = std::make_unique<runtime::Scope>(server_host_->executor());
    scope_->spawn(open_server());
    const auto done =
        stage_->run_until([this] { return server_ready_ || server_fault_; }, stage_->now() + set_up_time);
    MR_TRY(done);
    if (server_fault_) return Fault(run_errc::not_set_up, to_string(*server_fault_));
    if (!*done) return Fault(run_errc::not_set_up, "it took longer than 5 minutes");
    return {};
  }

  awaitable<void> open_server() {
    server::Settings settings;
    settings.listen = {stage_->place(server_address), stage_->port(service_port)};
    settings.names = {scenario_.server_name};
    auto opened = co_await server::Server::open(*server_host_, std::move(settings));
    if (!opened) {
      server_fault_ = opened.error();
      co_return;
    }
    server_ = std::move(*opened);
    if (const auto started = server_->start(); !started) {
      server_fault_ = started.error();
      co_return;
    }
    for (const SitePlan& site : scenario_.sites) {
      const auto account = co_await server_->registry().account(site.account);
      if (!account) {
        server_fault_ = account.error();
        co_return;
      }
      auto key = co_await server_->registry().make_key(*account, std::chrono::days(30));
      if (!key) {
        server_fault_ = key.error();
        co_return;
      }
      keys_.push_back(std::move(*key));
    }
    server_ready_ = true;
  }

  Result<void> start_agents() {
    for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
      const SitePlan& site = scenario_.sites[i];
      const Address own = site.agent.address.value_or(
          boost::asio::ip::address_v4(0xc0000201 + static_cast<std::uint32_t>(i)));
      auto host = stage_->add_host({.name = agent_host(site), .site = site.name, .addresses = {own}});
      MR_TRY(host);
      agent::Settings settings;
      settings.server_name = scenario_.server_name;
      settings.server_port = stage_->port(service_port);
      settings.server_roots = {server_->root()};
      settings.registration_key = keys_[i];
      settings.location = site.location;
      settings.contact_email = site.contact_email;
      settings.host_name = agent_host(site);
      for (const Range& range : site.agent.scope)
        settings.scope.push_back({stage_->place(range.first), stage_->place(range.last)});
      settings.snmp_port = stage_->port(161);
      settings.credentials = {snmp::CommunityCredentials{
          site.agent.v1 ? snmp::Version::v1 : snmp::Version::v2c, site.agent.community}};
      settings.zone = scenario_.zone;
      settings.report_at = site.agent.report_at;
      settings.status_interval = site.agent.status_every;
      settings.discovery_interval = site.agent.discover_every;
      settings.poll_interval = site.agent.poll_every;
      agents_.push_back(std::make_unique<agent::Agent>(**host, std::move(settings)));
      MR_TRY(agents_.back()->start());
    }
    return {};
  }

  void perform(const Deed& deed) {
    if (const auto* action = std::get_if<QueueAction>(&deed.what)) {
      for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
        if (scenario_.sites[i].name == action->site)
          scope_->spawn(queue(agents_[i]->sender_id(), action->kind));
      }
    } else if (const auto* replace = std::get_if<ReplaceSupply>(&deed.what)) {
      population_->perform(*replace);
    } else {
      population_->perform(std::get<Power>(deed.what));
    }
  }

  awaitable<void> queue(std::string sender, model::ActionKind kind) {
    std::string why = "the agent is not registered";
    if (!sender.empty()) {
      const auto queued = co_await server_->dispatch().queue(sender, kind, "", "scenario");
      if (queued) co_return;
      why = to_string(queued.error());
    }
    stage_->emit({.kind = "deed.impossible", .fields = {{"action", model::word(kind)}, {"why", why}}});
  }

  void tell_reports() {
    if (!options_.reports) return;
    const auto rows = server_->store().query(
        "SELECT d.serial_number, r.xml FROM device d JOIN report r ON r.device_id = d.id WHERE r.sequence = "
        "(SELECT MAX(sequence) FROM report WHERE device_id = d.id) ORDER BY d.serial_number, d.id",
        {});
    if (!rows) return;
    for (const runtime::Row& row : *rows) options_.reports(std::get<std::string>(row[0]), std::get<std::string>(row[1]));
  }

  Result<bool> stop() {
    // From within a turn: a scope is stopped on its own executor.
    bool told = false;
    stage_->at(stage_->now(), [this, &told] {
      for (const auto& agent : agents_) agent->stop();
      server_->stop();
      scope_->stop();
      told = true;
    });
    return stage_->run_until(
        [this, &told] {
          return told && server_->idle() && scope_->idle() &&
                 std::ranges::all_of(agents_, [](const auto& agent) { return agent->idle(); });
        },
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
    run.facts = {{"file", scenario_.file}};
    // What the scenario is about is told; what was judged is with the checks.
    if (!scenario_.clauses.empty()) run.facts.emplace_back("clauses exercised", joined(scenario_.clauses));
    if (!scenario_.requirements.empty()) run.facts.emplace_back("requirements exercised", joined(scenario_.requirements));
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
      one.duration_ns = run.duration_ns;
      if (checks_[i]) {
        const CheckKind& kind = *find_check(expectation.check);
        const Judgement judgement = checks_[i]->judge();
        one.id = prefix + expectation.check;
        one.title = kind.title;
        one.verdict = judgement.held ? report::Verdict::pass : report::Verdict::fail;
        one.message = judgement.message;
        one.expected = judgement.expected;
        one.actual = judgement.actual;
        one.evidence = judgement.evidence;
        for (const std::string_view clause : kind.clauses) {
          if (!clause.empty()) one.clauses.emplace_back(clause);
        }
        for (const std::string_view requirement : kind.requirements) {
          if (!requirement.empty()) one.requirements.emplace_back(requirement);
        }
      } else {
        one.id = prefix + "that-" + std::to_string(++expressions);
        one.title = expectation.why.empty() ? expectation.that : expectation.why;
        judge_expression(expectation, figures, one);
      }
      if (broken) {
        one.verdict = report::Verdict::trouble;
        one.message = "the run was cut short: " + to_string(*broken);
      }
      run.cases.push_back(std::move(one));
    }
    return run;
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
  std::vector<std::unique_ptr<Check>> checks_;  // beside scenario_.expect; null for expressions
  bool watching_ = false;
  runtime::Runtime* server_host_ = nullptr;
  std::unique_ptr<runtime::Scope> scope_;
  std::unique_ptr<server::Server> server_;
  bool server_ready_ = false;
  std::optional<Fault> server_fault_;
  std::vector<std::string> keys_;
  std::unique_ptr<Population> population_;
  std::vector<std::unique_ptr<agent::Agent>> agents_;
};

}  // namespace

Result<report::Run> run_scenario(const Scenario& scenario, const RunOptions& options) {
  return Runner(scenario, options).run();
}

}  // namespace mr::scenarios
