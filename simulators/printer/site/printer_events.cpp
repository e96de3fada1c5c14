// What a site tells of its printers, and what comes over their raw ports.
#include <algorithm>
#include <cstring>

#include "reference/protocol/snmp/message.hpp"
#include "simulators/printer/site/printer_site.hpp"

namespace mr::printer {

using EventField = runtime::Field;
using snmp::Oid;

namespace {

const Oid supplies_level{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9}, supplies_entry{1, 3, 6, 1, 2, 1, 43, 11, 1, 1};
// The same in BER: without these octets no answer holds such a variable, and it need not be decoded.
constexpr char supplies_level_octets[] = {0x2b, 0x06, 0x01, 0x02, 0x01, 0x2b, 0x0b, 0x01, 0x01, 0x09};

// The PDU of a message, unless it is encrypted or no message.
std::optional<snmp::Pdu> pdu_of(snmp::ByteView datagram) {
  const auto version = snmp::version_of(datagram);
  if (!version) return {};
  if (*version != snmp::Version::v3) {
    auto message = snmp::decode_community(datagram);
    if (!message) return {};
    return std::move(message->pdu);
  }
  const auto frame = snmp::decode_v3(datagram);
  if (!frame || frame->encrypted) return {};
  auto scoped = snmp::decode_scoped(frame->scoped, false);
  if (!scoped) return {};
  return std::move(scoped->pdu);
}

std::string object_id_text(const Model& model) {
  return Oid(std::span<const Oid::Arc>(model.object_id)).text();
}

std::int64_t number(std::uint64_t n) { return static_cast<std::int64_t>(n); }

// Colour only where the model has it; two-sided only where it turns sheets.
Coverage coverage_of(const Model& model, const PageCoverage& kcmy) {
  static constexpr std::string_view names[] = {"black", "cyan", "magenta", "yellow"};
  Coverage out(0);
  for (std::size_t i = 0; i < std::min(model.colorants.size(), out.of.size()); ++i) {
    for (std::size_t k = 0; k < kcmy.size(); ++k) {
      if (model.colorants[i].name == names[k]) out.of[i] = kcmy[k];
    }
  }
  // Colours are made with black where there is nothing else.
  if (!model.colour && !model.colorants.empty())
    out.of[0] = std::min<std::uint32_t>(100'000, kcmy[0] + std::max({kcmy[1], kcmy[2], kcmy[3]}));
  return out;
}

// The tray that a job asks for, else one that has its size, else any that has paper; else the first.
std::uint16_t input_of(const Device& device, const RawJob& raw) {
  const auto& inputs = device.model().inputs;
  if (raw.tray > 0 && raw.tray <= inputs.size()) return static_cast<std::uint16_t>(raw.tray - 1);
  std::optional<std::uint16_t> any;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!device.input_present(i) || device.input_true_level(i) == 0) continue;
    const auto input = static_cast<std::uint16_t>(i);
    if (raw.size == MediaSize::of_tray || media_size(inputs[i].media_name) == raw.size) return input;
    if (!any) any = input;
  }
  return any.value_or(0);
}

Job job_of(const Device& device, const RawJob& raw) {
  const Model& model = device.model();
  Job job{.name = raw.name, .user = raw.user};
  (raw.colour && model.colour ? job.colour : job.black) = raw.impressions;
  job.sets = std::max(raw.sets, 1u);
  const std::uint32_t pages = raw.impressions / job.sets;
  if (raw.duplex && model.duplex) {
    job.two_sided_sheets = pages / 2 * job.sets;
    job.sheets = raw.impressions - job.two_sided_sheets;
  }
  job.size = raw.size;
  job.input = input_of(device, raw);
  if (raw.coverage) job.coverage = coverage_of(model, *raw.coverage);
  const bool staples = std::any_of(model.supplies.begin(), model.supplies.end(),
                                   [](const SupplyKind& kind) { return kind.wears_by == WearsBy::staples; });
  if (raw.stapled && staples) job.staples = job.sets;
  return job;
}

}  // namespace

