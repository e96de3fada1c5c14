// Enumerations of RFC 3805, RFC 3806 and the IANA Printer and Finisher MIBs, by number and standard name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mr::printer {

struct StandardName {
  std::int32_t value;
  std::string_view name;
};

// A textual convention. PrtAlertCodeTC has besides the codes of finishing devices, which follow a rule:
// 30000 + 100 * kind + the generic code, named by both (30208 staplerJam).
struct Enumeration {
  std::string_view convention;
  std::span<const StandardName> names;  // by value
  bool finishing = false;
};

extern const Enumeration alert_codes, alert_groups, alert_severities, training_levels, supply_types,
    supply_units, supply_classes, colorant_roles, input_types, output_types, channel_types, language_families,
    mark_techs, counter_units, finisher_types;

// The kinds of finishing device that have alert codes (302 stapler, ...), and the ends of those codes' names
// (3 "CoverOpen", ...).
std::span<const StandardName> finishing_kinds();
std::span<const StandardName> finishing_ends();

std::optional<std::int32_t> value_of(const Enumeration& enumeration, std::string_view name);
// Empty where the enumeration has no such value.
std::string name_of(const Enumeration& enumeration, std::int32_t value);

}  // namespace mr::printer
