// The state file of a printer: what survives being unplugged, as JSON.
//
// Parts are lists in the model's order; a list of another length is of another model, and refused. Moments
// are ages in nanoseconds, since a file is read in another run than it was written in.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <limits>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;

constexpr std::int64_t version = 1;

json::value age(Moment at, Moment now) { return (now - at).count(); }

// Reads one document; the first thing that does not fit ends it.
class Reader {
 public:
  explicit Reader(Moment now) : now_(now) {}

  const json::value* find(const json::object& from, std::string_view key) {
    const json::value* value = from.if_contains(json::string_view(key.data(), key.size()));
    if (!value) fail(key, "it to be there");
    return value;
  }
  template <class Number>
  void number(const json::object& from, std::string_view key, Number& into,
              std::int64_t low = std::numeric_limits<std::int64_t>::min(),
              std::int64_t high = std::numeric_limits<std::int64_t>::max()) {
    const json::value* value = find(from, key);
    if (value) number(*value, key, into, low, high);
  }
  template <class Number>
  void number(const json::value& value, std::string_view key, Number& into,
              std::int64_t low = std::numeric_limits<std::int64_t>::min(),
              std::int64_t high = std::numeric_limits<std::int64_t>::max()) {
    if constexpr (std::is_unsigned_v<Number>) {
      low = std::max<std::int64_t>(low, 0);
      if constexpr (sizeof(Number) < 8)
        high = std::min<std::int64_t>(high, std::numeric_limits<Number>::max());
    } else if constexpr (sizeof(Number) < 8) {
      low = std::max<std::int64_t>(low, std::numeric_limits<Number>::min());
      high = std::min<std::int64_t>(high, std::numeric_limits<Number>::max());
    }
    const std::int64_t* n = value.if_int64();
    if (!n || *n < low || *n > high) return fail(key, "a number in its range");
    into = static_cast<Number>(*n);
  }
  void flag(const json::object& from, std::string_view key, bool& into) {
    const json::value* value = find(from, key);
    if (!value) return;
    if (!value->is_bool()) return fail(key, "true or false");
    into = value->get_bool();
  }
  void text(const json::object& from, std::string_view key, std::string& into, std::size_t max = 1023) {
    const json::value* value = find(from, key);
    if (value) text(*value, key, into, max);
  }
  void text(const json::value& value, std::string_view key, std::string& into, std::size_t max = 1023) {
    const json::string* said = value.if_string();
    if (!said || said->size() > max) return fail(key, "a text of at most " + std::to_string(max) + " octets");
    into.assign(said->data(), said->size());
  }
  void moment(const json::object& from, std::string_view key, Moment& into) {
    std::int64_t ns = 0;
    number(from, key, ns, 0, std::numeric_limits<std::int64_t>::max() / 4);
    into = now_ - Moment(ns);
  }
  // `size`: exactly; or up to `most`.
  const json::array& list(const json::object& from, std::string_view key, std::size_t size) {
    const json::array& all = list_of_at_most(from, key, size);
    if (all.size() != size) fail(key, "a list of " + std::to_string(size) + ", as the model has");
    return all.size() == size ? all : none_;
  }
  const json::array& list_of_at_most(const json::object& from, std::string_view key, std::size_t most) {
    const json::value* value = find(from, key);
    const json::array* all = value ? value->if_array() : nullptr;
    if (all && all->size() <= most) return *all;
    if (value) fail(key, "a list of at most " + std::to_string(most));
    return none_;
  }
  const json::object& object(const json::object& from, std::string_view key) {
    const json::value* value = find(from, key);
    return value ? object(*value, key) : empty_;
  }
  const json::object& object(const json::value& value, std::string_view key) {
    if (const json::object* is = value.if_object()) return *is;
    fail(key, "an object");
    return empty_;
  }
  void counts(const json::object& from, std::string_view key, std::span<std::uint64_t> into) {
    const json::array& all = list(from, key, into.size());
    for (std::size_t i = 0; i < all.size(); ++i) number(all[i], key, into[i]);
  }
  void named(const json::object& from, std::string_view key, NamedCounts& into) {
    for (const json::value& each : list_of_at_most(from, key, NamedCounts::names_max)) {
      const json::object& one = object(each, key);
      std::string name;
      std::uint64_t n = 0;
      text(one, "name", name);
      number(one, "count", n);
      into.add(name, n);
    }
  }
  void fail(std::string_view key, const std::string& expected) {
    if (!fault) fault = Fault(state_errc::bad_state, std::string(key) + ": expected " + expected);
  }

