// The ports of a site's printers: which there are, and when they are open.
#include "simulators/printer/site/printer_site.hpp"

namespace mr::printer {

Result<void> PrinterSite::open_ports(const std::vector<runtime::Address>& addresses) {
  auto face = DatagramFace::open(
      runtime_.network(), addresses,
      [this](std::size_t index, const runtime::Datagram& datagram) { on_datagram(index, datagram); },
      {.port = options_.port, .sockets_max = options_.sockets_max});
  MR_TRY(face);
  face_ = std::move(*face);
  doors_.push_back({&Settings::Ports::snmp, false, [this](std::size_t i) { return face_->switch_on(i); },
                    [this](std::size_t i) { face_->switch_off(i); }});
  const auto at = [this](std::vector<std::uint16_t> ports) {
    for (std::uint16_t& port : ports) port = static_cast<std::uint16_t>(port + options_.port_shift);
    return StreamFace::Options{.ports = std::move(ports), .sockets_max = options_.sockets_max};
  };
  if (!options_.raw_ports.empty()) {
    auto raw = RawFace::open(runtime_, addresses, job_receiver(options_.raw_ports), at(options_.raw_ports),
                             options_.raw_limits);
    MR_TRY(raw);
    raw_ = std::move(*raw);
    doors_.push_back({&Settings::Ports::raw, true, [this](std::size_t i) { return raw_->switch_on(i); },
                      [this](std::size_t i) { raw_->switch_off(i); }});
  }
  if (options_.lpd_port != 0) {
    auto lpd = LpdFace::open(
        runtime_, addresses, job_receiver({options_.lpd_port}),
        [this](std::size_t i, bool long_form) { return listing(i, long_form); }, at({options_.lpd_port}),
        options_.raw_limits);
    MR_TRY(lpd);
    lpd_ = std::move(*lpd);
    doors_.push_back({&Settings::Ports::lpd, true, [this](std::size_t i) { return lpd_->switch_on(i); },
                      [this](std::size_t i) { lpd_->switch_off(i); }});
  }
  if (options_.http_port == 0 && options_.https_port == 0) return {};
  pages_ = std::make_unique<SitePages>(size(), [this](std::size_t i) { return pages_of(i); });
  if (options_.http_port != 0) {
    auto web = WebFace::open(runtime_, addresses, *pages_, {}, at({options_.http_port}));
    MR_TRY(web);
    http_ = std::move(*web);
    doors_.push_back({&Settings::Ports::http, false, [this](std::size_t i) { return http_->switch_on(i); },
                      [this](std::size_t i) { http_->switch_off(i); }});
  }
  if (options_.https_port != 0) {
    auto web = WebFace::open(
        runtime_, addresses, *pages_, [this](std::size_t i) { return certificate_of(i); },
        at({options_.https_port}));
    MR_TRY(web);
    https_ = std::move(*web);
    doors_.push_back({&Settings::Ports::https, false, [this](std::size_t i) { return https_->switch_on(i); },
                      [this](std::size_t i) { https_->switch_off(i); }});
  }
  return {};
}

// What its buttons do comes on the next turn: the answer leaves first.
std::unique_ptr<WebPages> PrinterSite::pages_of(std::size_t index) {
  using Kept = std::unique_ptr<runtime::Alarm> Printer::*;
  const auto later = [this, index](Kept kept, std::function<void()> what) {
    (*printers_[index]).*kept = runtime_.clock().at(
        runtime_.clock().now() + std::chrono::milliseconds(200), [this, index, kept, what] {
          const auto self = std::move((*printers_[index]).*kept);  // lives until this has run
          what();
        });
  };
  return std::make_unique<WebPages>(
      printers_[index]->device,
      WebPages::Hooks{
          .restart = [this, index,
                      later] { later(&Printer::web_restart, [this, index] { restart(index, "web"); }); },
          .test_page = [this, index] { print_test_page(index); },
          .changed =
              [this, index, later] {
                changed(index);
                later(&Printer::web_change, [this, index] { arm(index); });
              }});
}

// Self-signed, as real printers have it when new. A serial number may be any text: it may come from a
// recording.
trust::Credentials PrinterSite::certificate_of(std::size_t index) {
  const Identity& identity = printers_[index]->device.identity();
  std::string serial;
  for (const char c : identity.serial.substr(0, 40)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    serial += plain ? c : '-';
  }
  const std::string name = "printer-" + serial;
  const trust::Time from = runtime_.clock().wall() - std::chrono::hours(24);
  return trust::make_self_signed({.common_name = name, .serial_number = serial, .organization = {}},
                                 {name + ".local"}, from, from + std::chrono::days(3650));
}

// `numbers`: of the face's ports, as the printers call them.
JobReceiver PrinterSite::job_receiver(std::vector<std::uint16_t> numbers) {
  return {.job = [this, numbers](std::size_t index, std::size_t port, const RawJob& job,
                                 std::uint64_t from) { on_job(index, numbers[port], job, from); },
          .firmware_begins = [this](std::size_t index, std::size_t) { return on_firmware_begin(index); },
          .firmware =
              [this, numbers](std::size_t index, std::size_t port, std::uint64_t octets,
                              Result<firmware::File> file) {
                on_firmware(index, numbers[port], octets, std::move(file));
              },
          .refused = [this, numbers](
                         std::size_t index, std::size_t port, std::uint64_t octets,
                         std::string_view why) { tell_raw(index, numbers[port], octets, "refused", why); },
          .device =
              [this](std::size_t index) {
                Device& device = printers_[index]->device;
                return speaks_pjl(device.model()) ? &device : nullptr;
              },
          .changed =
              [this](std::size_t index) {
                changed(index);
                arm(index);
              }};
}

// RFC 1179 leaves the lines to the server; these look like those of the daemons that clients know.
std::string PrinterSite::listing(std::size_t index, bool long_form) const {
  const Printer& printer = *printers_[index];
  std::string out = printer.device.console_text(0) + "\n";
  if (printer.waiting.empty()) return out + "no entries\n";
  if (!long_form) out += "Rank   Owner      Job  Files                      Total Size\n";
  int rank = 0;
  for (const Printer::Waiting& waiting : printer.waiting) {
    const RawJob& job = waiting.job;
    const std::string owner = job.user.empty() ? "-" : job.user, name = job.name.empty() ? "-" : job.name,
                      place = std::to_string(++rank), size = std::to_string(job.octets) + " bytes\n";
    out += long_form ? owner + ": " + place + "\n        " + name + " " + size
                     : place + " " + owner + " " + place + " " + name + " " + size;
  }
  return out;
}

runtime::Endpoint PrinterSite::raw_endpoint(std::size_t index, std::size_t port) const {
  MR_ASSERT(raw_ != nullptr);
  return raw_->face().endpoint(index, port);
}

std::optional<runtime::Endpoint> PrinterSite::lpd_endpoint(std::size_t index) const {
  if (!lpd_) return {};
  return lpd_->face().endpoint(index, 0);
}

std::optional<runtime::Endpoint> PrinterSite::web_endpoint(std::size_t index, bool secure) const {
  const auto& web = secure ? https_ : http_;
  if (!web) return {};
  return web->face().endpoint(index, 0);
}

const trust::Certificate& PrinterSite::web_certificate(std::size_t index) {
  MR_ASSERT(https_ != nullptr);
  return https_->certificate(index);
}

Result<void> PrinterSite::connect(std::size_t index) {
  Printer& printer = *printers_[index];
  printer.connected = true;
  printer.ports = printer.device.settings().ports;
  for (const Door& door : doors_) {
    if (!(printer.ports.*door.port)) continue;
    if (auto on = door.on(index); !on) {
      disconnect(index);
      return on;
    }
  }
  return {};
}

// A port that was switched off or on in the settings goes or comes; the others keep their connections.
void PrinterSite::follow_settings(std::size_t index) {
  Printer& printer = *printers_[index];
  const Settings::Ports wanted = printer.device.settings().ports;
  const Settings::Ports had = std::exchange(printer.ports, wanted);
  for (const Door& door : doors_) {
    if (had.*door.port && !(wanted.*door.port)) door.off(index);
    if (had.*door.port || !(wanted.*door.port)) continue;
    if (const auto on = door.on(index); !on)
      runtime_.trace().note("printer " + printer.device.identity().serial +
                            ": a port stays closed: " + to_string(on.error()));
  }
}

void PrinterSite::disconnect(std::size_t index) {
  printers_[index]->connected = false;
  for (auto door = doors_.rbegin(); door != doors_.rend(); ++door) door->off(index);
}

void PrinterSite::close_job_ports(std::size_t index) {
  for (const Door& door : doors_) {
    if (door.takes_jobs) door.off(index);
  }
}

}  // namespace mr::printer
