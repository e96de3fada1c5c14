// UpgradeDevice on the printer: the file over the raw port, and what the printer makes of it.
//
// A printer says nothing about a file that it takes or refuses. What shows is: it goes away or calls itself
// down, and its level. So after the last octet the printer is looked at until either the level is another one
// and it is up again; or it was away or down, is back, and its level stays what it was for the time to
// settle; or nothing happened at all for that time; or the time for an upgrade is over.
#include "reference/agent/printer_actions.hpp"
#include "reference/agent/reading.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {

const snmp::Oid upgrade_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0};
const snmp::Oid upgrade_device_status{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 5, 1};
constexpr std::int64_t status_down = 5;  // hrDeviceStatus
constexpr auto settle_time =
    std::chrono::minutes(3);  // in which a printer that does something about a file shows it
constexpr auto upgrade_look_interval = std::chrono::seconds(10);

}  // namespace

awaitable<std::optional<PrinterActions::Glance>> PrinterActions::glance(Target target, int attempts) {
  std::vector<snmp::Oid> names = firmware_scalars();
  names.push_back(upgrade_up_time);
  names.push_back(upgrade_device_status);
  const auto variables = co_await snmp_.get(target.address, target.credentials, std::move(names), attempts);
  if (!variables) co_return std::nullopt;
  Glance seen;
  seen.level = firmware_level(*variables);
  const auto value = [&](const snmp::Oid& name) -> std::optional<std::int64_t> {
    const auto found = variables->find(name);
    return found == variables->end() ? std::nullopt : found->second.number();
  };
  seen.up_time = static_cast<std::uint32_t>(value(upgrade_up_time).value_or(0));
  seen.down = value(upgrade_device_status) == status_down;
  co_return seen;
}

//= ACT-SOFTWARE
awaitable<Upgrade> PrinterActions::upgrade(Target target, SoftwareFile file, Allowed allowed,
                                           std::function<void()> told_sent) {
  Upgrade upgrade;
  Deed& deed = upgrade.deed;
  const auto before = co_await glance(target, settings_.snmp_attempts);
  if (!before) {
    deed.reason = "unreachable";
    deed.detail = "no answer to SNMP before the upgrade";
    co_return upgrade;
  }
  upgrade.before = upgrade.after = before->level;
  if (before->level.empty()) {
    // Without a level nothing could be proved afterwards: nothing is sent.
    deed.outcome = model::Outcome::refused;
    deed.reason = "not-supported";
    deed.detail = "the printer does not tell its software level";
    co_return upgrade;
  }
  const Sent sent = co_await send_raw(target.address, std::move(file), allowed);
  if (sent.withdrawn) {
    deed = locked_down_meanwhile();
    co_return upgrade;
  }
  if (sent.fault && !sent.connected) {
    deed.reason = "unreachable";
    deed.detail = "port " + std::to_string(settings_.raw_port) + ": " + sent.fault->code.message();
    co_return upgrade;
  }
  if (!sent.fault) {
    upgrade.sent = true;
    told_sent();
  }
  const runtime::Instant end_of_sending = runtime_.clock().now();
  const runtime::Instant deadline = end_of_sending + settings_.upgrade_time_max;
  runtime::Instant quiet_since = end_of_sending;  // up, and of the old level, since then
  bool moved = false, up = true;
  std::uint32_t up_time = before->up_time;
  while (runtime_.clock().now() < deadline) {
    const bool woke = co_await runtime_.clock().sleep_for(upgrade_look_interval);
    if (!woke) co_return upgrade;
    const auto seen = co_await glance(target, 1);
    if (seen && !seen->level.empty()) upgrade.after = seen->level;
    const bool restarted = seen && seen->up_time < up_time;
    if (seen) up_time = seen->up_time;
    const bool was_up = std::exchange(up, seen && !seen->down);
    if (!up || restarted) moved = true;
    if (!up) continue;
    if (!was_up || restarted) quiet_since = runtime_.clock().now();
    if (upgrade.after != upgrade.before) {
      deed = co_await read_status(target);
      deed.outcome = model::Outcome::performed;
      deed.reason.clear();
      deed.detail = "software level " + upgrade.before + " before, " + upgrade.after + " after";
      co_return upgrade;
    }
    if (runtime_.clock().now() - quiet_since >= settle_time) break;
  }
  if (!up) {
    deed.reason = "unreachable";
    deed.detail = "the printer did not come back in time after the file was sent";
    co_return upgrade;
  }
  // A printer that went away and is what it was may have refused the file, failed with it, or had that level
  // already: which, cannot be seen.
  deed.reason = moved ? "failed" : "rejected-by-device";
  deed.detail =
      "software level " + upgrade.before + (moved ? " still, after the printer was away" : " still");
  if (sent.fault) deed.detail = "the connection broke " + sent.fault->detail + "; " + deed.detail;
  co_return upgrade;
}

}  // namespace mr::agent
