// From a walk to a model that can be written as a profile. What recognition (simulators/printer/recording)
// found is taken as it is; what it does not look at but a profile has (outputs, channels, interpreters,
// media) is read here from the same variables; what no walk tells is guessed, and said.
#include <algorithm>
#include <cctype>

#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/white_paper.hpp"
#include "tools/command/profile_command.hpp"

namespace mr::command {

using namespace mr::printer;
using snmp::Oid;
using snmp::Value;

namespace {

const Oid mib2{1, 3, 6, 1, 2, 1}, prt{1, 3, 6, 1, 2, 1, 43}, host{1, 3, 6, 1, 2, 1, 25};

class Import {
 public:
  Import(const Recording& recording, const std::string& key)
      : recording_(recording), recorded_(make_printer(recording, key)), out_{*recorded_.model, {}, {}} {}

  ImportedProfile take() {
    Model& model = out_.model;
    identity(model);
    paper(model);
    supplies(model);
    channels(model);
    behaviour(model);
    meters(model);
    model.device_class = model.object_id.size() > 6 && model.object_id[6] == 253 ? DeviceClass::office
                                                                                 : DeviceClass::other_brand;
    if (model.device_class == DeviceClass::other_brand) {
      for (MeterKind& meter : model.meters) meter.table_device = meter.table_index = 0;
    }
    model.lacks = lacking(model);
    return std::move(out_);
  }

