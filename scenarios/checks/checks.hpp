// The list of checks, by the name under which a scenario asks for them.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

struct CheckKind {
  std::string_view name;                         // exactly-once
  std::string_view title;                        // one sentence
  std::array<std::string_view, 2> clauses;       // that it judges; the second may be empty
  std::array<std::string_view, 2> requirements;  // likewise
  std::unique_ptr<Check> (*make)(const Setting& setting);
};

std::span<const CheckKind> check_kinds();
const CheckKind* find_check(std::string_view name);  // null where there is none

// One per file. lifetime: the setting outlives the check.
std::unique_ptr<Check> make_exactly_once(const Setting& setting);
std::unique_ptr<Check> make_meters_equal_device(const Setting& setting);
std::unique_ptr<Check> make_supplies_equal_device(const Setting& setting);
std::unique_ptr<Check> make_one_upload_per_day(const Setting& setting);
std::unique_ptr<Check> make_one_query_per_day(const Setting& setting);
std::unique_ptr<Check> make_registered_before_anything(const Setting& setting);
std::unique_ptr<Check> make_orders_equal_device(const Setting& setting);
std::unique_ptr<Check> make_one_order_per_depletion(const Setting& setting);
std::unique_ptr<Check> make_flow_table(const Setting& setting);
std::unique_ptr<Check> make_no_leak(const Setting& setting);
std::unique_ptr<Check> make_no_address_in_locked_down(const Setting& setting);
std::unique_ptr<Check> make_audit_complete(const Setting& setting);
std::unique_ptr<Check> make_actions_once(const Setting& setting);
std::unique_ptr<Check> make_nothing_without_permission(const Setting& setting);
std::unique_ptr<Check> make_level_only_changes_if_authentic(const Setting& setting);

}  // namespace mr::scenarios