  std::optional<Fault> fault;

 private:
  Moment now_;
  json::array none_;
  json::object empty_;
};

template <class Numbers>
json::array numbers(const Numbers& from) {
  json::array out;
  for (const auto n : from) out.push_back(static_cast<std::int64_t>(n));
  return out;
}

json::array named(const NamedCounts& from) {
  json::array out;
  for (const auto& [name, n] : from.counts)
    out.push_back(json::object{{"name", name}, {"count", static_cast<std::int64_t>(n)}});
  return out;
}

json::object saved(const Settings& from) {
  json::array recipients, targets;
  for (const TrapTarget& one : from.trap_targets) {
    targets.push_back(json::object{{"address", one.address},
                                   {"port", one.port},
                                   {"version", one.version},
                                   {"inform", one.inform},
                                   {"community_or_user", one.community_or_user}});
  }
  for (const std::string& one : from.mail_recipients) recipients.emplace_back(one);
  return {{"contact", from.contact},
          {"name", from.name},
          {"location", from.location},
          {"read_community", from.read_community},
          {"write_community", from.write_community},
          {"trap_community", from.trap_community},
          {"snmp", from.ports.snmp},
          {"raw", from.ports.raw},
          {"lpd", from.ports.lpd},
          {"http", from.ports.http},
          {"https", from.ports.https},
          {"admin_password", from.admin_password},
          {"sleep_after_ms", from.sleep_after_ms},
          {"mail_server", from.mail_server},
          {"mail_sender", from.mail_sender},
          {"mail_recipients", std::move(recipients)},
          {"trap_targets", std::move(targets)}};
}

Settings settings_of(Reader& in, const json::object& from) {
  constexpr std::size_t octets = 255;
  Settings out;
  in.text(from, "contact", out.contact, octets);
  in.text(from, "name", out.name, octets);
  in.text(from, "location", out.location, octets);
  in.text(from, "read_community", out.read_community, octets);
  in.text(from, "write_community", out.write_community, octets);
  in.text(from, "trap_community", out.trap_community, octets);
  in.flag(from, "snmp", out.ports.snmp);
  in.flag(from, "raw", out.ports.raw);
  in.flag(from, "lpd", out.ports.lpd);
  in.flag(from, "http", out.ports.http);
  in.flag(from, "https", out.ports.https);
  in.text(from, "admin_password", out.admin_password, octets);
  in.number(from, "sleep_after_ms", out.sleep_after_ms);
  in.text(from, "mail_server", out.mail_server, octets);
  in.text(from, "mail_sender", out.mail_sender, octets);
  for (const json::value& one : in.list_of_at_most(from, "mail_recipients", Settings::mail_recipients_max)) {
    in.text(one, "mail_recipients", out.mail_recipients.emplace_back(), octets);
  }
  for (const json::value& each : in.list_of_at_most(from, "trap_targets", Settings::trap_targets_max)) {
    const json::object& one = in.object(each, "trap_targets");
    TrapTarget& target = out.trap_targets.emplace_back();
    in.text(one, "address", target.address, octets);
    in.number(one, "port", target.port, 1);
    in.number(one, "version", target.version, 1, 3);
    in.flag(one, "inform", target.inform);
    in.text(one, "community_or_user", target.community_or_user, octets);
  }
  return out;
}

