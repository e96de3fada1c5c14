// Looking at a printer: GetDeviceStatus and TroubleshootDevice.
#include "reference/agent/printer_actions.hpp"
#include "reference/agent/reading.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {
constexpr auto ping_time = std::chrono::seconds(5);
constexpr int pings = 3;
}  // namespace

Deed locked_down_meanwhile() {
  return {model::Outcome::refused, "locked-down", "Locked Down mode was switched on meanwhile"};
}

//= ACT-STATUS-FRESH
awaitable<Deed> PrinterActions::read_status(Target target) {
  const auto variables =
      co_await snmp_.get(target.address, target.credentials, status_scalars(), settings_.snmp_attempts);
  Deed deed;
  if (variables) {
    deed.outcome = model::Outcome::performed;
    deed.status = describe_status(*variables, settings_.zone.stamp(runtime_.clock().wall()));
  } else {
    //= ACT-TRUTH
    deed.reason = "unreachable";
    deed.detail = "no answer to SNMP: " + to_string(variables.error());
  }
  co_return deed;
}

//= ACT-TROUBLESHOOT
awaitable<Deed> PrinterActions::troubleshoot(Target target) {
  bool answers = false, forbidden = false;
  std::string ping = "no answer to ping";
  for (int i = 0; i < pings && !answers && !forbidden; ++i) {
    const auto time = co_await runtime_.network().ping(target.address, runtime_.clock().now() + ping_time);
    if (time) {
      answers = true;
      ping = "answers ping in " +
             std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(*time).count()) + " us";
    } else if (time.error().code == runtime::asio::error::access_denied) {
      forbidden = true;
      ping = "this host may not ping (access denied)";
    } else if (time.error().code == runtime::asio::error::operation_aborted) {
      co_return Deed{};
    } else {
      ping = "no answer to ping: " + time.error().code.message();
    }
  }
  // The diagnosis was made, whatever it is: the reason is what it found.
  Deed deed = co_await read_status(target);
  const bool silent = deed.outcome != model::Outcome::performed;
  deed.detail = ping + (silent ? "; " + deed.detail : "; answers SNMP");
  deed.reason = !silent ? (answers || forbidden ? "" : "no-ping") : answers ? "no-snmp" : "unreachable";
  deed.outcome = model::Outcome::performed;
  co_return deed;
}

}  // namespace mr::agent
