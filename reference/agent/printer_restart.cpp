// RebootDevice: prtGeneralReset, and the proof that it happened.
//
// A printer may answer the SET and go, or go without an answer; a wrong community is not answered either. So
// the SET is sent once, and only sent again after the printer was seen to run on. The proof is the up time:
// after a restart it cannot be more than the time since the SET.
#include "reference/agent/printer_actions.hpp"
#include "reference/agent/reading.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {

const snmp::Oid restart_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0};
const snmp::Oid general_reset{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3};
constexpr std::int32_t power_cycle_reset = 4;  // PrtGeneralResetTC
constexpr int sets = 3;
constexpr auto restart_look_interval = std::chrono::seconds(5);
constexpr auto silence_before_next_set = std::chrono::seconds(15);

bool began_anew(std::uint32_t before, std::uint32_t ticks, runtime::Duration since) {
  const auto up = std::chrono::milliseconds(std::int64_t{ticks} * 10);
  // The second condition tells a restart from the counter's own wrap after 497 days.
  return ticks < before ? up <= since + std::chrono::minutes(1) : up <= since;
}

}  // namespace

awaitable<std::optional<std::uint32_t>> PrinterActions::up_time(Target target, int attempts) {
  std::vector<snmp::Oid> names(1, restart_up_time);
  const auto variables = co_await snmp_.get(target.address, target.credentials, std::move(names), attempts);
  if (!variables) co_return std::nullopt;
  const auto found = variables->find(restart_up_time);
  if (found == variables->end()) co_return std::nullopt;
  const auto ticks = found->second.unsigned_number();
  if (!ticks) co_return std::nullopt;
  co_return static_cast<std::uint32_t>(*ticks);
}

//= ACT-REBOOT
awaitable<Deed> PrinterActions::reboot(Target target, Allowed allowed) {
  Deed deed;
  const auto before = co_await up_time(target, settings_.snmp_attempts);
  if (!before) {
    deed.reason = "unreachable";
    deed.detail = "no answer to SNMP before the restart";
    co_return deed;
  }
  // The instance is hrDeviceIndex of the printer: the first row of the column tells it.
  snmp::Pdu next = snmp::get_next_request({general_reset});
  const auto row =
      co_await snmp_.ask(target.address, target.credentials, std::move(next), settings_.snmp_attempts);
  if (!row || row->error_status != 0 || row->varbinds.size() != 1 ||
      !row->varbinds[0].name.starts_with(general_reset) || row->varbinds[0].value.is_exception()) {
    deed.reason = "not-supported";
    deed.detail = "the printer has no prtGeneralReset";
    co_return deed;
  }
  const snmp::Oid reset = row->varbinds[0].name;
  const runtime::Instant first_set = runtime_.clock().now();
  const runtime::Instant deadline = first_set + settings_.reboot_time_max;
  bool accepted = false, away = false;
  int sent = 0;
  runtime::Instant last_set = first_set;
  while (runtime_.clock().now() < deadline) {
    if (!accepted && !away &&
        (sent == 0 || (sent < sets && runtime_.clock().now() >= last_set + silence_before_next_set))) {
      if (!allowed()) co_return sent == 0 ? locked_down_meanwhile() : deed;
      last_set = runtime_.clock().now();
      ++sent;
      std::vector<snmp::VarBind> varbinds(1, snmp::VarBind{reset, snmp::Value::integer(power_cycle_reset)});
      const auto answer = co_await snmp_.set(target.address, target.credentials, std::move(varbinds), 1);
      if (answer && answer->error_status != 0) {
        deed.reason = "rejected-by-device";
        deed.detail = "the printer refused the restart: " +
                      std::string(snmp::to_text(static_cast<snmp::ErrorStatus>(answer->error_status)));
        co_return deed;
      }
      accepted = answer.has_value();
    }
    const bool woke = co_await runtime_.clock().sleep_for(restart_look_interval);
    if (!woke) co_return deed;
    const auto ticks = co_await up_time(target, 1);
    if (!ticks) {
      away = true;
      continue;
    }
    const runtime::Duration since = runtime_.clock().now() - first_set;
    if (began_anew(*before, *ticks, since)) {
      deed = co_await read_status(target);
      if (deed.outcome != model::Outcome::performed) {  // it answered a moment ago: it did restart
        deed.outcome = model::Outcome::performed;
        deed.reason.clear();
      }
      deed.detail = "back after " +
                    std::to_string(std::chrono::duration_cast<std::chrono::seconds>(since).count()) +
                    " s; up time " + std::to_string(*before) + " before, " + std::to_string(*ticks) +
                    " after, in hundredths of a second";
      co_return deed;
    }
    away = false;  // a lost answer, it runs on
    if (!accepted && sent == sets && runtime_.clock().now() >= last_set + silence_before_next_set) break;
  }
  deed.reason = away ? "unreachable" : "failed";
  deed.detail = away       ? "it went away and did not come back in time"
                : accepted ? "the printer accepted the restart, but its up time runs on"
                           : "the printer did not answer the SET, and runs on";
  co_return deed;
}

}  // namespace mr::agent