json::object saved(const Usage& from) {
  json::array units;
  for (const Usage::Unit& unit : from.units) {
    units.push_back(json::object{{"replaced", unit.replaced},
                                 {"early", unit.early},
                                 {"since", static_cast<std::int64_t>(unit.since)},
                                 {"last_life", static_cast<std::int64_t>(unit.last_life)}});
  }
  return {{"jobs", static_cast<std::int64_t>(from.jobs)},
          {"sets", static_cast<std::int64_t>(from.sets)},
          {"stapled", static_cast<std::int64_t>(from.stapled)},
          {"run_length", numbers(from.run_length.counts)},
          {"document_length", numbers(from.document_length.counts)},
          {"sheets_by_size", numbers(from.sheets_by_size)},
          {"sheets_by_type", named(from.sheets_by_type)},
          {"sheets_by_input", numbers(from.sheets_by_input)},
          {"colorant_impressions", numbers(from.colorant_impressions)},
          {"colorant_area", numbers(from.colorant_area)},
          {"power_ms", numbers(from.power_ms)},
          {"faults", named(from.faults)},
          {"jams", named(from.jams)},
          {"units", std::move(units)}};
}

Usage usage_of(Reader& in, const json::object& from, const Model& model) {
  Usage out;
  in.number(from, "jobs", out.jobs);
  in.number(from, "sets", out.sets);
  in.number(from, "stapled", out.stapled);
  in.counts(from, "run_length", out.run_length.counts);
  in.counts(from, "document_length", out.document_length.counts);
  in.counts(from, "sheets_by_size", out.sheets_by_size);
  in.named(from, "sheets_by_type", out.sheets_by_type);
  for (const json::value& one : in.list_of_at_most(from, "sheets_by_input", model.inputs.size()))
    in.number(one, "sheets_by_input", out.sheets_by_input.emplace_back());
  in.counts(from, "colorant_impressions", out.colorant_impressions);
  in.counts(from, "colorant_area", out.colorant_area);
  in.counts(from, "power_ms", out.power_ms);
  in.named(from, "faults", out.faults);
  in.named(from, "jams", out.jams);
  for (const json::value& each : in.list(from, "units", model.supplies.size())) {
    const json::object& one = in.object(each, "units");
    Usage::Unit& unit = out.units.emplace_back();
    in.number(one, "replaced", unit.replaced);
    in.number(one, "early", unit.early);
    in.number(one, "since", unit.since);
    in.number(one, "last_life", unit.last_life);
  }
  return out;
}

}  // namespace