// --- jobs ---

const std::vector<std::uint32_t>& PrinterSite::supply_indices(const Printer& printer) {
  const MibTemplate& shared = printer.mib.shared();
  const auto found = supply_indices_.find(&shared);
  if (found != supply_indices_.end()) return found->second;
  std::vector<std::uint32_t> indices(printer.device.model().supplies.size());
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<std::uint32_t>(i + 1);
  for (const Variable& variable : shared.variables()) {
    if (variable.binding.field == Field::supply_level && variable.binding.row < indices.size() &&
        variable.name.starts_with(supplies_level))
      indices[variable.binding.row] = variable.name.back();
  }
  return supply_indices_.emplace(&shared, std::move(indices)).first->second;
}

PrinterSite::Printed PrinterSite::print(std::size_t index, const Job& job) {
  Printer& printer = *printers_[index];
  std::vector<std::int32_t> before(printer.device.model().supplies.size());
  for (std::size_t i = 0; i < before.size(); ++i) before[i] = printer.device.supply_level(i);
  return tell_printed(index, job, printer.device.run_job(job, now()), before);
}

PrinterSite::Printed PrinterSite::skip(std::size_t index, const Job& job) {
  return tell_printed(index, job, 0, {});
}

PrinterSite::Printed PrinterSite::tell_printed(std::size_t index, const Job& job, std::uint32_t done,
                                               const std::vector<std::int32_t>& before) {
  Printer& printer = *printers_[index];
  const Device& device = printer.device;
  Printed printed{.id = device.identity().serial + "/job/" + std::to_string(++printer.jobs), .done = done};
  if (done > 0) {
    if (printer.unread_jobs.size() >= unread_max) printer.unread_jobs.erase(printer.unread_jobs.begin());
    printer.unread_jobs.push_back(printed.id);
  }
  std::vector<EventField> fields{{"serial", device.identity().serial},
                                 {"pages", number(std::uint64_t{job.black} + job.colour)},
                                 {"colour", std::int64_t(job.colour > 0)},
                                 {"done", std::int64_t(done)},
                                 {"life", number(device.life_count())}};
  std::vector<std::string> names;
  names.reserve(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (device.supply_level(i) == before[i]) continue;
    names.push_back("supply." + std::to_string(supply_indices(printer)[i]));
    fields.emplace_back(names.back(), std::int64_t(device.supply_level(i)));
  }
  runtime_.trace().emit({.kind = "printer.printed", .id = printed.id, .fields = std::move(fields)});
  return printed;
}

void PrinterSite::on_job(std::size_t index, std::uint16_t port, const RawJob& job, std::uint64_t from) {
  Printer& printer = *printers_[index];
  if (printer.waiting.size() >= waiting_max || !printer.device.powered())
    return tell_raw(index, port, job.octets, "refused", "busy");
  tell_raw(index, port, job.octets, "job", {});
  if (job.impressions == 0) return;
  printer.waiting.push_back({job, from});
  print_waiting(index);
}

// As if it had come over the network.
void PrinterSite::print_test_page(std::size_t index) {
  Printer& printer = *printers_[index];
  if (printer.waiting.size() >= waiting_max || !printer.device.powered()) return;
  RawJob job;
  job.name = test_page_name;
  job.impressions = 1;
  printer.waiting.push_back({std::move(job), 0});
  print_waiting(index);
  arm(index);
}

// The printer holds what it cannot print now: it is warming up, or wants paper.
void PrinterSite::print_waiting(std::size_t index) {
  Printer& printer = *printers_[index];
  Device& device = printer.device;
  while (!printer.waiting.empty() && device.ready()) {
    const auto [raw, from] = std::move(printer.waiting.front());
    printer.waiting.erase(printer.waiting.begin());
    const Printed printed = print(index, job_of(device, raw));
    if (from != 0) raw_->printed(index, raw, from, printed.done);
    if (raw.is_test_page() && printed.done > 0) {
      runtime_.trace().emit(
          {.kind = "printer.test_page",
           .id = printed.id,
           .fields = {{"serial", device.identity().serial}, {"impressions", std::int64_t(printed.done)}}});
    }
    changed(index);
  }
}

