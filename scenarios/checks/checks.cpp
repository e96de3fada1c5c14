#include "scenarios/checks/checks.hpp"

#include <algorithm>

namespace mr::scenarios {

std::span<const CheckKind> check_kinds() {
  static constexpr CheckKind kinds[] = {
      {"exactly-once",
       "Every report that an agent promised is stored exactly once.",
       {"WP-2-01", "WP-6-12"},
       {"UPL-REPORT-ONCE", "UPL-SPOOL"},
       make_exactly_once},
      {"meters-equal-device",
       "Every meter stored was what the device itself counted while it was read.",
       {"WP-2-01", "WP-8-07"},
       {"REP-TRUE"},
       make_meters_equal_device},
      {"supplies-equal-device",
       "Every supply level stored was what the device itself told while it was read.",
       {"WP-2-02", "WP-8-07"},
       {"REP-TRUE"},
       make_supplies_equal_device},
      {"one-upload-per-day",
       "Each agent makes exactly one scheduled upload per local calendar day, and the server stores it.",
       {"WP-5-20"},
       {"AGT-DAILY"},
       make_one_upload_per_day},
      {"one-query-per-day",
       "Each agent makes exactly one daily query for actions per local calendar day.",
       {"WP-8-05"},
       {"AGT-SCHEDULE-DAILY"},
       make_one_query_per_day},
      {"registered-before-anything",
       "Nothing is discovered, read, sent or asked before the registration.",
       {"WP-4-08"},
       {"REG-ACTIVATE"},
       make_registered_before_anything},
  };
  return kinds;
}

const CheckKind* find_check(std::string_view name) {
  const auto kinds = check_kinds();
  const auto found = std::ranges::find(kinds, name, &CheckKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace mr::scenarios
