#include "simulators/printer/site/printer_site.hpp"

#include <utility>

namespace mr::printer {

using runtime::Instant;

Result<std::unique_ptr<PrinterSite>> PrinterSite::open(runtime::Runtime& runtime,
                                                       std::unique_ptr<SnmpEngine> engine,
                                                       std::vector<Plan> plans, Options options) {
  MR_ASSERT(!plans.empty());
  std::unique_ptr<PrinterSite> site(new PrinterSite(runtime, std::move(options)));
  site->engine_ = std::move(engine);
  site->mail_ = std::make_unique<MailPost>(
      runtime, [site = site.get()](std::size_t index) -> Device& { return site->device(index); },
      [site = site.get()](std::size_t index, const MailPost::Outcome& outcome) {
        site->tell_mail(index, outcome);
      });
  std::vector<runtime::Address> addresses;
  for (Plan& plan : plans) {
    addresses.push_back(plan.address);
    if (plan.address.is_v4()) plan.device.set_address(plan.address.to_v4().to_bytes());
    EngineIdentity identity = std::move(plan.identity);
    site->printers_.push_back(std::make_unique<Printer>(std::move(plan)));
    const auto id = static_cast<PrinterId>(site->printers_.size() - 1);
    MR_TRY(site->engine_->add(id, site->printers_.back()->mib, std::move(identity)));
  }
  MR_TRY(site->open_ports(addresses));
  for (std::size_t i = 0; i < site->size(); ++i) {
    MR_TRY(site->connect(i));
    site->device(i).power_on(site->now());
    site->arm(i);
  }
  return site;
}

PrinterSite::~PrinterSite() {
  mail_.reset();
  doors_.clear();
  https_.reset();
  http_.reset();
  lpd_.reset();
  raw_.reset();
  face_.reset();
  if (engine_) {
    for (std::size_t i = 0; i < size(); ++i) engine_->remove(static_cast<PrinterId>(i));
  }
}

Moment PrinterSite::now() const { return runtime_.clock().now().time_since_epoch(); }

// --- power ---

Result<void> PrinterSite::power_on(std::size_t index) {
  Printer& printer = *printers_[index];
  if (printer.device.powered() || printer.device.bricked()) return {};
  MR_TRY(connect(index));
  const std::string before = printer.device.level();
  printer.device.power_on(now());
  tell_power(index, true);
  if (!printer.device.powered()) {  // a new level that does not start: it goes round again
    disconnect(index);
    tell_reboot(index, "watchdog");
  }
  if (printer.device.level() != before) tell_level(index, before);
  if (printer.device.powered()) send_traps(index, cold_start_notification(printer.mib, now()));
  arm(index);
  return {};
}

void PrinterSite::power_off(std::size_t index) {
  Printer& printer = *printers_[index];
  if (printer.device.power() == Power::off) return;
  disconnect(index);  // a file that was coming is told as interrupted
  if (printer.device.upgrade() == Upgrade::checking) tell_firmware(index, printer.offered, "interrupted");
  if (printer.device.power() == Power::restarting && options_.hooks.present)
    ignore(options_.hooks.present(index, true), "it goes off");
  printer.device.power_off(now());
  printer.alarm.reset();
  printer.resetting = false;
  printer.waiting.clear();
  mail_->forget(index);
  tell_power(index, false);
}

void PrinterSite::restart(std::size_t index, std::string_view how) {
  Printer& printer = *printers_[index];
  if (!printer.device.powered()) return;
  disconnect(index);
  if (printer.device.upgrade() == Upgrade::checking) tell_firmware(index, printer.offered, "interrupted");
  printer.device.restart(now());
  went_down(index, how);
  arm(index);
}

// Its sockets are closed, or about to be.
void PrinterSite::went_down(std::size_t index, std::string_view how) {
  Printer& printer = *printers_[index];
  disconnect(index);
  printer.waiting.clear();  // its memory held them
  mail_->forget(index);
  tell_reboot(index, how);
  if (options_.hooks.present)
    ignore(options_.hooks.present(index, false), "an address that cannot be taken away answers ping");
  changed(index);
}

void PrinterSite::came_up(std::size_t index, const std::string& level_before) {
  Printer& printer = *printers_[index];
  Result<void> up;
  if (options_.hooks.present) up = options_.hooks.present(index, true);
  if (up) up = connect(index);
  if (!up) {
    printer.device.power_off(now());
    runtime_.trace().note("printer " + printer.device.identity().serial +
                          " stays off: " + to_string(up.error()));
  }
  if (printer.device.level() != level_before) tell_level(index, level_before);
  if (printer.device.powered()) send_traps(index, cold_start_notification(printer.mib, now()));
  changed(index);
}

// What is due in the device. It may go down by itself, and come back.
void PrinterSite::advance(std::size_t index) {
  Printer& printer = *printers_[index];
  Device& device = printer.device;
  const bool powered = device.powered(), restarting = device.power() == Power::restarting;
  const Upgrade upgrade = device.upgrade();
  const std::string level = device.level();
  device.advance(now());
  if (upgrade == Upgrade::checking && device.upgrade() != Upgrade::checking)
    tell_firmware(index, printer.offered,
                  device.upgrade() == Upgrade::installing ? std::string() : printer.refusal);
  if (powered && !device.powered()) {
    went_down(index, printer.offer == Install::hangs ? "watchdog" : "firmware");
  } else if (!powered && device.powered()) {
    came_up(index, level);
  } else if (restarting && device.power() == Power::restarting) {
    tell_reboot(index, "watchdog");
  } else if (device.bricked()) {
    tell_power(index, false);
    changed(index);
  } else {
    // A printer that installs takes no jobs.
    if (device.upgrade() == Upgrade::installing) close_job_ports(index);
    changed(index);
  }
}

void PrinterSite::changed(std::size_t index) {
  if (options_.hooks.changed) options_.hooks.changed(index);
}

Result<void> PrinterSite::notify(std::size_t index, const Notification& notification) {
  MR_TRY(engine_->notify(static_cast<PrinterId>(index), notification, now(), out_));
  emit();
  arm_engine();
  return {};
}

void PrinterSite::on_datagram(std::size_t index, const runtime::Datagram& datagram) {
  engine_->receive(static_cast<PrinterId>(index), datagram.payload, datagram.from, now(), out_);
  emit();
  arm_engine();
  arm(index);
}

void PrinterSite::emit() {
  for (OutDatagram& datagram : std::exchange(out_, {})) {
    if (options_.tell_answers) tell_answered(datagram);
    if (datagram.delay.count() <= 0) {
      send(datagram);
      continue;
    }
    auto held = std::make_shared<OutDatagram>(std::move(datagram));
    const std::uint64_t number = late_made_++;
    late_[number] = runtime_.clock().at(runtime_.clock().now() + held->delay, [this, held, number] {
      const auto self = late_.extract(number);  // lives until this has run
      send(*held);
    });
  }
}

void PrinterSite::send(const OutDatagram& datagram) {
  if (!datagram.from) return face_->send(datagram.printer, datagram.payload, datagram.to);
  const auto sent = face_->send_from(datagram.printer, datagram.payload, datagram.to, *datagram.from);
  if (!sent) runtime_.trace().note("an answer from elsewhere is not sent: " + to_string(sent.error()));
}

void PrinterSite::arm_engine() {
  const auto due = engine_->due();
  engine_alarm_.reset();
  if (!due) return;
  engine_alarm_ = runtime_.clock().at(Instant(*due), [this] {
    const auto self = std::move(engine_alarm_);  // lives until this has run
    engine_->wake(now(), out_);
    emit();
    arm_engine();
  });
}

// A reset that was asked for comes on the next turn, not within the request: its answer leaves first.
void PrinterSite::arm(std::size_t index) {
  Printer& printer = *printers_[index];
  tell_alerts(index);
  if (raw_) raw_->device_changed(index);
  // On the next turn: this one may be a datagram's, whose socket would go.
  if (printer.connected && printer.ports != printer.device.settings().ports && !printer.ports_alarm) {
    printer.ports_alarm = runtime_.clock().at(runtime_.clock().now(), [this, index] {
      const auto self = std::move(printers_[index]->ports_alarm);  // lives until this has run
      if (printers_[index]->connected) follow_settings(index);
    });
  }
  if (printer.resetting) return;
  if (const auto what = printer.device.take_reset()) {
    printer.resetting = true;
    printer.alarm =
        runtime_.clock().at(runtime_.clock().now(), [this, index, what = *what] { reset(index, what); });
    return;
  }
  if (!printer.waiting.empty()) print_waiting(index);
  const auto due = printer.device.due();
  if (!due) return;
  printer.alarm = runtime_.clock().at(Instant(*due), [this, index] {
    const auto self = std::move(printers_[index]->alarm);  // lives until this has run
    advance(index);
    arm(index);
  });
}

void PrinterSite::reset(std::size_t index, Reset what) {
  Printer& printer = *printers_[index];
  const auto self = std::move(printer.alarm);  // lives until this has run
  printer.resetting = false;
  if (what == Reset::to_factory)
    printer.device.set(Device(printer.device.model_ptr(), printer.device.identity()).settings());
  restart(index, "snmp");
}

}  // namespace mr::printer
