// The finisher MIB (RFC 3806), for models that finish.
//
// A staple cartridge is listed here and, as real printers do, among the marker's supplies: both tell the one
// level. Who finishes with it is the first stitcher, else the first finisher.
#include <algorithm>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;

namespace {
constexpr Oid::Arc attribute_name = 3, attribute_vendor = 4, attribute_model = 5, attribute_max_sheets = 8;

// A set of rows as a bit map, the first row the most significant bit.
std::string row_map(std::size_t rows) {
  std::string out((std::max<std::size_t>(rows, 1) + 7) / 8, '\0');
  for (std::size_t i = 0; i < rows; ++i) out[i / 8] = static_cast<char>(out[i / 8] | (0x80 >> i % 8));
  return out;
}
}  // namespace

void compose_finishers(Composition& out, const Model& model) {
  if (model.finishers.empty()) return;
  std::size_t stitcher = 0;
  for (std::size_t i = model.finishers.size(); i-- > 0;) {
    if (model.finishers[i].type == 3) stitcher = i;
  }
  for (std::size_t i = 0; i < model.finishers.size(); ++i) {
    const FinisherKind& kind = model.finishers[i];
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{30, 1, 1, column, 1, row_of(i)}; };
    out.number(at(2), kind.type);
    out.number(at(3), present_on);
    out.number(at(4), unit_sheets);
    out.number(at(5), kind.capacity);
    // What is left of it: the bin that it delivers to is emptied by people, and told by the outputs.
    out.number(at(6), reading_unknown);
    out.text(at(7), row_map(model.duplex ? 2 : 1));
    out.text(at(8), row_map(model.outputs.size()));
    out.counted(at(9), Type::integer, [i](const Device& d) { return sub_unit_status(d, Part::finisher, i); });
    out.text(at(10), kind.description);
    const auto attribute = [&](Oid::Arc type, std::int32_t number, std::string words) {
      out.number(printer_arcs + Oid{33, 1, 1, 3, 1, row_of(i), type, 1}, number);
      out.text(printer_arcs + Oid{33, 1, 1, 4, 1, row_of(i), type, 1}, words.substr(0, 63));
    };
    attribute(attribute_name, reading_unknown, kind.description);
    attribute(attribute_vendor, reading_unknown, model.manufacturer);
    attribute(attribute_model, reading_unknown, kind.description);
    attribute(attribute_max_sheets, kind.capacity, "");
  }
  Oid::Arc row = 0;
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    if (kind.wears_by != WearsBy::staples) continue;
    ++row;
    const auto at = [&](Oid::Arc column) { return printer_arcs + Oid{31, 1, 1, column, 1, row}; };
    out.number(at(2), static_cast<std::int32_t>(row_of(stitcher)));
    out.number(at(3), static_cast<std::int32_t>(kind.supply_class));
    out.number(at(4), kind.type);
    out.bound(at(5), Type::octets, Field::supply_description, i);
    out.number(at(6), kind.unit);
    out.number(at(7), kind.max);
    out.bound(at(8), Type::integer, Field::supply_level, i);
    out.text(at(9), "");
  }
}

}  // namespace mr::printer
