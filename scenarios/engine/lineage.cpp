#include "scenarios/engine/lineage.hpp"

#include <algorithm>
#include <charconv>

namespace mr::scenarios {
namespace {

// "9.1.3=12 9.1.4=80": the level told for prtMarkerSuppliesIndex 3 is 12. Gives the binding, empty where that
// index is not told.
std::string_view told_of(std::string_view varbinds, std::int64_t index) {
  const std::string end = "." + std::to_string(index) + "=";
  while (!varbinds.empty()) {
    const std::string_view one = varbinds.substr(0, varbinds.find(' '));
    if (const auto at = one.find('='); at != std::string_view::npos && one.substr(0, at + 1).ends_with(end))
      return one;
    varbinds.remove_prefix(std::min(one.size() + 1, varbinds.size()));
  }
  return {};
}

std::string in_text(const runtime::Field& field) {
  if (const auto* figure = std::get_if<std::int64_t>(&field.second)) return std::to_string(*figure);
  return std::string(std::get<std::string_view>(field.second));
}

template <class Item>
void keep(std::deque<Item>& all, Item one, std::size_t max) {
  all.push_back(std::move(one));
  if (all.size() > max) all.pop_front();
}

// As the Printer MIB means it.
std::string level_in_words(std::int64_t level) {
  if (level >= 0) return std::to_string(level);
  return level == -1   ? "other (-1)"
         : level == -2 ? "unknown (-2)"
         : level == -3 ? "some remaining (-3)"
                       : std::to_string(level);
}

constexpr std::string_view supplies_column = "1.3.6.1.2.1.43.11.1.1.";  // prtMarkerSuppliesEntry

}  // namespace

report::Step Lineage::step(const runtime::TraceLog::Record& record, std::string role,
                           std::string text) const {
  report::Step out;
  out.role = std::move(role);
  out.time_ns = record.at.time_since_epoch().count();
  out.seq = record.seq;
  out.host = record.host;
  out.kind = record.event.kind;
  out.id = record.event.id;
  out.text = std::move(text);
  out.values.emplace_back("at", setting_.stamp(record.at));
  for (const runtime::Field& field : record.event.fields) {
    if (field.first != "varbinds") out.values.emplace_back(std::string(field.first), in_text(field));
  }
  return out;
}

Lineage::Kept Lineage::kept(const runtime::TraceLog::Record& record) {
  return {record.seq, record.at.time_since_epoch().count(), std::string(record.host),
          std::string(record.event.id)};
}

report::Step Lineage::step(const Kept& event, std::string role, std::string kind, std::string text) const {
  report::Step out;
  out.role = std::move(role);
  out.time_ns = event.time_ns;
  out.seq = event.seq;
  out.host = event.host;
  out.kind = std::move(kind);
  out.id = event.id;
  out.text = std::move(text);
  out.values.emplace_back("at", setting_.stamp(runtime::Instant(runtime::Duration(event.time_ns))));
  return out;
}

void Lineage::see(const runtime::TraceLog::Record& record) {
  const std::string_view kind = record.event.kind;
  if (kind == "printer.printed") {
    job(record);
  } else if (kind == "printer.answered") {
    answer(record);
  } else if (kind == "agent.read") {
    read(record);
  } else if (kind == "agent.spooled") {
    for (const std::string_view report : record.event.causes) {
      if (Read* known = find(report))
        known->spooled = step(record, "upload", "The agent packed the report and kept the package.");
    }
  } else if (kind == "report.stored") {
    report_stored(record);
  } else if (kind == "order.placed") {
    order(record);
  } else if (kind.starts_with("action.") || kind.starts_with("agent.")) {
    action(record);
  } else if (kind.starts_with("printer.")) {
    at_printer(record);
  }
}

void Lineage::job(const runtime::TraceLog::Record& record) {
  const runtime::Event& event = record.event;
  constexpr std::string_view prefix = "supply.";
  const std::int64_t done = number(event, "done").value_or(0);
  if (done == 0) return;
  Printer& printer = printers_[std::string(text(event, "serial"))];
  keep(printer.last_jobs, {kept(record), 0, done}, jobs_shown);
  for (const runtime::Field& field : event.fields) {
    std::int64_t index = 0;
    const auto* level = std::get_if<std::int64_t>(&field.second);
    if (!field.first.starts_with(prefix) || level == nullptr) continue;
    std::from_chars(field.first.data() + prefix.size(), field.first.data() + field.first.size(), index);
    keep(printer.jobs[index], {kept(record), *level, done}, jobs_kept);
  }
}

void Lineage::answer(const runtime::TraceLog::Record& record) {
  const std::string serial(text(record.event, "serial"));
  Printer& printer = printers_[serial];
  Answer told{kept(record), std::string(text(record.event, "varbinds"))};
  serial_of_answer_[told.event.id] = serial;
  printer.answers.push_back(std::move(told));
  if (printer.answers.size() <= answers_kept) return;
  const std::string gone = std::move(printer.answers.front().event.id);
  printer.answers.pop_front();
  // An address and request id may come again.
  if (std::ranges::none_of(printer.answers, [&](const Answer& other) { return other.event.id == gone; }))
    serial_of_answer_.erase(gone);
}

void Lineage::read(const runtime::TraceLog::Record& record) {
  const runtime::Event& event = record.event;
  const std::string serial(text(event, "serial"));
  Read made;
  made.id = event.id;
  made.serial = serial;
  made.step = step(record, "read",
                   "The agent read " + serial + " at " + std::string(text(event, "address")) +
                       " by SNMP and made a report of it.");
  for (const std::string_view cause : event.causes) {
    const auto owner = serial_of_answer_.find(cause);
    if (owner == serial_of_answer_.end()) continue;
    const std::deque<Answer>& answers = printers_[owner->second].answers;
    const auto found = std::find_if(answers.rbegin(), answers.rend(),
                                    [&](const Answer& told) { return told.event.id == cause; });
    if (found != answers.rend()) made.answers.push_back(*found);
  }
  Printer& printer = printers_[serial];
  serial_of_report_[made.id] = serial;
  printer.reads.push_back(std::move(made));
  if (printer.reads.size() <= reads_kept) return;
  serial_of_report_.erase(printer.reads.front().id);
  printer.reads.pop_front();
}

Lineage::Read* Lineage::find(std::string_view report) {
  const auto serial = serial_of_report_.find(report);
  if (serial == serial_of_report_.end()) return nullptr;
  auto& reads = printers_[serial->second].reads;
  const auto found = std::ranges::find(reads, report, &Read::id);
  return found == reads.end() ? nullptr : &*found;
}

void Lineage::report_stored(const runtime::TraceLog::Record& record) {
  Read* known = find(record.event.id);
  if (known == nullptr) return;
  known->stored =
      step(record, "report",
           "The server stored the report. The file linked here is the last one of " + known->serial + ".");
  std::string name;  // as the run's folder has it
  for (const char c : known->serial)
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' ? c : '_';
  known->stored.file = "reports/" + name + ".xml";
}

std::vector<report::Step> Lineage::jobs_before(const std::string& serial, std::int64_t index,
                                               std::int64_t time_ns) const {
  std::vector<report::Step> out;
  const auto printer = printers_.find(serial);
  if (printer == printers_.end()) return out;
  const auto changed = printer->second.jobs.find(index);
  // A supply that tells no number never changes the level told: any job before wore it.
  const bool told = changed != printer->second.jobs.end();
  const std::deque<Job>& jobs = told ? changed->second : printer->second.last_jobs;
  std::optional<std::int64_t> above;
  for (auto job = jobs.rbegin(); job != jobs.rend() && out.size() < jobs_shown; ++job) {
    if (job->event.time_ns > time_ns) continue;
    if (told && above && job->level < *above) break;  // before the supply was replaced
    above = job->level;
    const std::string printed = serial + " printed " + std::to_string(job->done) + " impressions, ";
    const std::string supply = "supply " + std::to_string(index);
    out.push_back(step(job->event, "job", "printer.printed",
                       printed + (told ? "which brought " + supply + " to " + level_in_words(job->level) + "."
                                       : "and tells no number for " + supply + ".")));
    if (told) out.back().values.emplace_back("supply." + std::to_string(index), std::to_string(job->level));
  }
  return out;
}

void Lineage::order(const runtime::TraceLog::Record& record) {
  ++orders_total_;
  if (orders_.size() >= chains_max) return;
  const runtime::Event& event = record.event;
  const std::string serial(text(event, "serial"));
  const std::int64_t index = number(event, "supply").value_or(0);
  const std::string level = level_in_words(number(event, "level").value_or(0)),
                    whose = "supply " + std::to_string(index) + " of " + serial;
  report::Chain chain;
  chain.title = std::string(text(event, "description")) + " (" + whose + ") at " + setting_.stamp(record.at);
  std::vector<report::Step>& steps = chain.steps;
  const auto add = [&](report::Step made, std::size_t effect) {
    steps.push_back(std::move(made));
    steps[effect].causes.push_back(steps.size() - 1);
    return steps.size() - 1;
  };
  steps.push_back(step(record, "order",
                       "The server ordered " + whose + ": its level was " + level + " of " +
                           level_in_words(number(event, "capacity").value_or(0)) +
                           ", the contract's threshold is " +
                           std::to_string(number(event, "threshold").value_or(0)) + " per cent."));
  const Read* known = event.causes.empty() ? nullptr : find(event.causes.front());
  if (known != nullptr) {
    std::size_t at = 0;
    if (known->stored.seq != 0) {
      report::Step stored = known->stored;
      std::erase_if(stored.values, [&](const auto& value) {
        return value.first.starts_with("meter.") ||
               (value.first.starts_with("supply.") && value.first != "supply." + std::to_string(index));
      });
      at = add(std::move(stored), at);
    }
    if (known->spooled.seq != 0) at = add(known->spooled, at);
    at = add(known->step, at);
    for (const Answer& told : known->answers) {
      const std::string_view binding = told_of(told.varbinds, index);
      if (binding.empty()) continue;
      report::Step said = step(told.event, "varbind", "printer.answered",
                               serial + " told prtMarkerSuppliesLevel of supply " + std::to_string(index) +
                                   " in its answer to the agent.");
      said.values.emplace_back("varbind", std::string(supplies_column) + std::string(binding));
      at = add(std::move(said), at);
      break;
    }
    for (report::Step& job : jobs_before(serial, index, steps[at].time_ns)) add(std::move(job), at);
  }
  orders_.push_back(std::move(chain));
}

void Lineage::action(const runtime::TraceLog::Record& record) {
  const runtime::Event& event = record.event;
  const std::string id(
      event.kind.starts_with("agent.") && event.kind != "agent.executed" ? text(event, "action") : event.id);
  const auto name = [&](std::string_view field) { return std::string(text(event, field)); };
  if (event.kind == "action.queued" || event.kind == "action.refused") {
    ++actions_total_;
    if (action_ids_.size() >= chains_max) return;
    const std::string key = event.kind == "action.queued" ? id : "refused/" + std::to_string(record.seq);
    Action made;
    made.kind = name("action");
    made.serial = name("serial");
    const std::string where = made.serial.empty() ? std::string() : " for " + made.serial;
    made.chain.title = made.kind + where + " at " + setting_.stamp(record.at);
    made.chain.steps.push_back(
        event.kind == "action.queued"
            ? step(record, "queued", name("by") + " queued " + made.kind + where + " at the server.")
            : step(record, "refused",
                   "The server refused to queue " + made.kind + where + " for " + name("by") + ": " +
                       name("why") + "."));
    actions_.emplace(key, std::move(made));
    action_ids_.push_back(key);
    return;
  }
  const auto found = actions_.find(id);
  if (id.empty() || found == actions_.end()) return;
  Action& known = found->second;
  const auto add = [&](std::string role, std::string text) {
    report::Step made = step(record, std::move(role), std::move(text));
    made.causes.push_back(known.chain.steps.size() - 1);
    known.chain.steps.push_back(std::move(made));
  };
  if (event.kind == "action.delivered") {
    known.delivered = true;
    add("delivered", "The server listed it in its answer to GetSchedule.");
  } else if (event.kind == "agent.upgrade_sent") {
    add("sent", "The agent sent the file to the printer's raw port.");
  } else if (event.kind == "agent.level") {
    add("level",
        "The agent read the software level: it was " + name("before") + " and is " + name("after") + ".");
  } else if (event.kind == "agent.executed") {
    known.executed = true;
    add("executed", "The agent " +
                        (name("outcome") == "refused" ? "refused it" : "carried it out: " + name("outcome")) +
                        (name("reason").empty() ? "." : ", " + name("reason") + "."));
  } else if (event.kind == "action.answered") {
    add("answered", "The server stored the result: " + name("outcome") +
                        (name("reason").empty() ? "." : ", " + name("reason") + "."));
  }
}

// What happens at a printer while an action for it is carried out.
void Lineage::at_printer(const runtime::TraceLog::Record& record) {
  static constexpr std::pair<std::string_view, std::string_view> doings[] = {
      {"printer.reboot", "RebootDevice"},  {"printer.test_page", "PrintTestPage"},
      {"printer.raw", "UpgradeDevice"},    {"printer.firmware", "UpgradeDevice"},
      {"printer.reboot", "UpgradeDevice"}, {"printer.level", "UpgradeDevice"}};
  const std::string serial(text(record.event, "serial"));
  for (const std::string& id : action_ids_) {
    Action& known = actions_.find(id)->second;
    if (!known.delivered || known.executed || (!known.serial.empty() && known.serial != serial)) continue;
    const bool may = std::ranges::any_of(doings, [&](const auto& doing) {
      return doing.first == record.event.kind && doing.second == known.kind;
    });
    constexpr std::size_t steps_max = 40;
    if (!may || known.chain.steps.size() >= steps_max) continue;
    const std::string_view kind = record.event.kind;
    report::Step made =
        step(record, "printer",
             kind == "printer.reboot"      ? serial + " went down to start again."
             : kind == "printer.test_page" ? serial + " printed the test page."
             : kind == "printer.raw"
                 ? serial + " took " + std::to_string(number(record.event, "octets").value_or(0)) +
                       " octets at its raw port."
             : kind == "printer.firmware"
                 ? serial + " judged the firmware file: " + std::string(text(record.event, "result")) + "."
                 : serial + " runs " + std::string(text(record.event, "after")) + " from now on.");
    made.causes.push_back(known.chain.steps.size() - 1);
    known.chain.steps.push_back(std::move(made));
    return;
  }
}

std::vector<report::ChainGroup> Lineage::groups() const {
  std::vector<report::ChainGroup> out;
  if (orders_total_ > 0) out.push_back({"Orders", "orders", orders_, orders_total_});
  if (actions_total_ > 0) {
    report::ChainGroup group{"Actions", "actions", {}, actions_total_};
    for (const std::string& id : action_ids_) {
      report::Chain chain = actions_.find(id)->second.chain;
      // The end first, as with orders: what it came of follows.
      std::ranges::reverse(chain.steps);
      for (report::Step& step : chain.steps) {
        for (std::size_t& cause : step.causes) cause = chain.steps.size() - 1 - cause;
      }
      group.chains.push_back(std::move(chain));
    }
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace mr::scenarios
