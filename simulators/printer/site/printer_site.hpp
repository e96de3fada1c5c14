// Printers at their addresses: devices, the SNMP engine that speaks for them, and the sockets.
//
// Runs on any Runtime: the world's, where the addresses are the host's, and the real one. What happens to a
// device in time (warming up, restarts, the steps of an upgrade) happens here, on the runtime's clock.
// threading: the runtime's executor.
//
// Events, all with {serial}:
//   printer.printed id=<serial>/job/<n> {pages, colour, done, life, supply.<index>: the level told, of
//   supplies
//     whose level changed}; <n> counts the printer's jobs from 1. pages were wanted, done were made.
//   printer.test_page id=the job's {impressions}, after the printer.printed of a test page
//   printer.answered id=<address>/<request-id> causes: the jobs since the one before, at most 20
//     {varbinds: "9.1.3=12 9.1.4=80"}: an SNMP answer with prtMarkerSuppliesLevel left. Not where it is
//     encrypted.
//   printer.raw {port: 9100, 515, ...; octets, what: job|firmware|refused, why: of refused}
//   printer.firmware {result: accepted|refused, why: a slug, before, after: levels; after is what will run}
//   printer.level {before, after}: another level runs from now on
//   printer.reboot {how: snmp|web|firmware|watchdog}, when it goes down
//   printer.power {on: 0|1}
//   printer.mail {subject, sent: 0|1, attempts, why: of one that was given up}: an alert mail
//   printer.alert {raised: 0|1, index, severity, group, code, description}; one that is critical is also
//   sent,
//     when it comes up, to the trap targets of the printer's settings (printerV2Alert, RFC 3805), as is
//     coldStart when it comes up itself
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "simulators/printer/site/datagram_face.hpp"
#include "simulators/printer/site/lpd_face.hpp"
#include "simulators/printer/site/mail_post.hpp"
#include "simulators/printer/site/raw_face.hpp"
#include "simulators/printer/site/web_face.hpp"
#include "simulators/printer/snmp/engine.hpp"

namespace mr::printer {

class PrinterSite {
 public:
  struct Plan {
    runtime::Address address;
    Device device;  // switched off
    MibTemplatePtr mib;
    EngineIdentity identity;
  };

  // What the owner of the site wants to hear. All may be empty; none may destroy the site.
  struct Hooks {
    // The site changed the device: a job from the network, a restart, a step of an upgrade.
    std::function<void(std::size_t index)> changed;
    // The printer's address is to go (after its sockets went) or to come back (before they do), as ping sees
    // it, because the printer restarts. For power_on() and power_off() the address is the caller's business:
    // there before the one, to be taken after the other. errors: of coming back.
    std::function<Result<void>(std::size_t index, bool present)> present;
  };

  struct Options {
    std::uint16_t port = 161;        // SNMP; 0: a free one per printer
    std::size_t sockets_max = 1000;  // of each kind; above, wildcard sockets
    std::vector<std::uint16_t> raw_ports =
        {};                      // as the printers call them: 9100, 2000, 2105; none: no raw face
    std::uint16_t lpd_port = 0;  // as the printers call it: 515; 0: no such face
    std::uint16_t http_port = 0, https_port = 0;  // 80 and 443; 0: no such face
    int port_shift = 0;                           // added to a TCP port to get the one to listen at
    RawLimits raw_limits = {};
    std::vector<trust::Certificate> firmware_roots = {};  // whose signers the printers trust
    bool tell_answers = true;  // printer.answered: costs a decoding and an event for each such answer
    Hooks hooks = {};
  };

  // Switches all on at the present instant. lifetime: `runtime` outlives the site. requires: at least one
  // plan, addresses distinct.
  //   errors: of DatagramFace::open, StreamFace::switch_on and SnmpEngine::add.
  static Result<std::unique_ptr<PrinterSite>> open(runtime::Runtime& runtime,
                                                   std::unique_ptr<SnmpEngine> engine,
                                                   std::vector<Plan> plans, Options options);
  ~PrinterSite();
  PrinterSite(const PrinterSite&) = delete;

  std::size_t size() const { return printers_.size(); }
  Device& device(std::size_t index) { return printers_[index]->device; }
  DeviceMib& mib(std::size_t index) { return printers_[index]->mib; }
  SnmpEngine& engine() { return *engine_; }
  runtime::Endpoint endpoint(std::size_t index) const { return face_->endpoint(index); }

  // Where the printer's raw port number `port` of Options::raw_ports listens.
  runtime::Endpoint raw_endpoint(std::size_t index, std::size_t port) const;
  // Nothing without that face.
  std::optional<runtime::Endpoint> lpd_endpoint(std::size_t index) const;
  std::optional<runtime::Endpoint> web_endpoint(std::size_t index, bool secure) const;
  // Of its HTTPS port, made where it was not yet. requires: there is that face.
  const trust::Certificate& web_certificate(std::size_t index);

  // Idempotent. Off takes the sockets with it and resets their connections. errors (on): of Network::bind and
  // listen; the device then stays off.
  Result<void> power_on(std::size_t index);
  void power_off(std::size_t index);
  // Down and up again by itself, as RebootDevice does it. No effect while not powered. `how` is for the
  // event.
  void restart(std::size_t index, std::string_view how);

