#include "reference/agent/permission.hpp"

#include <algorithm>

namespace mr::agent {
namespace {

bool holds(const Permit& permit, model::Moment now) { return !permit.until || now < *permit.until; }

template <class Applies>
std::vector<model::Permission> list(const Settings& settings, model::Moment now, Applies applies) {
  std::vector<model::Permission> out;
  for (const auto& [kind, word] : model::words_of(model::ActionKind{})) {
    bool found = false;
    std::optional<model::Moment> until;
    for (const Permit& permit : settings.permitted) {
      if (permit.action != kind || !holds(permit, now) || !applies(permit)) continue;
      if (!found) {
        until = permit.until;
      } else if (until && (!permit.until || *permit.until > *until)) {
        until = permit.until;
      }
      found = true;
    }
    if (!found) continue;
    model::Permission permission;
    permission.action = std::string(word);
    if (until) permission.until = settings.zone.stamp(*until);
    out.push_back(std::move(permission));
  }
  return out;
}

}  // namespace

Decision decide(const Settings& settings, std::string_view kind, std::optional<runtime::Address> printer,
                model::SecurityMode mode, model::Moment now) {
  const auto known = model::from_word<model::ActionKind>(kind);
  //= ACT-UNSUPPORTED
  if (!known) return {"not-supported"};
  //= ACT-LOCKED-DOWN
  if (mode == model::SecurityMode::locked_down) return {"locked-down"};
  //= ACT-DISABLED
  if (std::ranges::find(settings.disabled, *known) != settings.disabled.end()) return {"disabled"};
  if (*known == model::ActionKind::send_reports) return {};
  //= ACT-PERMISSION
  for (const Permit& permit : settings.permitted) {
    if (permit.action != *known || !holds(permit, now)) continue;
    if (!permit.printer || !printer || *permit.printer == *printer) return {{}, &permit};
  }
  return {"not-permitted"};
}

//= REP-PERMISSION
std::vector<model::Permission> permissions_on(const Settings& settings, const runtime::Address& printer,
                                              model::Moment now) {
  return list(settings, now,
              [&](const Permit& permit) { return !permit.printer || *permit.printer == printer; });
}

//= REP-PERMISSION-NEW
std::vector<model::Permission> permissions_on_new(const Settings& settings,
                                                  const std::vector<runtime::Address>& unreported,
                                                  model::Moment now) {
  return list(settings, now, [&](const Permit& permit) {
    return !permit.printer || std::ranges::find(unreported, *permit.printer) != unreported.end();
  });
}

std::string to_text(const Permit* permit) {
  if (permit == nullptr) return {};
  std::string out(model::word(permit->action));
  if (permit->printer) out += " on " + permit->printer->to_string();
  if (permit->until) out += " until " + model::to_text(model::Stamp{*permit->until, {}});
  if (!permit->granted_by.empty()) out += " by " + permit->granted_by;
  return out;
}

}  // namespace mr::agent