std::string Device::save(Moment now) const {
  json::array supplies, inputs, covers, items, levels, history, events, jobs, mac, standing;
  for (const Supply& one : supplies_) {
    supplies.push_back(json::object{{"level", one.level},
                                    {"worn", static_cast<std::int64_t>(one.worn)},
                                    {"serial", one.serial},
                                    {"present", one.present}});
  }
  for (const Input& one : inputs_)
    inputs.push_back(json::object{{"level", one.level}, {"present", one.present}});
  for (const CoverStatus one : covers_) covers.push_back(static_cast<int>(one));
  for (const ServiceItem& one : service_items_) {
    items.push_back(
        json::object{{"count", static_cast<std::int64_t>(one.count)}, {"replaced", one.replaced}});
  }
  for (const Level& one : levels_)
    levels.push_back(json::object{{"level", one.level}, {"age", age(one.since, now)}});
  for (const FaultRecord& one : history_) {
    json::object record{
        {"number", one.number},         {"fault", one.fault},
        {"age", age(one.raised, now)},  {"life_count", static_cast<std::int64_t>(one.life_count)},
        {"resolution", one.resolution}, {"cleared", one.cleared.has_value()}};
    if (one.cleared) record["cleared_age"] = age(*one.cleared, now);
    history.push_back(std::move(record));
  }
  for (const EventRecord& one : events_)
    events.push_back(json::object{{"number", one.number}, {"age", age(one.at, now)}, {"text", one.text}});
  for (const JobRecord& one : jobs_) {
    jobs.push_back(json::object{{"number", one.number},
                                {"name", one.name},
                                {"user", one.user},
                                {"function", static_cast<int>(one.function)},
                                {"asked", one.asked},
                                {"done", one.done},
                                {"sheets", one.sheets},
                                {"colour", one.colour},
                                {"result", static_cast<int>(one.result)},
                                {"age", age(one.at, now)}});
  }
  for (const std::uint8_t octet : identity_.mac) mac.push_back(octet);
  for (const std::uint16_t fault : standing_) standing.push_back(fault);
  Usage usage = usage_;
  usage.power_ms = power_ms(now);
  json::object all{{"version", version},
                   {"model", model_->key},
                   {"serial", identity_.serial},
                   {"mac", std::move(mac)},
                   {"printer_name", identity_.printer_name},
                   {"settings", saved(settings_)},
                   {"meters", numbers(meters_)},
                   {"life_count", static_cast<std::int64_t>(life_count_)},
                   {"boots", boots_},
                   {"bricked", bricked_},
                   {"config_changes", config_changes_},
                   {"supplies", std::move(supplies)},
                   {"inputs", std::move(inputs)},
                   {"outputs", numbers(outputs_)},
                   {"covers", std::move(covers)},
                   {"service_items", std::move(items)},
                   {"nvm", numbers(nvm_)},
                   {"levels", std::move(levels)},
                   {"standing_faults", std::move(standing)},
                   {"faults_seen", faults_seen_},
                   {"fault_history", std::move(history)},
                   {"events_seen", events_seen_},
                   {"events", std::move(events)},
                   {"jobs_seen", jobs_seen_},
                   {"jobs", std::move(jobs)},
                   {"usage", saved(usage)}};
  return json::serialize(all);
}