  // Runs a job now, whatever Device::ready() says, and tells it. Gives its id.
  struct Printed {
    std::string id;
    std::uint32_t done = 0;  // impressions
  };
  Printed print(std::size_t index, const Job& job);
  // A job that could not be done, told as one with nothing done.
  Printed skip(std::size_t index, const Job& job);
  // The device was changed from outside: jobs that waited for it may go on.
  void look_again(std::size_t index) { arm(index); }

  void trust_firmware(std::vector<trust::Certificate> roots) { options_.firmware_roots = std::move(roots); }

  // Sends a notification of a printer that is on. errors: of SnmpEngine::notify.
  Result<void> notify(std::size_t index, const Notification& notification);

 private:
  struct Printer {
    Printer(Plan plan) : device(std::move(plan.device)), mib(std::move(plan.mib), device) {}
    Device device;
    DeviceMib mib;
    std::unique_ptr<runtime::Alarm> alarm;  // what is next for the device
    bool resetting = false;                 // the alarm is a reset
    bool connected = false;                 // has its sockets, those of `ports`
    Settings::Ports ports;
    std::unique_ptr<runtime::Alarm> web_change, web_restart;  // what the web page was asked for
    std::unique_ptr<runtime::Alarm> ports_alarm;  // they are to follow the settings
    std::uint64_t jobs = 0;                       // told so far
    std::vector<std::string> unread_jobs;         // since the last printer.answered, newest last
    // Jobs for the printer to be ready, with the name that the raw face gave; 0: another's.
    struct Waiting {
      RawJob job;
      std::uint64_t from = 0;
    };
    std::vector<Waiting> waiting;
    // While a firmware file is checked and installed: its level, why it is refused, and what it will do.
    std::string offered, refusal;
    Install offer = Install::sound;
  };
  static constexpr std::size_t waiting_max = 16, unread_max = 20;
  PrinterSite(runtime::Runtime& runtime, Options options) : runtime_(runtime), options_(std::move(options)) {}
  // What a setting opens and shuts.
  struct Door {
    bool Settings::Ports::*port;
    bool takes_jobs;
    std::function<Result<void>(std::size_t index)> on;
    std::function<void(std::size_t index)> off;
  };
  Result<void> open_ports(const std::vector<runtime::Address>& addresses);
  JobReceiver job_receiver(std::vector<std::uint16_t> numbers);
  std::string listing(std::size_t index, bool long_form) const;
  std::unique_ptr<WebPages> pages_of(std::size_t index);
  trust::Credentials certificate_of(std::size_t index);
  void print_test_page(std::size_t index);
  void close_job_ports(std::size_t index);  // until it starts anew: it installs
  Result<void> connect(std::size_t index);  // gives the printer its sockets
  void disconnect(std::size_t index);       // takes them
  void follow_settings(std::size_t index);
  void went_down(std::size_t index, std::string_view how);
  void came_up(std::size_t index, const std::string& level_before);
  void advance(std::size_t index);
  void changed(std::size_t index);
  // `port`: as the printers call it.
  void on_job(std::size_t index, std::uint16_t port, const RawJob& job, std::uint64_t from);
  void print_waiting(std::size_t index);
  bool on_firmware_begin(std::size_t index);
  void on_firmware(std::size_t index, std::uint16_t port, std::uint64_t octets, Result<firmware::File> file);
  void tell_raw(std::size_t index, std::uint16_t port, std::uint64_t octets, std::string_view what,
                std::string_view why);
  void tell_firmware(std::size_t index, std::string_view offered,
                     std::string_view why);  // why empty: accepted
  Printed tell_printed(std::size_t index, const Job& job, std::uint32_t done,
                       const std::vector<std::int32_t>& before);
  void tell_answered(const OutDatagram& datagram);
  void tell_mail(std::size_t index, const MailPost::Outcome& outcome);
  void tell_power(std::size_t index, bool on);
  void tell_alerts(std::size_t index);
  void send_traps(std::size_t index, const snmp::Pdu& pdu);
  void tell_reboot(std::size_t index, std::string_view how);
  void tell_level(std::size_t index, std::string_view before);
  const std::vector<std::uint32_t>& supply_indices(const Printer& printer);
  Moment now() const;
  void on_datagram(std::size_t index, const runtime::Datagram& datagram);
  void emit();  // what the engine wants sent
  void send(const OutDatagram& datagram);
  void arm_engine();
  void arm(std::size_t index);
  void reset(std::size_t index, Reset what);

  runtime::Runtime& runtime_;
  std::vector<std::unique_ptr<Printer>> printers_;
  std::unique_ptr<SnmpEngine> engine_;
  Options options_;
  std::unique_ptr<DatagramFace> face_;
  std::unique_ptr<MailPost> mail_;
  std::unique_ptr<RawFace> raw_;  // null without raw ports
  std::unique_ptr<LpdFace> lpd_;  // null without its port
  std::unique_ptr<SitePages> pages_;
  std::unique_ptr<WebFace> http_, https_;  // null without their ports
  std::vector<Door> doors_;
  std::map<const MibTemplate*, std::vector<std::uint32_t>> supply_indices_;  // prtMarkerSuppliesIndex by row
  std::unique_ptr<runtime::Alarm> engine_alarm_;
  std::vector<OutDatagram> out_;
  std::map<std::uint64_t, std::unique_ptr<runtime::Alarm>>
      late_;  // datagrams that leave later; dropped with the site
  std::uint64_t late_made_ = 0;
};

}  // namespace mr::printer