// --- firmware ---

bool PrinterSite::on_firmware_begin(std::size_t index) {
  Printer& printer = *printers_[index];
  const bool takes_any = !printer.device.model().firmware_products.empty();
  if (takes_any && printer.device.begin_upgrade(now())) {
    printer.offered.clear();
    changed(index);
    return true;
  }
  // What is under way is another file's: it stays.
  tell_firmware(index, {},
                firmware::to_slug(takes_any ? firmware::errc::busy : firmware::errc::not_supported));
  return false;
}

void PrinterSite::on_firmware(std::size_t index, std::uint16_t port, std::uint64_t octets,
                              Result<firmware::File> file) {
  Printer& printer = *printers_[index];
  Device& device = printer.device;
  tell_raw(index, port, octets, "firmware", {});
  printer.refusal.clear();
  printer.offer = Install::sound;
  if (device.upgrade() != Upgrade::receiving) file = Fault(firmware::errc::interrupted);
  if (!file && file.error() == Fault(firmware::errc::interrupted)) {
    device.abandon_upgrade(now());
    tell_firmware(index, printer.offered, firmware::to_slug(firmware::errc::interrupted));
    changed(index);
    return;
  }
  std::optional<std::pair<std::string, Install>> good;
  if (!file) {
    printer.refusal = firmware::to_slug(file.error());
  } else {
    printer.offered = file->manifest.version;
    const auto judged = firmware::judge(*file,
                                        {.object_id = object_id_text(device.model()),
                                         .products = device.model().firmware_products,
                                         .level = device.level()},
                                        options_.firmware_roots, runtime_.clock().wall());
    if (!judged) {
      printer.refusal = firmware::to_slug(judged.error());
    } else {
      const firmware::Outcome outcome = file->manifest.outcome;
      printer.offer = outcome == firmware::Outcome::sound    ? Install::sound
                      : outcome == firmware::Outcome::hangs  ? Install::hangs
                      : outcome == firmware::Outcome::bricks ? Install::bricks
                                                             : Install::does_not_start;
      good.emplace(printer.offered, printer.offer);
    }
  }
  device.check_upgrade(std::move(good), now());
  changed(index);
  arm(index);
}

// --- events ---

void PrinterSite::tell_firmware(std::size_t index, std::string_view offered, std::string_view why) {
  const Printer& printer = *printers_[index];
  const std::string& before = printer.device.level();
  runtime_.trace().emit(
      {.kind = "printer.firmware",
       .fields = {
           {"serial", printer.device.identity().serial},
           {"result", why.empty() ? "accepted" : "refused"},
           {"why", why},
           {"offered", offered},
           {"before", before},
           {"after", why.empty() && printer.offer == Install::sound ? offered : std::string_view(before)}}});
}

void PrinterSite::tell_raw(std::size_t index, std::uint16_t port, std::uint64_t octets, std::string_view what,
                           std::string_view why) {
  std::vector<EventField> fields{{"serial", printers_[index]->device.identity().serial},
                                 {"port", std::int64_t(port)},
                                 {"octets", number(octets)},
                                 {"what", what}};
  if (!why.empty()) fields.emplace_back("why", why);
  runtime_.trace().emit({.kind = "printer.raw", .fields = std::move(fields)});
}

void PrinterSite::tell_mail(std::size_t index, const MailPost::Outcome& outcome) {
  Device& device = printers_[index]->device;
  std::vector<EventField> fields{{"serial", device.identity().serial},
                                 {"subject", outcome.subject},
                                 {"sent", std::int64_t(outcome.sent)},
                                 {"attempts", std::int64_t(outcome.attempts)}};
  if (!outcome.sent) {
    fields.emplace_back("why", outcome.why);
    device.log_event("Alert mail not sent: " + outcome.why, now());
  }
  runtime_.trace().emit({.kind = "printer.mail", .fields = std::move(fields)});
}

