// The Printer MIB (RFC 3805) of a model: one marker, one localization, simplex and duplex media paths.
// hrDeviceIndex is 1.
#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

constexpr std::int32_t charset_utf8 = 106;

void printer_general(Composition& out, const Model& model) {
  const auto at = [](Oid::Arc column) { return printer_arcs + Oid{5, 1, 1, column, 1}; };
  out.bound(at(1), Type::counter32, Field::config_changes);
  out.constant(at(2), Value::integer(1));
  out.bound(at(3), Type::integer, Field::general_reset);
  out.constant(at(4), Value::octets(""));
  out.constant(at(5), Value::octets(""));
  out.constant(at(6), Value::integer(model.inputs.empty() ? -1 : 1));
  out.constant(at(7), Value::integer(model.outputs.empty() ? -1 : 1));
  out.constant(at(8), Value::integer(1));
  out.constant(at(9), Value::integer(1));
  out.constant(at(10), Value::integer(1));
  out.constant(at(11), Value::integer(model.console_lines));
  out.constant(at(12), Value::integer(model.console_chars));
  out.constant(at(13), Value::integer(3));  // prtConsoleDisable: operator input is enabled
  out.constant(at(14), Value::integer(present_off));
  out.constant(at(15), Value::integer(present_off));
  out.bound(at(16), Type::octets, Field::printer_name);
  out.bound(at(17), Type::octets, Field::serial);
  out.bound(at(18), Type::counter32, Field::critical_events);
  out.bound(at(19), Type::counter32, Field::all_events);
  out.constant(printer_arcs + Oid{5, 2, 1, 2, 1, 1},
               Value::integer(1));  // prtStorageRefIndex: the memory is the printer's
  // prtDeviceRefIndex: so are the network card and the disk.
  for (const Oid::Arc device : {network_device, disk_device}) {
    if (device == network_device || has_disk(model))
      out.constant(printer_arcs + Oid{5, 3, 1, 2, device, 1}, Value::integer(1));
  }
  if (has_disk(model)) out.constant(printer_arcs + Oid{5, 2, 1, 2, 2, 1}, Value::integer(1));
}

void covers_and_localization(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.covers.size(); ++i) {
    out.constant(printer_arcs + Oid{6, 1, 1, 2, 1, row_of(i)}, Value::octets(model.covers[i].description));
    out.bound(printer_arcs + Oid{6, 1, 1, 3, 1, row_of(i)}, Type::integer, Field::cover_status, i);
  }
  out.constant(printer_arcs + Oid{7, 1, 1, 2, 1, 1}, Value::octets(model.language));
  out.constant(printer_arcs + Oid{7, 1, 1, 3, 1, 1}, Value::octets(model.country));
  out.constant(printer_arcs + Oid{7, 1, 1, 4, 1, 1}, Value::integer(charset_utf8));
}

void printer_inputs(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const InputKind& kind = model.inputs[i];
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{8, 2, 1, column, 1, row_of(i)}; };
    out.constant(at(2), Value::integer(kind.type));
    out.constant(at(3), Value::integer(unit_micrometers));
    out.constant(at(4), Value::integer(kind.feed_um));
    out.constant(at(5), Value::integer(kind.cross_um));
    out.constant(at(6), Value::integer(kind.feed_um));
    out.constant(at(7), Value::integer(kind.cross_um));
    out.constant(at(8), Value::integer(unit_sheets));
    out.constant(at(9), Value::integer(kind.max));
    out.bound(at(10), Type::integer, Field::input_level, i);
    out.bound(at(11), Type::integer, Field::input_status, i);
    out.constant(at(12), Value::octets(kind.media_name));
    out.constant(at(13), Value::octets(kind.name));
    out.constant(at(14), Value::octets(model.manufacturer));
    for (const Oid::Arc column : {15u, 16u, 17u}) out.constant(at(column), Value::octets(""));
    out.constant(at(18), Value::octets(kind.description));
    out.constant(at(19), Value::integer(present_off));
    out.constant(at(20), Value::integer(kind.media_weight));
    out.constant(at(21), Value::octets(kind.media_type));
    out.constant(at(22), Value::octets(kind.media_color));
    out.constant(at(23), Value::integer(1));
    out.constant(at(24), Value::integer(reading_unknown));
    out.constant(at(25), Value::integer(0));  // prtInputNextIndex: no other input takes over
  }
}