Result<void> Device::restore(std::string_view state, Moment now) {
  MR_ASSERT(power_ == Power::off);
  boost::system::error_code error;
  const json::value document = json::parse(json::string_view(state.data(), state.size()), error);
  if (error) return Fault(state_errc::bad_state, error.message());
  Reader in(now);
  const json::object& all = in.object(document, "the document");
  std::int64_t said = 0;
  in.number(all, "version", said, version, version);
  std::string key;
  in.text(all, "model", key);
  if (!in.fault && key != model_->key) in.fail("model", model_->key + ", not " + key);
  if (in.fault) return *in.fault;

  Device next(model_, identity_);
  constexpr std::size_t octets = 255;
  in.text(all, "serial", next.identity_.serial, octets);
  in.text(all, "printer_name", next.identity_.printer_name, octets);
  const json::array& mac = in.list(all, "mac", 6);
  for (std::size_t i = 0; i < mac.size(); ++i) in.number(mac[i], "mac", next.identity_.mac[i]);
  next.settings_ = settings_of(in, in.object(all, "settings"));
  in.counts(all, "meters", next.meters_);
  in.number(all, "life_count", next.life_count_);
  in.number(all, "boots", next.boots_, 0, 2147483647);
  in.flag(all, "bricked", next.bricked_);
  in.number(all, "config_changes", next.config_changes_);
  const json::array& supplies = in.list(all, "supplies", supplies_.size());
  for (std::size_t i = 0; i < supplies.size(); ++i) {
    const json::object& one = in.object(supplies[i], "supplies");
    Supply& supply = next.supplies_[i];
    in.number(one, "level", supply.level, 0, model_->supplies[i].capacity);
    in.number(one, "worn", supply.worn);
    in.text(one, "serial", supply.serial, octets);
    in.flag(one, "present", supply.present);
  }
  const json::array& inputs = in.list(all, "inputs", inputs_.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const json::object& one = in.object(inputs[i], "inputs");
    in.number(one, "level", next.inputs_[i].level, 0, model_->inputs[i].capacity);
    in.flag(one, "present", next.inputs_[i].present);
  }
  const json::array& outputs = in.list(all, "outputs", outputs_.size());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    in.number(outputs[i], "outputs", next.outputs_[i], 0, model_->outputs[i].capacity);
  const json::array& covers = in.list(all, "covers", covers_.size());
  for (std::size_t i = 0; i < covers.size(); ++i) {
    int status = 0;
    in.number(covers[i], "covers", status, 1, 6);
    next.covers_[i] = static_cast<CoverStatus>(status);
  }
  const json::array& items = in.list(all, "service_items", service_items_.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const json::object& one = in.object(items[i], "service_items");
    in.number(one, "count", next.service_items_[i].count);
    in.number(one, "replaced", next.service_items_[i].replaced);
  }
  const json::array& nvm = in.list(all, "nvm", nvm_.size());
  for (std::size_t i = 0; i < nvm.size(); ++i)
    in.number(nvm[i], "nvm", next.nvm_[i], model_->nvm[i].low, model_->nvm[i].high);
  const json::array& levels = in.list_of_at_most(all, "levels", levels_max);
  if (levels.empty()) in.fail("levels", "at least the one that runs");
  next.levels_.clear();
  for (const json::value& each : levels) {
    const json::object& one = in.object(each, "levels");
    Level& level = next.levels_.emplace_back();
    in.text(one, "level", level.level, octets);
    in.moment(one, "age", level.since);
  }
  const auto faults = static_cast<std::int64_t>(model_->faults.size());
  for (const json::value& each : in.list_of_at_most(all, "standing_faults", model_->faults.size()))
    in.number(each, "standing_faults", next.standing_.emplace_back(), 0, faults - 1);
  in.number(all, "faults_seen", next.faults_seen_);
  for (const json::value& each : in.list_of_at_most(all, "fault_history", model_->fault_history_max)) {
    const json::object& one = in.object(each, "fault_history");
    FaultRecord& record = next.history_.emplace_back();
    in.number(one, "number", record.number);
    in.number(one, "fault", record.fault, 0, faults - 1);
    in.moment(one, "age", record.raised);
    in.number(one, "life_count", record.life_count);
    in.text(one, "resolution", record.resolution);
    bool cleared = false;
    in.flag(one, "cleared", cleared);
    if (cleared) in.moment(one, "cleared_age", record.cleared.emplace());
  }
  in.number(all, "events_seen", next.events_seen_);
  for (const json::value& each : in.list_of_at_most(all, "events", model_->event_log_max)) {
    const json::object& one = in.object(each, "events");
    EventRecord& record = next.events_.emplace_back();
    in.number(one, "number", record.number);
    in.moment(one, "age", record.at);
    in.text(one, "text", record.text);
  }
  in.number(all, "jobs_seen", next.jobs_seen_);
  for (const json::value& each : in.list_of_at_most(all, "jobs", model_->job_log_max)) {
    const json::object& one = in.object(each, "jobs");
    JobRecord& record = next.jobs_.emplace_back();
    int function = 0, result = 0;
    in.number(one, "number", record.number);
    in.text(one, "name", record.name, octets);
    in.text(one, "user", record.user, octets);
    in.number(one, "function", function, 0, 2);
    in.number(one, "asked", record.asked);
    in.number(one, "done", record.done);
    in.number(one, "sheets", record.sheets);
    in.flag(one, "colour", record.colour);
    in.number(one, "result", result, 0, 2);
    in.moment(one, "age", record.at);
    record.function = static_cast<JobFunction>(function);
    record.result = static_cast<JobResult>(result);
  }
  next.usage_ = usage_of(in, in.object(all, "usage"), *model_);
  if (in.fault) return *in.fault;
  next.identity_.address = identity_.address;
  next.civil_ = civil_;
  next.zone_ = zone_;
  next.in_power_since_ = next.used_at_ = now;
  *this = std::move(next);
  return {};
}

std::string_view describe(state_errc e) {
  switch (e) {
    case state_errc::bad_state:
      return "not the state of such a printer";
  }
  return "unknown";
}

}  // namespace mr::printer
