#include "simulators/printer/smtp/alert_mail.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "reference/protocol/trust/digest.hpp"
#include "simulators/printer/device/words.hpp"

namespace mr::printer {
namespace {

constexpr std::size_t line_max = 200;

// On one line, at most line_max octets.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, line_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A header's text: as it is, or as encoded words (RFC 2047) of at most 75 octets each.
std::string header_text(std::string_view text) {
  const std::string line = one_line(text);
  if (is_ascii(line)) return line;
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t n = std::min<std::size_t>(42, line.size() - at);
    // Not within a character.
    while (n > 0 && at + n < line.size() && (static_cast<unsigned char>(line[at + n]) & 0xc0) == 0x80) --n;
    if (n == 0) n = std::min<std::size_t>(42, line.size() - at);
    const auto* octets = reinterpret_cast<const std::byte*>(line.data() + at);
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + trust::base64({octets, n}) + "?=";
    at += n;
  }
  return out;
}

// RFC 5322 section 3.3; nothing where the printer has no civil time.
std::string date(const Device& device, Moment now) {
  const auto utc = device.utc(now);
  if (!utc) return {};
  static constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = std::chrono::floor<std::chrono::seconds>(*utc) + device.zone();
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  const auto zone = device.zone().count(), minutes = zone < 0 ? -zone : zone;
  char text[60];
  std::snprintf(text, sizeof text, "%.3s, %02u %.3s %04d %02d:%02d:%02d %c%02d%02d",
                days[std::chrono::weekday(day).c_encoding()].data(), static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), zone < 0 ? '-' : '+',
                static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  return text;
}

// What may stand left of the @ of a Message-ID.
std::string id_part(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    out += good ? c : '-';
  }
  return out.substr(0, 60);
}

std::string low_supplies(const Device& device) {
  std::string out;
  for (std::size_t i = 0; i < device.model().supplies.size(); ++i) {
    const SupplyKind& kind = device.model().supplies[i];
    const std::int32_t level = device.supply_level(i);
    if (level < 0 || kind.max <= 0 || std::int64_t{level} * 100 > std::int64_t{kind.max} * kind.low_percent)
      continue;
    out += "  " + one_line(device.supply_description(i)) + ": " +
           std::to_string(std::int64_t{level} * 100 / kind.max) + " %" +
           (kind.supply_class == SupplyClass::receptacle ? " space left" : "") +
           (kind.part_number.empty() ? "" : ", part " + one_line(kind.part_number)) + "\r\n";
  }
  return out;
}

}  // namespace

bool is_for_mail(const AlertChange& change) {
  return change.raised && (change.alert.severity == Severity::critical || change.alert.group == Part::supply);
}

std::string alert_mail(const Device& device, const AlertChange& change, std::uint64_t number, Moment now) {
  const Alert& alert = change.alert;
  const Settings& settings = device.settings();
  const std::string& own = settings.name;
  const std::string name = own.empty() ? device.model().product : own;
  const auto& address = device.identity().address;
  std::string out;
  out += "From: <" + settings.mail_sender + ">\r\nTo: ";
  for (std::size_t i = 0; i < settings.mail_recipients.size(); ++i)
    out += (i == 0 ? "<" : ",\r\n <") + settings.mail_recipients[i] + ">";
  out += "\r\nSubject: " + header_text(name + ": " + alert.description) + "\r\n";
  if (const std::string when = date(device, now); !when.empty()) out += "Date: " + when + "\r\n";
  out += "Message-ID: <" + id_part(device.identity().serial) + "." + std::to_string(device.boots()) + "." +
         std::to_string(number) + "@printer.invalid>\r\n";
  out +=
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\n";
  const auto fact = [&](std::string_view label, std::string_view text) {
    if (!text.empty()) out += std::string(label) + ": " + one_line(text) + "\r\n";
  };
  fact("Alert", alert.description);
  fact("Severity", to_text(alert.severity));
  fact("Code", std::to_string(alert.code));
  if (alert.fault >= 0) fact("Fault", device.model().faults[static_cast<std::size_t>(alert.fault)].code);
  out += "\r\n";
  fact("Printer", own);
  fact("Model", device.model().product);
  fact("Serial number", device.identity().serial);
  fact("Location", settings.location);
  fact("IP address", std::to_string(address[0]) + "." + std::to_string(address[1]) + "." +
                         std::to_string(address[2]) + "." + std::to_string(address[3]));
  fact("Pages printed", std::to_string(device.life_count()));
  if (const std::string low = low_supplies(device); !low.empty())
    out += "\r\nSupplies that run low:\r\n" + low;
  return out;
}

}  // namespace mr::printer
