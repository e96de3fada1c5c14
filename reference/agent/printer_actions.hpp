// What is done on one printer for an action: status, troubleshooting, restart, test page, new software. The
// permission was judged before.
//
// Each tells the truth of what happened (ACT-TRUTH): `performed` only when the printer itself showed that it
// was done - values read after the request, an up time that began anew, a life count that rose, another
// software level. Each is bounded in time. Before every step that touches the printer `allowed` is asked:
// when it says no (Locked Down was switched on), what is not done yet is not done any more, and what is being
// sent is cut off with a reset, which printers drop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reference/agent/settings.hpp"
#include "reference/agent/snmp_client.hpp"
#include "reference/protocol/model/messages.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::agent {

struct Target {
  runtime::Address address;
  std::size_t credentials = 0;  // of settings.credentials
  std::string serial_number;    // for the test page
};

struct Deed {
  model::Outcome outcome = model::Outcome::failed;
  std::string reason;  // a slug, see actions.md; empty where performed as asked
  std::string detail;  // for people; no secret, no address
  std::optional<model::Status> status = {};
};

// A file to send. `read` gives the octets from an offset on, at least one, as many as suit it.
struct SoftwareFile {
  std::uint64_t size = 0;
  std::string name;
  std::function<Result<std::string>(std::uint64_t offset)> read;
};

struct Upgrade {
  Deed deed;
  std::string before, after;  // software levels as a report tells them; empty: not told
  bool sent = false;          // all of it went out
};

using Allowed = std::function<bool()>;

// lifetime: all three outlive it and its coroutines.
class PrinterActions {
 public:
  PrinterActions(runtime::Runtime& runtime, const Settings& settings, SnmpClient& snmp)
      : runtime_(runtime), settings_(settings), snmp_(snmp) {}

  // SNMP alone; failed `unreachable` without an answer. (WP-6-02)
  runtime::asio::awaitable<Deed> read_status(Target target);

  // Ping, then SNMP (WP-6-05). performed, with what was found as the reason: none where it answers both,
  // `no-ping` where the ping alone was not answered, `no-snmp` where it is there and SNMP is not,
  // `unreachable` where neither answers. Where the system forbids this host to ping, the detail says so, and
  // SNMP alone decides.
  runtime::asio::awaitable<Deed> troubleshoot(Target target);

  // prtGeneralReset := powerCycleReset (RFC 3805), then waits until its up time began anew, at most
  // settings.reboot_time_max. (WP-6-03)
  runtime::asio::awaitable<Deed> reboot(Target target, Allowed allowed);

  // One page over the raw port; performed when the life count rose, at most settings.print_time_max later.
  // (WP-6-06)
  runtime::asio::awaitable<Deed> print_test_page(Target target, Allowed allowed);

  // The file over the raw port; then waits for what the printer makes of it, at most
  // settings.upgrade_time_max. performed when the level is another than before; `rejected-by-device` when it
  // is the same and the printer never went away, `failed` when it did; `unreachable` when it did not come
  // back. (WP-6-04) `sent` is called once all of it went out.
  runtime::asio::awaitable<Upgrade> upgrade(Target target, SoftwareFile file, Allowed allowed,
                                            std::function<void()> sent);

 private:
  struct Sent {
    std::uint64_t octets = 0;
    bool connected = false;
    std::optional<Fault> fault;
    bool withdrawn = false;  // `allowed` said no
  };
  // Sends over the raw port, half-closes, and waits for the printer to close (send_raw.cpp).
  runtime::asio::awaitable<Sent> send_raw(runtime::Address printer, SoftwareFile file, Allowed allowed);

  runtime::asio::awaitable<std::optional<std::uint32_t>> up_time(Target target, int attempts);
  runtime::asio::awaitable<std::optional<std::int64_t>> life_count(Target target);
  // Level and whether it calls itself down; empty without an answer.
  struct Glance {
    std::string level;
    std::uint32_t up_time = 0;
    bool down = false;
  };
  runtime::asio::awaitable<std::optional<Glance>> glance(Target target, int attempts);

  runtime::Runtime& runtime_;
  const Settings& settings_;
  SnmpClient& snmp_;
};

// The deed of an action that Locked Down mode came between.
Deed locked_down_meanwhile();

}  // namespace mr::agent