 private:
  const Value* at(const Oid& name) const {
    const auto& all = recording_.variables;
    const auto found =
        std::lower_bound(all.begin(), all.end(), name,
                         [](const Recording::Line& line, const Oid& n) { return line.name < n; });
    return found != all.end() && found->name == name ? &found->value : nullptr;
  }
  std::optional<std::int64_t> number(const Oid& name) const {
    const Value* value = at(name);
    return value ? value->number() : std::nullopt;
  }
  std::string text(const Oid& name, std::size_t most) const {
    const Value* value = at(name);
    const std::string* octets = value ? value->octets() : nullptr;
    if (!octets) return {};
    std::string out;
    for (const char c : *octets) {
      if (static_cast<unsigned char>(c) >= 32 && out.size() < most) out += c;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
  }
  // Instances below a column, as the arcs after it, in order.
  std::vector<Oid> rows(const Oid& column) const {
    std::vector<Oid> out;
    for (const Recording::Line& line : recording_.variables) {
      if (line.name.starts_with(column)) out.emplace_back(line.name.after(column));
    }
    return out;
  }
  void guessed(std::string what) { out_.guessed.push_back(std::move(what)); }

  std::string without_serial(std::string from, const std::string& serial) const {
    if (serial.size() < 4) return from;
    for (std::size_t i = from.find(serial); i != std::string::npos; i = from.find(serial, i + 8))
      from.replace(i, serial.size(), "{serial}");
    return from;
  }

  void identity(Model& model) {
    const Identity recorded = recorded_.device().identity();
    if (model.object_id.size() < 7) {
      model.object_id = {1, 3, 6, 1, 4, 1, 32473, 1};
      guessed("object_id: the number that is set aside for documentation");
    }
    if (model.description.empty()) {
      model.description = model.product.empty() ? "Printer" : model.product;
      guessed("description: " + model.description);
    }
    model.description = without_serial(model.description.substr(0, 255), recorded.serial);
    if (model.product.empty()) model.product = model.description.substr(0, model.description.find(';'));
    model.product.resize(std::min<std::size_t>(model.product.size(), 63));
    model.device_description = model.device_description.empty() ? model.product : model.device_description;
    if (model.device_description.size() > 64) {
      model.device_description.resize(64);
      out_.left_out.push_back("device_description: over 64 octets, cut");
    }
    model.manufacturer = model.product.substr(0, model.product.find(' '));
    guessed("manufacturer: the first word of the product, " + model.manufacturer);
    model.device_id =
        without_serial(text(Oid{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3, 1}, 1023), recorded.serial);
    if (model.device_id.empty()) {
      model.device_id =
          without_serial(text(Oid{1, 3, 6, 1, 4, 1, 253, 8, 51, 1, 2, 1, 20, 1}, 1023), recorded.serial);
    }
    if (model.device_id.empty()) {
      model.device_id = "MFG:" + model.manufacturer + ";MDL:" + model.product + ";CLS:PRINTER;SN:{serial};";
      guessed("device_id: " + model.device_id);
    }
    model.firmware = "1.0";
    guessed("firmware: 1.0; where sysDescr names a level, put {firmware} there and the level here");
    // The shape of the serial number, with none of its last digits; not the number.
    model.serial_pattern = recorded.serial.substr(0, 40);
    std::size_t open = 0;
    for (auto c = model.serial_pattern.rbegin(); c != model.serial_pattern.rend() && open < 8; ++c) {
      if (std::isdigit(static_cast<unsigned char>(*c))) {
        *c = '#';
        ++open;
      } else if (*c == '#') {
        *c = '-';
      }
    }
    if (open < 6) {
      model.serial_pattern = "IMP######";
      guessed("serial_pattern: IMP######");
    }
    model.mac_prefix = {0x02, recorded.mac[1], recorded.mac[2]};
    guessed("mac_prefix: locally administered, so that it is nobody's");
  }

  void paper(Model& model) {
    const Oid entry = prt + Oid{8, 2, 1};
    std::size_t row = 0;
    for (const Oid& index : rows(entry + 10u)) {  // those of which recognition made a tray, in the same order
      if (row >= model.inputs.size()) break;
      const auto cell = [&](Oid::Arc column) { return entry + column + index; };
      const std::string name = text(cell(13), 63), described = text(cell(18), 63);
      InputKind& kind = model.inputs[row];
      if (kind.name != name && kind.name != described && !kind.name.starts_with("Tray ")) continue;
      ++row;
      kind.name.resize(std::min<std::size_t>(kind.name.size(), 63));
      kind.description = described.empty() ? kind.name : described;
      const auto type = number(cell(2));
      if (type && !name_of(input_types, static_cast<std::int32_t>(*type)).empty())
        kind.type = static_cast<std::int32_t>(*type);
      kind.media_name = text(cell(12), 63);
      kind.capacity = std::min(kind.capacity, 1'000'000);
      kind.max = std::min(kind.max, 1'000'000);
      kind.initial = std::min(kind.initial, kind.capacity);
    }
    if (model.inputs.empty()) {
      model.inputs.push_back({.name = "Tray 1", .description = "Tray 1", .media_name = "iso_a4_210x297mm"});
      guessed("inputs: one tray of 500 sheets");
    }
    const Oid out = prt + Oid{9, 2, 1};
    for (const Oid& index : rows(out + 7u)) {
      OutputKind kind;
      kind.name = text(out + 7u + index, 63);
      kind.description = text(out + 12u + index, 255);
      if (kind.name.empty()) kind.name = kind.description.substr(0, 63);
      if (kind.name.empty()) kind.name = "Bin " + std::to_string(model.outputs.size() + 1);
      const auto type = number(out + 2u + index).value_or(4), room = number(out + 4u + index).value_or(0);
      if (!name_of(output_types, static_cast<std::int32_t>(type)).empty())
        kind.type = static_cast<std::int32_t>(type);
      if (room > 0 && room <= 1'000'000) kind.capacity = static_cast<std::int32_t>(room);
      if (number(out + 5u + index).value_or(0) < 0) kind.reporting = Reporting::unknown;
      if (model.outputs.size() < 32) model.outputs.push_back(std::move(kind));
    }
    if (model.outputs.empty()) {
      model.outputs.push_back({.name = "Standard Bin", .description = "Standard Bin"});
      guessed("outputs: one bin of 250 sheets");
    }
    model.duplex = false;
    for (const Oid& index : rows(prt + Oid{13, 4, 1, 9})) {
      const auto path = number(prt + Oid{13, 4, 1, 9} + index).value_or(5);
      model.duplex = model.duplex || path == 3 || path == 4;
    }
    if (rows(prt + Oid{13, 4, 1, 9}).empty()) {
      model.duplex = true;
      guessed("duplex: true");
    }
    for (CoverKind& cover : model.covers)
      cover.description.resize(std::min<std::size_t>(cover.description.size(), 255));
    if (model.covers.empty()) {
      model.covers.push_back({"Front Cover"});
      guessed("covers: a front cover");
    }
  }

  void supplies(Model& model) {
    const Oid entry = prt + Oid{12, 1, 1};
    for (const Oid& index : rows(entry + 4u)) {
      ColorantKind kind{.name = text(entry + 4u + index, 255)};
      const auto role = number(entry + 3u + index).value_or(3);
      if (!name_of(colorant_roles, static_cast<std::int32_t>(role)).empty())
        kind.role = static_cast<std::int32_t>(role);
      if (!kind.name.empty() && model.colorants.size() < 16) model.colorants.push_back(std::move(kind));
    }
    std::vector<Oid> told;  // rows that became supplies, in their order
    for (const Oid& index : rows(prt + Oid{11, 1, 1, 9})) told.push_back(index);
    if (model.supplies.size() > 64) model.supplies.resize(64);
    for (std::size_t i = 0; i < model.supplies.size(); ++i) {
      SupplyKind& kind = model.supplies[i];
      kind.description.resize(std::min<std::size_t>(kind.description.size(), 255));
      if (name_of(supply_types, kind.type).empty()) kind.type = 1;
      if (name_of(supply_units, kind.unit).empty()) kind.unit = kind.capacity == 100 ? 19 : 7;
      kind.capacity = std::min(kind.capacity, 100'000'000);
      kind.max = std::min(kind.max, 100'000'000);
      kind.colorant = 0;
      if (told.size() == model.supplies.size()) {
        const auto colorant = number(prt + Oid{11, 1, 1, 3} + told[i]).value_or(0);
        if (colorant > 0 && static_cast<std::size_t>(colorant) <= model.colorants.size())
          kind.colorant = static_cast<std::uint16_t>(colorant);
      }
    }
    guessed("supplies: yield, and when they are low; a walk does not tell how fast they wear");
    if (model.colorants.empty()) {
      for (const char* name : {"black", "cyan", "magenta", "yellow"}) {
        if (model.colour || model.colorants.empty()) model.colorants.push_back({.name = name});
      }
      guessed(model.colour ? "colorants: black, cyan, magenta, yellow" : "colorants: black");
    }
    for (const ColorantKind& colorant : model.colorants)
      model.colour = model.colour || colorant.name == "cyan";
  }

  void channels(Model& model) {
    const Oid entry = prt + Oid{14, 1, 1}, language = prt + Oid{15, 1, 1};
    for (const Oid& index : rows(entry + 2u)) {
      const auto type = static_cast<std::int32_t>(number(entry + 2u + index).value_or(1));
      if (name_of(channel_types, type).empty() || model.channels.size() >= 32) continue;
      model.channels.push_back({type, text(entry + 3u + index, 63), text(entry + 9u + index, 255)});
    }
    if (model.channels.empty()) {
      model.channels = {{11, "", "Raw port 9100"}, {8, "1", "LPD"}};
      guessed("channels: raw port 9100 and LPD");
    }
    for (const Oid& index : rows(language + 2u)) {
      const auto family = static_cast<std::int32_t>(number(language + 2u + index).value_or(1));
      if (name_of(language_families, family).empty() || model.interpreters.size() >= 32) continue;
      model.interpreters.push_back({family, text(language + 3u + index, 31), text(language + 6u + index, 31),
                                    text(language + 5u + index, 255)});
    }
    if (model.interpreters.empty()) {
      model.interpreters = {{3, "6", "1.0", "PCL"}, {6, "3", "3.0", "PostScript"}, {5, "", "1.0", "PJL"}};
      guessed("interpreters: PCL, PostScript, PJL");
    }
  }

  void behaviour(Model& model) {
    const auto take = [&](const Oid& name, std::int32_t& into, std::int64_t low, std::int64_t high) {
      const auto n = number(name);
      const bool there = n && *n >= low && *n <= high;
      if (there) into = static_cast<std::int32_t>(*n);
      return there;
    };
    if (!take(host + Oid{2, 2, 0}, model.memory_kib, 1, INT32_MAX)) {
      model.memory_kib = 262144;
      guessed("memory_kib: 262144");
    }
    const Oid marker = prt + Oid{10, 2, 1};
    std::int32_t value = 0;
    if (take(marker + Oid{2, 1, 1}, value, 1, 27)) model.mark_tech = value;
    if (take(marker + Oid{3, 1, 1}, value, 3, 17) && !name_of(counter_units, value).empty())
      model.life_unit = value;
    if (!take(marker + Oid{9, 1, 1}, model.resolution, 1, 9600)) {
      model.resolution = 600;
      guessed("resolution: 600");
    }
    std::int32_t per_hour = 0;
    if (number(prt + Oid{13, 4, 1, 2, 1, 1}) == 8 &&
        take(prt + Oid{13, 4, 1, 4, 1, 1}, per_hour, 60, 600'000)) {
      model.pages_per_minute = per_hour / 60;
    } else {
      guessed("pages_per_minute: " + std::to_string(model.pages_per_minute));
    }
    take(prt + Oid{5, 1, 1, 11, 1}, model.console_lines, 0, 32);
    take(prt + Oid{5, 1, 1, 12, 1}, model.console_chars, 0, 255);
    const std::string language = text(prt + Oid{7, 1, 1, 2, 1, 1}, 2),
                      country = text(prt + Oid{7, 1, 1, 3, 1, 1}, 2);
    if (language.size() == 2) model.language = language;
    if (country.size() == 2) model.country = country;
    for (const Oid& index : rows(prt + Oid{17, 6, 1, 5})) {
      const std::string name = text(prt + Oid{17, 6, 1, 5} + index, 63);
      if (model.lights.size() < 32) model.lights.push_back(name.empty() ? "Light" : name);
    }
    if (model.lights.empty()) model.lights = {"Error"};
    guessed("ready_text, warm_up_ms, restart_ms and the times of an upgrade");
    model.faults = {{.code = "200.01",
                     .description = "Paper jam",
                     .part = Part::media_path,
                     .row = 1,
                     .resolution = "Paper removed",
                     .area = "Printer"}};
    guessed("faults: a paper jam; a walk shows the alerts of a moment, not what could be");
    if (at(prt + Oid{18, 1, 1, 2}) || !rows(prt + Oid{18, 1, 1, 2}).empty())
      out_.left_out.push_back("alerts: those of the recorded moment");
  }

  void meters(Model& model) {
    if (model.meters.empty())
      model.meters = {{.name = "Total Impressions"}, {.name = "Sheets", .counts = MeterCounts::sheets}};
    for (MeterKind& meter : model.meters) meter.name.resize(std::min<std::size_t>(meter.name.size(), 255));
    const std::size_t told = recording_.variables.size();
    out_.left_out.push_back(
        "levels and counts of the recorded moment: a profile's printers draw their own (" +
        std::to_string(told) +
        " variables were read; `makeready printer --recording` serves "
        "them as they are)");
  }

  const Recording& recording_;
  RecordedPrinter recorded_;
  ImportedProfile out_;
};

}  // namespace

ImportedProfile import_profile(const Recording& recording, const std::string& key) {
  return Import(recording, key).take();
}

}  // namespace mr::command