void printer_outputs(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    const OutputKind& kind = model.outputs[i];
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{9, 2, 1, column, 1, row_of(i)}; };
    out.constant(at(2), Value::integer(kind.type));
    out.constant(at(3), Value::integer(unit_sheets));
    out.constant(at(4), Value::integer(kind.capacity));
    out.bound(at(5), Type::integer, Field::output_remaining, i);
    out.bound(at(6), Type::integer, Field::output_status, i);
    out.constant(at(7), Value::octets(kind.name));
    out.constant(at(8), Value::octets(model.manufacturer));
    for (const Oid::Arc column : {9u, 10u, 11u}) out.constant(at(column), Value::octets(""));
    out.constant(at(12), Value::octets(kind.description));
    out.constant(at(13), Value::integer(present_off));
    out.constant(at(14), Value::integer(unit_micrometers));
    out.constant(at(15), Value::integer(model.duplex ? 432000 : 356000));
    out.constant(at(16), Value::integer(model.duplex ? 297000 : 216000));
    out.constant(at(17), Value::integer(148000));
    out.constant(at(18), Value::integer(98000));
    out.constant(at(19), Value::integer(3));  // firstToLast
    out.constant(at(20), Value::integer(4));  // faceDown
    for (const Oid::Arc column : {21u, 22u, 23u, 24u})
      out.constant(at(column), Value::integer(column == 23 ? present_on : present_off));
  }
}

void printer_marker(Composition& out, const Model& model) {
  const auto at = [](Oid::Arc column) { return printer_arcs + Oid{10, 2, 1, column, 1, 1}; };
  out.constant(at(2), Value::integer(model.mark_tech));
  out.constant(at(3), Value::integer(model.life_unit));
  out.bound(at(4), Type::counter32, Field::life_count);
  out.bound(at(5), Type::counter32, Field::power_on_count);
  out.constant(at(6), Value::integer(static_cast<std::int32_t>(model.colorants.size())));
  out.constant(at(7), Value::integer(0));
  out.constant(at(8), Value::integer(3));  // tenThousandthsOfInches
  out.constant(at(9), Value::integer(model.resolution));
  out.constant(at(10), Value::integer(model.resolution));
  for (const Oid::Arc margin : {11u, 12u, 13u, 14u}) out.constant(at(margin), Value::integer(1670));
  out.bound(at(15), Type::integer, Field::marker_status);

  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    const auto cell = [&](Oid::Arc column) { return printer_arcs + Oid{11, 1, 1, column, 1, row_of(i)}; };
    out.constant(cell(2), Value::integer(1));
    out.constant(cell(3), Value::integer(kind.colorant));
    out.constant(cell(4), Value::integer(static_cast<std::int32_t>(kind.supply_class)));
    out.constant(cell(5), Value::integer(kind.type));
    out.bound(cell(6), Type::octets, Field::supply_description, i);
    out.constant(cell(7), Value::integer(kind.unit));
    out.constant(cell(8), Value::integer(kind.max));
    out.bound(cell(9), Type::integer, Field::supply_level, i);
  }
  for (std::size_t i = 0; i < model.colorants.size(); ++i) {
    const auto cell = [&](Oid::Arc column) { return printer_arcs + Oid{12, 1, 1, column, 1, row_of(i)}; };
    out.constant(cell(2), Value::integer(1));
    out.constant(cell(3), Value::integer(model.colorants[i].role));
    out.constant(cell(4), Value::octets(model.colorants[i].name));
    out.constant(cell(5), Value::integer(256));
  }
}