void PrinterSite::tell_power(std::size_t index, bool on) {
  runtime_.trace().emit(
      {.kind = "printer.power",
       .fields = {{"serial", printers_[index]->device.identity().serial}, {"on", std::int64_t(on)}}});
}

void PrinterSite::tell_alerts(std::size_t index) {
  Printer& printer = *printers_[index];
  for (const AlertChange& change : printer.device.take_alert_changes()) {
    const Alert& alert = change.alert;
    runtime_.trace().emit({.kind = "printer.alert",
                           .fields = {{"serial", printer.device.identity().serial},
                                      {"raised", std::int64_t(change.raised)},
                                      {"index", std::int64_t(alert.index)},
                                      {"severity", std::int64_t(alert.severity)},
                                      {"group", std::int64_t(alert.group)},
                                      {"code", std::int64_t(alert.code)},
                                      {"description", alert.description}}});
    if (change.raised && alert.severity == Severity::critical)
      send_traps(index, alert_notification(printer.mib, alert, now()));
    mail_->alert(index, change);
  }
}

// A target that cannot be reached, or said in its version, costs a note: a printer has nobody to tell.
void PrinterSite::send_traps(std::size_t index, const snmp::Pdu& pdu) {
  for (const TrapTarget& target : printers_[index]->device.settings().trap_targets) {
    boost::system::error_code ec;
    const runtime::Address address = boost::asio::ip::make_address(target.address, ec);
    Notification notification{.version = target.version == 1   ? snmp::Version::v1
                                         : target.version == 3 ? snmp::Version::v3
                                                               : snmp::Version::v2c,
                              .inform = target.inform,
                              .community_or_user = target.community_or_user,
                              .pdu = pdu,
                              .to = {address, target.port}};
    const Result<void> sent = ec ? Result<void>(Fault(ec, target.address)) : notify(index, notification);
    if (!sent) runtime_.trace().note("no notification to " + target.address + ": " + to_string(sent.error()));
  }
}

void PrinterSite::tell_reboot(std::size_t index, std::string_view how) {
  runtime_.trace().emit({.kind = "printer.reboot",
                         .fields = {{"serial", printers_[index]->device.identity().serial}, {"how", how}}});
}

void PrinterSite::tell_level(std::size_t index, std::string_view before) {
  const Device& device = printers_[index]->device;
  runtime_.trace().emit(
      {.kind = "printer.level",
       .fields = {{"serial", device.identity().serial}, {"before", before}, {"after", device.level()}}});
}

void PrinterSite::tell_answered(const OutDatagram& datagram) {
  const auto& octets = datagram.payload;
  if (memmem(octets.data(), octets.size(), supplies_level_octets, sizeof supplies_level_octets) == nullptr)
    return;
  const auto pdu = pdu_of(octets);
  if (!pdu || pdu->type != snmp::PduType::response || pdu->error_status != 0) return;
  std::string told;
  for (const snmp::VarBind& variable : pdu->varbinds) {
    const auto level = variable.value.number();
    if (!level || !variable.name.starts_with(supplies_level)) continue;
    if (!told.empty()) told += ' ';
    bool first = true;
    for (const Oid::Arc arc : variable.name.after(supplies_entry)) {
      if (!std::exchange(first, false)) told += '.';
      told += std::to_string(arc);
    }
    told += "=" + std::to_string(*level);
  }
  if (told.empty()) return;
  Printer& printer = *printers_[datagram.printer];
  const std::vector<std::string> jobs = std::exchange(printer.unread_jobs, {});
  const std::string id =
      face_->endpoint(datagram.printer).address.to_string() + "/" + std::to_string(pdu->request_id);
  runtime_.trace().emit({.kind = "printer.answered",
                         .id = id,
                         .causes = {jobs.begin(), jobs.end()},
                         .fields = {{"serial", printer.device.identity().serial}, {"varbinds", told}}});
}

}  // namespace mr::printer
