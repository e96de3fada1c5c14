#include "simulators/printer/control/describe.hpp"

#include <boost/json/array.hpp>

#include "simulators/printer/device/words.hpp"

namespace mr::printer {

namespace json = boost::json;

namespace {

double seconds(Moment at) { return std::chrono::duration<double>(at).count(); }

json::object described(const Alert& alert) {
  return {{"index", alert.index},
          {"severity", to_text(alert.severity)},
          {"training", alert.training},
          {"group", static_cast<int>(alert.group)},
          {"group_index", alert.group_index},
          {"code", alert.code},
          {"description", alert.description},
          {"since", seconds(alert.since)}};
}

json::array alerts_of(const Device& device) {
  json::array out;
  for (const Alert& alert : device.alerts()) out.push_back(described(alert));
  return out;
}

json::array meters_of(const Device& device) {
  json::array out;
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    json::object one{{"name", model.meters[i].name}, {"value", device.meter(i)}};
    if (model.meters[i].table_device != 0) {
      one["table_device"] = model.meters[i].table_device;
      one["table_index"] = model.meters[i].table_index;
    }
    out.push_back(std::move(one));
  }
  return out;
}

json::array supplies_of(const Device& device) {
  json::array out;
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const Usage::Unit& unit = device.usage().units[i];
    out.push_back(json::object{
        {"number", i + 1},
        {"description", device.supply_description(i)},
        {"part_number", model.supplies[i].part_number},
        {"serial", device.supply_serial(i)},
        {"level", device.supply_true_level(i)},
        {"capacity", model.supplies[i].capacity},
        {"told", device.supply_level(i)},
        {"max", model.supplies[i].max},
        {"class", static_cast<int>(model.supplies[i].supply_class)},
        {"type", model.supplies[i].type},
        {"colorant", model.supplies[i].colorant > 0 ? model.colorants[model.supplies[i].colorant - 1u].name
                                                    : std::string()},
        {"present", device.supply_present(i)},
        {"replaced", unit.replaced}});
  }
  return out;
}

json::array inputs_of(const Device& device) {
  json::array out;
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    out.push_back(json::object{{"number", i + 1},
                               {"name", model.inputs[i].name},
                               {"media", model.inputs[i].media_name},
                               {"level", device.input_true_level(i)},
                               {"capacity", model.inputs[i].capacity},
                               {"told", device.input_level(i)},
                               {"present", device.input_present(i)}});
  }
  return out;
}

json::array outputs_of(const Device& device) {
  json::array out;
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    out.push_back(json::object{{"number", i + 1},
                               {"name", model.outputs[i].name},
                               {"level", device.output_true_level(i)},
                               {"capacity", model.outputs[i].capacity}});
  }
  return out;
}

json::array covers_of(const Device& device) {
  json::array out;
  for (std::size_t i = 0; i < device.model().covers.size(); ++i) {
    const CoverStatus status = device.cover(i);
    const bool open = status == CoverStatus::open || status == CoverStatus::interlock_open;
    out.push_back(json::object{
        {"number", i + 1}, {"description", device.model().covers[i].description}, {"open", open}});
  }
  return out;
}

json::object service_of(const Device& device) {
  const Model& model = device.model();
  json::array items, nvm, faults, history;
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    items.push_back(json::object{{"code", model.service_items[i].code},
                                 {"name", model.service_items[i].name},
                                 {"count", device.service_count(i)},
                                 {"limit", model.service_items[i].limit},
                                 {"percent_left", device.service_percent_left(i)},
                                 {"replaced", device.service_replaced(i)}});
  }
  for (std::size_t i = 0; i < model.nvm.size(); ++i) {
    nvm.push_back(
        json::object{{"id", model.nvm[i].id}, {"name", model.nvm[i].name}, {"value", device.nvm(i)}});
  }
  for (std::size_t i = 0; i < model.faults.size(); ++i) {
    faults.push_back(json::object{{"code", model.faults[i].code},
                                  {"description", model.faults[i].description},
                                  {"stands", device.fault_stands(i)}});
  }
  for (const FaultRecord& record : device.fault_history()) {
    json::object one{{"number", record.number},
                     {"code", model.faults[record.fault].code},
                     {"description", model.faults[record.fault].description},
                     {"raised", seconds(record.raised)},
                     {"life_count", record.life_count},
                     {"resolution", record.resolution}};
    if (record.cleared) one["cleared"] = seconds(*record.cleared);
    history.push_back(std::move(one));
  }
  return {{"service_items", std::move(items)},
          {"nvm", std::move(nvm)},
          {"faults", std::move(faults)},
          {"fault_history", std::move(history)}};
}

json::array jobs_of(const Device& device) {
  json::array out;
  for (const JobRecord& job : device.jobs()) {
    out.push_back(json::object{{"number", job.number},
                               {"name", job.name},
                               {"user", job.user},
                               {"function", to_text(job.function)},
                               {"asked", job.asked},
                               {"done", job.done},
                               {"sheets", job.sheets},
                               {"colour", job.colour},
                               {"at", seconds(job.at)}});
  }
  return out;
}

json::array events_of(const Device& device) {
  json::array out;
  for (const EventRecord& event : device.events())
    out.push_back(json::object{{"number", event.number}, {"at", seconds(event.at)}, {"text", event.text}});
  return out;
}

}  // namespace

json::object summary_of(const Device& device, std::size_t index, std::string_view address) {
  return {{"index", index},
          {"address", address},
          {"serial", device.identity().serial},
          {"product", device.model().product},
          {"profile", device.model().key},
          {"power", to_text(device.power())},
          {"alerts", device.alerts().size()}};
}

json::object state_of(const Device& device, std::size_t index, std::string_view address, Moment now) {
  json::object out = summary_of(device, index, address);
  const Settings& settings = device.settings();
  json::array console;
  for (std::int32_t i = 0; i < device.model().console_lines; ++i)
    console.emplace_back(device.console_text(static_cast<std::size_t>(i)));
  out["now"] = seconds(now);
  out["name"] = settings.name;
  out["contact"] = settings.contact;
  out["location"] = settings.location;
  const Settings::Ports& ports = settings.ports;
  out["ports"] = json::object{{"snmp", ports.snmp},
                              {"raw", ports.raw},
                              {"lpd", ports.lpd},
                              {"http", ports.http},
                              {"https", ports.https}};
  out["level"] = device.level();
  out["online"] = device.online();
  out["uptime_ticks"] = device.uptime_ticks(now);
  out["boots"] = device.boots();
  out["device_status"] = device.device_status();
  out["printer_status"] = device.printer_status();
  out["console"] = std::move(console);
  out["life_count"] = device.life_count();
  out["power_on_count"] = device.power_on_count();
  out["alerts"] = alerts_of(device);
  out["meters"] = meters_of(device);
  out["supplies"] = supplies_of(device);
  out["inputs"] = inputs_of(device);
  out["outputs"] = outputs_of(device);
  out["covers"] = covers_of(device);
  for (auto& member : service_of(device)) out[member.key()] = std::move(member.value());
  out["jobs"] = jobs_of(device);
  out["events"] = events_of(device);
  return out;
}

}  // namespace mr::printer
