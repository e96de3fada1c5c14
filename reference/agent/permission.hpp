// Whether an action may be performed: the order of the refusals, and the permissions as a report tells them.
// Pure.
//
// The record at the executor decides (WP-6-01), whatever the server believes. Refusals in this order: a kind
// that this agent does not have, Locked Down mode, a kind that is switched off, no permission that holds now.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/agent/settings.hpp"

namespace mr::agent {

struct Decision {
  std::string refusal;  // a reason of actions.md; empty: it may be performed
  const Permit* permit =
      nullptr;  // what decided; null where none was needed or none was there. lifetime: the settings
};

// On one printer, or (`printer` absent) before it is known which one: then a permission for any printer
// counts.
Decision decide(const Settings& settings, std::string_view kind, std::optional<runtime::Address> printer,
                model::SecurityMode mode, model::Moment now);

// The permissions that hold at `now` on a printer, one per kind in the order of the kinds, each with its
// latest end. They are told although a kind is switched off: the permission is there.
std::vector<model::Permission> permissions_on(const Settings& settings, const runtime::Address& printer,
                                              model::Moment now);

// Those that hold for printers not reported yet: granted for every printer, or for one of `unreported`.
std::vector<model::Permission> permissions_on_new(const Settings& settings,
                                                  const std::vector<runtime::Address>& unreported,
                                                  model::Moment now);

// One line for the audit: `RebootDevice on 10.0.0.5 until 2026-03-01T00:00:00.000Z by j.doe`; empty for null.
std::string to_text(const Permit* permit);

}  // namespace mr::agent
