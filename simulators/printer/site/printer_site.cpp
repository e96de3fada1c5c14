#include "simulators/printer/site/printer_site.hpp"

#include <utility>

namespace mr::printer {

using runtime::Instant;

Result<std::unique_ptr<PrinterSite>> PrinterSite::open(runtime::Runtime& runtime,
                                                       std::unique_ptr<SnmpEngine> engine,
                                                       std::vector<Plan> plans,
                                                       DatagramFace::Options options) {
  MR_ASSERT(!plans.empty());
  std::unique_ptr<PrinterSite> site(new PrinterSite(runtime));
  site->engine_ = std::move(engine);
  std::vector<runtime::Address> addresses;
  for (Plan& plan : plans) {
    addresses.push_back(plan.address);
    if (plan.address.is_v4()) plan.device.set_address(plan.address.to_v4().to_bytes());
    EngineIdentity identity = std::move(plan.identity);
    site->printers_.push_back(std::make_unique<Printer>(std::move(plan)));
    const auto id = static_cast<PrinterId>(site->printers_.size() - 1);
    MR_TRY(site->engine_->add(id, site->printers_.back()->mib, std::move(identity)));
  }
  auto face = DatagramFace::open(
      runtime.network(), std::move(addresses),
      [site = site.get()](std::size_t index, const runtime::Datagram& datagram) {
        site->on_datagram(index, datagram);
      },
      options);
  if (!face) return face.error();
  site->face_ = std::move(*face);
  for (std::size_t i = 0; i < site->size(); ++i) MR_TRY(site->power_on(i));
  return site;
}

PrinterSite::~PrinterSite() {
  face_.reset();
  if (engine_) {
    for (std::size_t i = 0; i < size(); ++i) engine_->remove(static_cast<PrinterId>(i));
  }
}

Moment PrinterSite::now() const { return runtime_.clock().now().time_since_epoch(); }

Result<void> PrinterSite::power_on(std::size_t index) {
  Printer& printer = *printers_[index];
  MR_TRY(face_->switch_on(index));
  if (!printer.device.powered()) printer.device.power_on(now());
  arm(index);
  return {};
}

void PrinterSite::power_off(std::size_t index) {
  Printer& printer = *printers_[index];
  printer.device.power_off(now());
  printer.alarm.reset();
  printer.resetting = false;
  face_->switch_off(index);
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
    if (datagram.delay.count() <= 0) {
      face_->send(datagram.printer, datagram.payload, datagram.to);
      continue;
    }
    auto held = std::make_shared<OutDatagram>(std::move(datagram));
    const std::uint64_t number = late_made_++;
    late_[number] = runtime_.clock().at(runtime_.clock().now() + held->delay, [this, held, number] {
      const auto self = late_.extract(number);  // lives until this has run
      face_->send(held->printer, held->payload, held->to);
    });
  }
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
  if (printer.resetting) return;
  if (printer.device.take_reset()) {
    printer.resetting = true;
    printer.alarm = runtime_.clock().at(runtime_.clock().now(), [this, index] { reset(index); });
    return;
  }
  const auto due = printer.device.due();
  if (!due) return;
  printer.alarm = runtime_.clock().at(Instant(*due), [this, index] {
    const auto self = std::move(printers_[index]->alarm);  // lives until this has run
    printers_[index]->device.advance(now());
    arm(index);
  });
}

void PrinterSite::reset(std::size_t index) {
  Printer& printer = *printers_[index];
  const auto self = std::move(printer.alarm);  // lives until this has run
  printer.resetting = false;
  printer.device.power_off(now());
  printer.device.power_on(now());
  arm(index);
}

}  // namespace mr::printer
