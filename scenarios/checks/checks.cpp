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
      {"orders-equal-device",
       "Every order is for a contracted device, and a supply that the device itself showed to be low when it "
       "was read.",
       {"WP-2-02", "WP-7-02"},
       {"RPL-CONTRACT", "RPL-DUE"},
       make_orders_equal_device},
      {"one-order-per-depletion",
       "Every depletion of a contracted device that was reported has exactly one order.",
       {"WP-2-02"},
       {"RPL-ONCE", "RPL-REARM"},
       make_one_order_per_depletion},
      {"flow-table",
       "Every flow is in Table 7, what leaves a site is HTTPS to the server, and nothing comes in from "
       "outside.",
       {"WP-10-01", "WP-4-04"},
       {"AGT-FLOWS", "TLS-OUTBOUND"},
       make_flow_table},
      {"no-leak",
       "No document name, user name, mail address or secret of a site leaves it, in any spelling, once all "
       "is decrypted and unpacked.",
       {"WP-3-01"},
       {"REG-KEY-SECRET", "REG-KEY-PAIR"},
       make_no_leak},
      {"no-address-in-locked-down",
       "From the switch to Locked Down on, a site sends reports only, without any of its IP addresses.",
       {"WP-9-07"},
       {"AGT-LOCKED-DOWN", "REP-LOCKED-DOWN"},
       make_no_address_in_locked_down},
      {"audit-complete",
       "Every request answered and handshake refused has its audit record, numbered without gaps, and there "
       "are no others.",
       {"WP-5-24"},
       {"AUD-EVERY", "AUD-APPEND"},
       make_audit_complete},
      {"actions-once",
       "Every action is listed until it is answered, performed at most once at its printer, and its result "
       "stored.",
       {"WP-5-26"},
       {"ACT-REDELIVER", "ACT-ONCE"},
       make_actions_once},
      {"nothing-without-permission",
       "Nothing happens at a printer for an action that was refused, or that the customer does not permit.",
       {"WP-6-01", "WP-6-08"},
       {"ACT-PERMISSION", "ACT-DISABLED"},
       make_nothing_without_permission},
      {"level-only-changes-if-authentic",
       "The firmware level of a printer changes if and only if a good file for its model arrived.",
       {"WP-6-04"},
       {"PRN-FIRMWARE"},
       make_level_only_changes_if_authentic},
  };
  return kinds;
}

const CheckKind* find_check(std::string_view name) {
  const auto kinds = check_kinds();
  const auto found = std::ranges::find(kinds, name, &CheckKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace mr::scenarios