void printer_paths(Composition& out, const Model& model) {
  const Oid::Arc count = model.duplex ? 2 : 1;
  for (Oid::Arc i = 1; i <= count; ++i) {
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{13, 4, 1, column, 1, i}; };
    out.constant(at(2), Value::integer(8));  // sheetsPerHour
    out.constant(at(3), Value::integer(unit_micrometers));
    out.constant(at(4), Value::integer(model.pages_per_minute * 60 / (i == 2 ? 2 : 1)));
    out.constant(at(5), Value::integer(model.duplex ? 432000 : 356000));
    out.constant(at(6), Value::integer(model.duplex ? 297000 : 216000));
    out.constant(at(7), Value::integer(148000));
    out.constant(at(8), Value::integer(98000));
    out.constant(at(9), Value::integer(i == 2 ? 3 : 5));  // longEdgeBindingDuplex, simplex
    out.constant(at(10), Value::octets(i == 2 ? "Duplex" : "Simplex"));
    out.counted(at(11), Type::integer, [i](const Device& d) {
      return sub_unit_status(d, Part::media_path, i - 1) | (d.activity() == Activity::printing ? 4 : 0);
    });
  }
}

void channels_and_interpreters(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.channels.size(); ++i) {
    const ChannelKind& kind = model.channels[i];
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{14, 1, 1, column, 1, row_of(i)}; };
    out.constant(at(2), Value::integer(kind.type));
    out.constant(at(3), Value::octets(kind.version));
    out.constant(at(4), Value::integer(model.interpreters.empty() ? 0 : 1));
    out.constant(at(5), Value::integer(model.interpreters.empty() ? 0 : 1));
    const bool lpd = kind.type == 8;
    out.counted(at(6), Type::integer, [lpd](const Device& d) {  // printDataAccepted, noDataAccepted
      return d.online() && (lpd ? d.settings().ports.lpd : d.settings().ports.raw) ? 3 : 4;
    });
    out.constant(at(7), Value::integer(2));
    out.counted(at(8), Type::integer, [](const Device& d) { return d.online() ? 0 : 32; });
    out.constant(at(9), Value::octets(kind.description));
  }
  for (std::size_t i = 0; i < model.interpreters.size(); ++i) {
    const InterpreterKind& kind = model.interpreters[i];
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{15, 1, 1, column, 1, row_of(i)}; };
    out.constant(at(2), Value::integer(kind.family));
    out.constant(at(3), Value::octets(kind.level));
    out.constant(at(4), Value::octets(""));
    out.constant(at(5), Value::octets(kind.description));
    out.constant(at(6), Value::octets(kind.version));
    out.constant(at(7), Value::integer(3));  // portrait
    out.constant(at(8), Value::integer(model.resolution));
    out.constant(at(9), Value::integer(model.resolution));
    out.constant(at(10), Value::integer(charset_utf8));
    out.constant(at(11), Value::integer(charset_utf8));
    out.constant(at(12),
                 Value::integer(kind.family == 5 || kind.family == 6 ? 3 : 4));  // PJL and PostScript answer
  }
}

void printer_console(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(model.console_lines); ++i) {
    out.bound(printer_arcs + Oid{16, 5, 1, 2, 1, row_of(i)}, Type::octets, Field::console_text, i);
  }
  for (std::size_t i = 0; i < model.lights.size(); ++i) {
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{17, 6, 1, column, 1, row_of(i)}; };
    out.bound(at(2), Type::integer, Field::light_on, i);
    out.bound(at(3), Type::integer, Field::light_off, i);
    out.constant(at(4), Value::integer(i == 0 ? 4 : 5));  // the first is the error light: red; others green
    out.constant(at(5), Value::octets(model.lights[i]));
  }
}

}  // namespace

void compose_printer_mib(Composition& out, const Model& model) {
  printer_general(out, model);
  covers_and_localization(out, model);
  printer_inputs(out, model);
  printer_outputs(out, model);
  printer_marker(out, model);
  printer_paths(out, model);
  channels_and_interpreters(out, model);
  printer_console(out, model);
}

}  // namespace mr::printer
