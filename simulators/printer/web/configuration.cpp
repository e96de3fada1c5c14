#include "simulators/printer/web/configuration.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "simulators/printer/web/html.hpp"

namespace mr::printer {
namespace {

constexpr std::size_t text_max = 255;
constexpr std::int64_t sleep_minutes_max = 24 * 60;

struct TextField {
  std::string_view name, label;
  std::string Settings::*member;
  bool secret = false;
};
constexpr TextField texts[] = {
    {"name", "Name", &Settings::name},
    {"location", "Location", &Settings::location},
    {"contact", "Contact", &Settings::contact},
    {"read-community", "SNMP read community", &Settings::read_community},
    {"write-community", "SNMP write community", &Settings::write_community},
    {"trap-community", "SNMP trap community", &Settings::trap_community},
    {"mail-server", "Mail server (host or host:port)", &Settings::mail_server},
    {"mail-sender", "Mail sender", &Settings::mail_sender},
    {"admin-password", "New administrator password", &Settings::admin_password, true},
};

struct Switch {
  std::string_view name, label;
  bool Settings::Ports::*member;
};
constexpr Switch switches[] = {{"port-snmp", "SNMP", &Settings::Ports::snmp},
                               {"port-raw", "Raw printing", &Settings::Ports::raw},
                               {"port-lpd", "LPD", &Settings::Ports::lpd},
                               {"port-http", "This page over HTTP", &Settings::Ports::http},
                               {"port-https", "This page over HTTPS", &Settings::Ports::https}};

void input(Html& page, std::string_view type, std::string_view name, std::string_view label,
           std::string_view value) {
  page.raw("<p><label for=\"").text(name).raw("\">").text(label).raw("</label> <input type=\"").raw(type);
  page.raw("\" id=\"").text(name).raw("\" name=\"").text(name).raw("\"");
  page.raw(type == "number"     ? " min=\"0\""
           : type == "password" ? " maxlength=\"255\" autocomplete=\"new-password\""
                                : " maxlength=\"255\"");
  page.raw(" value=\"").text(value).raw("\"></p>\n");
}

bool printable(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

// Lines, without those that are empty.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

// Whole ones: a form that comes back unchanged leaves a time of seconds as it is.
std::string minutes_text(const Settings& settings) {
  return std::to_string(settings.sleep_after_ms / 60'000);
}

// "192.0.2.9 v2 trap", "192.0.2.9:1162 v3 inform somebody".
std::string text_of(const TrapTarget& target) {
  std::string out =
      target.address.find(':') == std::string::npos ? target.address : "[" + target.address + "]";
  if (target.port != 162) out += ":" + std::to_string(target.port);
  out += " v" + std::to_string(target.version) + (target.inform ? " inform" : " trap");
  if (!target.community_or_user.empty()) out += " " + target.community_or_user;
  return out;
}
// The fourth word goes to the end of the line: communities may have spaces.
std::optional<TrapTarget> target_in(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t at = line.find_first_not_of(' '); at < line.size(); at = line.find_first_not_of(' ', at)) {
    const std::size_t end = words.size() == 3 ? line.size() : std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  if (words.size() < 3 || !printable(line) || line.size() > text_max) return {};
  TrapTarget out;
  std::string address = words[0], port;
  if (const std::size_t colon = address.rfind(':');
      colon != address.npos && (address.find(':') == colon || address[colon - 1] == ']')) {
    port = address.substr(colon + 1);
    address.resize(colon);
  }
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  in6_addr octets;
  if (inet_pton(AF_INET, address.c_str(), &octets) != 1 && inet_pton(AF_INET6, address.c_str(), &octets) != 1)
    return {};
  out.address = address;
  if (!port.empty()) {
    const auto [end, wrong] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (wrong != std::errc() || end != port.data() + port.size() || out.port == 0) return {};
  }
  if (words[1] != "v1" && words[1] != "v2" && words[1] != "v3") return {};
  out.version = words[1][1] - '0';
  if (words[2] != "trap" && words[2] != "inform") return {};
  out.inform = words[2] == "inform";
  if (out.inform && out.version == 1) return {};
  if (words.size() == 4) out.community_or_user = words[3];
  return out;
}

}  // namespace

std::string configuration_page(const Settings& settings, std::string_view form_token,
                               const std::vector<std::string>& errors) {
  Html page;
  page.heading("Configuration");
  for (const std::string& error : errors)
    page.raw("<p class=\"error\" role=\"alert\">").text(error).raw("</p>\n");
  const auto token = [&] {
    page.raw("<input type=\"hidden\" name=\"form-token\" value=\"").text(form_token).raw("\">");
  };
  page.raw("<form method=\"post\" action=\"/configuration\">");
  token();
  for (const TextField& field : texts)
    input(page, field.secret ? "password" : "text", field.name, field.label,
          field.secret ? "" : settings.*field.member);
  input(page, "number", "sleep-minutes", "Power saver after minutes (0: never)", minutes_text(settings));
  page.raw(
      "<p><label for=\"mail-recipients\">Mail recipients, one a line</label> <textarea "
      "id=\"mail-recipients\" name=\"mail-recipients\" rows=\"3\">");
  for (const std::string& one : settings.mail_recipients) page.text(one).raw("\n");
  page.raw(
      "</textarea></p>\n<p><label for=\"trap-targets\">SNMP notifications, one receiver a "
      "line<br><small>192.0.2.9:162 v2 trap</small></label> "
      "<textarea id=\"trap-targets\" name=\"trap-targets\" rows=\"3\">");
  for (const TrapTarget& one : settings.trap_targets) page.text(text_of(one)).raw("\n");
  page.raw("</textarea></p>\n<h2>Ports</h2>\n<input type=\"hidden\" name=\"ports\" value=\"sent\">");
  for (const Switch& one : switches) {
    page.raw("<p><label for=\"")
        .text(one.name)
        .raw("\">")
        .text(one.label)
        .raw("</label> <input type=\"checkbox\" id=\"");
    page.text(one.name).raw("\" name=\"").text(one.name).raw("\" value=\"on\"");
    page.raw(settings.ports.*one.member ? " checked" : "").raw("></p>\n");
  }
  page.raw("<p><button>Save</button></p></form>\n<h2>Service</h2>\n");
  for (const auto& [action, label] : {std::pair{"/test-page", "Print a test page"},
                                      std::pair{"/restart", "Restart"}, std::pair{"/logout", "Log out"}}) {
    page.raw("<form method=\"post\" action=\"").raw(action).raw("\"><p>");
    token();
    page.raw("<button class=\"plain\">").text(label).raw("</button></p></form>\n");
  }
  return page.take();
}

std::vector<std::string> take_settings(const std::vector<std::pair<std::string, std::string>>& form,
                                       Settings& settings) {
  std::vector<std::string> wrong;
  bool ports_sent = false;
  Settings::Ports ports{.snmp = false, .raw = false, .lpd = false, .http = false, .https = false};
  for (const auto& [name, value] : form) {
    for (const TextField& field : texts) {
      if (field.name != name || (field.secret && value.empty())) continue;
      if (value.size() > text_max || !printable(value))
        wrong.push_back(std::string(field.label) + ": at most 255 octets on one line are taken.");
      else
        settings.*field.member = value;
    }
    for (const Switch& one : switches) {
      if (one.name == name) ports.*one.member = true;
    }
    if (name == "ports") ports_sent = true;
    if (name == "sleep-minutes" && value != minutes_text(settings)) {
      std::int64_t minutes = -1;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), minutes);
      if (error != std::errc() || end != value.data() + value.size() || minutes < 0 ||
          minutes > sleep_minutes_max)
        wrong.push_back("Power saver: a number of minutes from 0 to " + std::to_string(sleep_minutes_max) +
                        " is expected.");
      else
        settings.sleep_after_ms = static_cast<std::uint32_t>(minutes * 60'000);
    }
    if (name == "mail-recipients") {
      std::vector<std::string> all = lines_of(value);
      if (all == settings.mail_recipients) continue;
      bool good = all.size() <= Settings::mail_recipients_max;
      for (const std::string& one : all)
        good = good && one.size() <= text_max && printable(one) && one.find('@') != one.npos;
      if (good)
        settings.mail_recipients = std::move(all);
      else
        wrong.push_back("Mail recipients: at most " + std::to_string(Settings::mail_recipients_max) +
                        " addresses, one a line, are expected.");
    }
    if (name == "trap-targets") {
      const std::vector<std::string> lines = lines_of(value);
      if (std::ranges::equal(lines, settings.trap_targets, {}, {}, text_of)) continue;
      std::vector<TrapTarget> all;
      bool good = true;
      for (const std::string& line : lines) {
        const auto target = target_in(line);
        good = good && target && all.size() < Settings::trap_targets_max;
        if (good) all.push_back(*target);
      }
      if (good)
        settings.trap_targets = std::move(all);
      else
        wrong.push_back("SNMP notifications: at most " + std::to_string(Settings::trap_targets_max) +
                        " lines like \"192.0.2.9:162 v2 trap public\" are expected.");
    }
  }
  if (ports_sent) settings.ports = ports;
  return wrong;
}

}  // namespace mr::printer
