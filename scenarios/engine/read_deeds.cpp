#include <charconv>

#include "scenarios/engine/scenario_parts.hpp"

namespace mr::scenarios {
namespace {

// "7" or "1-12".
void read_pages(Map& map, std::string_view key, PrintLoad& load, Faults& faults) {
  const std::string text = map.text(key);
  const std::size_t dash = text.find('-');
  const auto number = [](std::string_view digits, std::uint32_t& out) {
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  };
  const std::string_view whole(text);
  const bool shaped = number(whole.substr(0, dash), load.pages_min) &&
                      number(dash == std::string::npos ? whole : whole.substr(dash + 1), load.pages_max);
  if (!faults.any() &&
      (!shaped || load.pages_min < 1 || load.pages_max < load.pages_min || load.pages_max > 10'000)) {
    faults.add(
        yaml_errc::wrong_type, map.place(key),
        "found " + in_quotes(text) + ", expected a number of pages or a range such as 1-12, up to 10000");
  }
}

PrintLoad read_print(const Node& node, Faults& faults) {
  Map map(node, "a print load", faults);
  PrintLoad load;
  load.place = node.place;
  load.printers = required_text(map, "printers", faults);
  load.every = map.duration("every");
  if (!faults.any() && load.every < std::chrono::seconds(1)) {
    faults.add(yaml_errc::out_of_range, map.place("every"), "expected at least 1s between jobs");
  }
  read_pages(map, "pages", load, faults);
  load.colour_percent = static_cast<std::uint32_t>(map.integer("colour_percent", 0, 100, 0));
  map.done();
  return load;
}

ReplaceLoad read_replace(const Node& node, Faults& faults) {
  Map map(node, "a replacement load", faults);
  ReplaceLoad load;
  load.place = node.place;
  load.printers = required_text(map, "printers", faults);
  load.after = map.duration("after");
  map.done();
  return load;
}

QueueAction read_queue_action(const Node& node, Faults& faults) {
  Map map(node, "queue_action", faults);
  QueueAction action;
  action.site = required_text(map, "site", faults);
  action.kind = read_word<model::ActionKind>(map, "kind");
  action.by = map.text("by", "");
  action.printers = map.text("printers", "");
  if (map.has("number")) action.number = static_cast<std::uint32_t>(map.integer("number", 1, printers_max));
  action.software = map.text("software", "");
  if (map.has("not_before")) action.not_before = map.duration("not_before");
  map.done();
  return action;
}

ReplaceSupply read_replace_supply(const Node& node, Faults& faults) {
  Map map(node, "replace_supply", faults);
  ReplaceSupply replace;
  replace.printers = required_text(map, "printers", faults);
  replace.number = static_cast<std::uint32_t>(map.integer("number", 1, printers_max, 1));
  replace.supply = static_cast<std::uint32_t>(map.integer("supply", 1, 65'535));
  map.done();
  return replace;
}

Power read_power(const Node& node, Faults& faults) {
  Map map(node, "power", faults);
  Power power;
  power.printers = required_text(map, "printers", faults);
  if (map.has("number")) power.number = static_cast<std::uint32_t>(map.integer("number", 1, printers_max));
  power.on = map.word("turn", {"off", "on"}) == 1;
  map.done();
  return power;
}

SetSecurityMode read_security_mode(const Node& node, Faults& faults) {
  Map map(node, "set_security_mode", faults);
  SetSecurityMode set;
  set.site = required_text(map, "site", faults);
  set.mode = read_word<model::SecurityMode>(map, "mode");
  map.done();
  return set;
}

RunAgent read_start_agent(const Node& node, Faults& faults) {
  Map map(node, "start_agent", faults);
  RunAgent run{required_text(map, "site", faults), true};
  map.done();
  return run;
}

RunAgent read_stop_agent(const Node& node, Faults& faults) {
  Map map(node, "stop_agent", faults);
  RunAgent run{required_text(map, "site", faults), false};
  map.done();
  return run;
}

CloseAccount read_close_account(const Node& node, Faults& faults) {
  Map map(node, "close_account", faults);
  CloseAccount close{required_text(map, "account", faults)};
  map.done();
  return close;
}

PrintOne read_print_one(const Node& node, Faults& faults) {
  Map map(node, "print", faults);
  PrintOne print;
  print.printers = required_text(map, "printers", faults);
  print.number = static_cast<std::uint32_t>(map.integer("number", 1, printers_max, 1));
  print.pages = static_cast<std::uint32_t>(map.integer("pages", 1, 10'000));
  print.colour = map.boolean("colour", false);
  map.done();
  return print;
}

SendJob read_send_job(const Node& node, Faults& faults) {
  Map map(node, "send_job", faults);
  SendJob job;
  job.printers = required_text(map, "printers", faults);
  job.number = static_cast<std::uint32_t>(map.integer("number", 1, printers_max, 1));
  job.pages = static_cast<std::uint32_t>(map.integer("pages", 1, 1000, 1));
  map.done();
  return job;
}

}  // namespace

void read_workload(const Node& node, Scenario& scenario, Faults& faults) {
  Map map(node, "a workload", faults);
  const Node* print = map.child("print", Node::Kind::map);
  const Node* replace = map.child("replace_when_empty", Node::Kind::map);
  if (print != nullptr) scenario.print.push_back(read_print(*print, faults));
  if (replace != nullptr) scenario.replace.push_back(read_replace(*replace, faults));
  map.done();
  if ((print == nullptr) == (replace == nullptr))
    faults.add(yaml_errc::missing_key, node.place, "a workload has one of: print, replace_when_empty");
}

Deed read_deed(const Node& node, Faults& faults) {
  Map map(node, "a deed", faults);
  Deed deed;
  deed.place = node.place;
  if (const Node* when = map.child("when", Node::Kind::map)) {
    Map of(*when, "when", faults);
    deed.when = read_pattern(of, faults);
    deed.delay = of.duration("delay", Milliseconds(0));
    deed.within = of.duration("within");
    of.done();
    if (map.has("at"))
      faults.add(yaml_errc::unknown_key, map.place("at"), "a deed has either 'at' or 'when'");
  } else {
    deed.at = map.duration("at");
  }
  int verbs = 0;
  const auto verb = [&](std::string_view word, auto read) {
    if (const Node* child = map.child(word, Node::Kind::map)) {
      deed.what = read(*child, faults);
      ++verbs;
    }
  };
  verb("queue_action", read_queue_action);
  verb("replace_supply", read_replace_supply);
  verb("power", read_power);
  verb("set_security_mode", read_security_mode);
  verb("start_agent", read_start_agent);
  verb("stop_agent", read_stop_agent);
  verb("close_account", read_close_account);
  verb("print", read_print_one);
  verb("send_job", read_send_job);
  map.done();
  if (verbs != 1) {
    faults.add(yaml_errc::missing_key, node.place,
               "expected exactly one of queue_action, replace_supply, power, set_security_mode, "
               "start_agent, stop_agent, close_account, print, send_job beside 'at' or 'when'");
  }
  return deed;
}

}  // namespace mr::scenarios
