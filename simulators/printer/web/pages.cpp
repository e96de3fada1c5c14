#include "simulators/printer/web/pages.hpp"

#include <algorithm>
#include <concepts>
#include <cstdio>
#include <map>
#include <optional>

#include "simulators/printer/device/words.hpp"
#include "simulators/printer/web/html.hpp"

namespace mr::printer {
namespace {

std::string number(std::integral auto n) { return std::to_string(n); }

std::string level_text(std::int32_t level) {
  switch (level) {
    case reading_other:
      return "not limited";
    case reading_unknown:
      return "unknown";
    case reading_some:
      return "some left";
    default:
      return number(level);
  }
}

std::string_view printer_status_word(std::int32_t status) {
  constexpr std::string_view words[] = {"", "other", "unknown", "idle", "printing", "warmup"};
  return status >= 1 && status <= 5 ? words[status] : "";
}
std::string_view device_status_word(std::int32_t status) {
  constexpr std::string_view words[] = {"", "unknown", "running", "warning", "testing", "down"};
  return status >= 1 && status <= 5 ? words[status] : "";
}
std::string_view cover_word(CoverStatus status) {
  switch (status) {
    case CoverStatus::open:
      return "open";
    case CoverStatus::closed:
      return "closed";
    case CoverStatus::interlock_open:
      return "interlock open";
    case CoverStatus::interlock_closed:
      return "interlock closed";
    default:
      return "unknown";
  }
}
std::string_view result_word(JobResult result) {
  return result == JobResult::completed ? "completed"
         : result == JobResult::partly  ? "partly"
                                        : "nothing printed";
}

// 12345 thousandths as "12.345".
std::string thousandths(std::uint64_t n) {
  std::string rest = number(n % 1000);
  rest.insert(0, 3 - rest.size(), '0');
  return number(n / 1000) + "." + rest;
}

void alerts_table(Html& page, const Device& device) {
  page.heading("Alerts");
  if (device.alerts().empty()) {
    page.raw("<p>None.</p>\n");
    return;
  }
  page.table({"Number", "Severity", "Group", "Row", "Code", "What"});
  for (const Alert& alert : device.alerts()) {
    const std::string row = "alert/" + number(alert.index) + "/";
    page.raw(alert.severity == Severity::critical ? "<tr class=\"critical\">" : "<tr>");
    page.value("td", row + "index", number(alert.index));
    page.value("td", row + "severity", to_text(alert.severity));
    page.value("td", row + "group", number(static_cast<int>(alert.group)));
    page.value("td", row + "row", number(alert.group_index));
    page.value("td", row + "code", number(alert.code));
    page.value("td", row + "description", alert.description).raw("</tr>\n");
  }
  page.end_table();
}

void trays_table(Html& page, const Device& device) {
  const Model& model = device.model();
  page.heading("Trays");
  page.table({"Tray", "Sheets", "Of", "Media"});
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const std::string row = "input/" + number(i + 1) + "/";
    page.raw("<tr>").value("td", row + "name", model.inputs[i].name);
    page.value("td", row + "level", device.input_present(i) ? level_text(device.input_level(i)) : "missing");
    page.value("td", row + "capacity", level_text(model.inputs[i].max));
    page.value("td", row + "media", model.inputs[i].media_name).raw("</tr>\n");
  }
  page.end_table();
  if (model.covers.empty()) return;
  page.heading("Covers").table({"Cover", "Is"});
  for (std::size_t i = 0; i < model.covers.size(); ++i)
    page.fact(model.covers[i].description, "cover/" + number(i + 1), cover_word(device.cover(i)));
  page.end_table();
}

// How full a supply is, or how much a receptacle still takes, where that is known.
std::optional<std::int32_t> percent_of(const Device& device, std::size_t supply) {
  const std::int32_t level = device.supply_level(supply), max = device.model().supplies[supply].max;
  if (level < 0 || max <= 0) return {};
  return static_cast<std::int32_t>(std::int64_t{level} * 100 / max);
}

constexpr std::string_view style = R"(
:root{color-scheme:light;--ink:#1d2733;--quiet:#5b6673;--line:#d8dee6;--accent:#0b5cad;--bad:#a61b1b}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:#f4f6f9}
header{background:#17324f;color:#fff;padding:.9rem 1.5rem}header h1{margin:0;font-size:1.15rem;font-weight:600}
header p{margin:.1rem 0 0;color:#c7d5e4}
nav{background:#fff;border-bottom:1px solid var(--line);padding:0 1rem}nav ul{display:flex;flex-wrap:wrap;list-style:none;margin:0;padding:0}
nav a{display:block;padding:.7rem .8rem;color:var(--accent);text-decoration:none}nav a:hover{background:#eef4fb}
main{max-width:62rem;margin:1.2rem auto;background:#fff;border:1px solid var(--line);border-radius:6px;padding:.4rem 1.5rem 1.5rem}
h2{font-size:1.02rem;margin:1.4rem 0 .5rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{color:var(--quiet);font-weight:500}tbody th{font-weight:500;width:16rem}
.console{font:600 1.05rem ui-monospace,monospace;background:#e7f0d8;border-radius:4px;padding:.6rem .9rem;margin:.9rem 0 0}
.critical td{color:var(--bad);font-weight:600}meter{width:9rem}
form p{margin:.6rem 0}label{display:inline-block;width:21rem;vertical-align:top}input[type=text],input[type=password],input[type=number],textarea{font:inherit;padding:.3rem .45rem;border:1px solid #aab5c2;border-radius:4px;width:22rem;max-width:100%}
button{font:inherit;padding:.4rem 1rem;border:1px solid var(--accent);background:var(--accent);color:#fff;border-radius:4px;cursor:pointer}
button.plain{background:#fff;color:var(--accent)}.error{color:var(--bad);font-weight:600})";

}  // namespace

std::string_view style_sheet() { return style; }

std::string moment_text(const Device& device, Moment at) {
  const auto utc = device.utc(at);
  if (!utc) return number(std::chrono::duration_cast<std::chrono::seconds>(at).count()) + " s";
  const auto local = std::chrono::floor<std::chrono::seconds>(*utc) + device.zone();
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(local - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string whole_page(const Device& device, std::string_view title, std::string_view content,
                       bool logged_in) {
  Html page;
  page.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
      .text(std::string(title) + " - " + device.model().product)
      .raw("</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>")
      .raw(style)
      .raw("</style></head><body>\n<header>")
      .value("h1", "device/product", device.model().product)
      .raw("<p>");
  page.value("span", "device/name", device.settings().name).raw(" &middot; ");
  page.value("span", "device/location", device.settings().location).raw("</p></header>\n");
  page.raw(
      "<nav aria-label=\"Pages\"><ul><li><a href=\"/\">Status</a></li><li><a "
      "href=\"/supplies\">Supplies</a></li>"
      "<li><a href=\"/counters\">Counters</a></li><li><a href=\"/events\">Event log</a></li>"
      "<li><a href=\"/configuration\">Configuration</a></li>");
  page.raw(logged_in ? "" : "<li><a href=\"/login\">Log in</a></li>").raw("</ul></nav>\n<main>\n");
  page.raw(content).raw("</main></body></html>\n");
  return page.take();
}

std::string status_page(const Device& device, Moment now) {
  const Model& model = device.model();
  Html page;
  page.raw("<div class=\"console\" role=\"status\">");
  for (std::int32_t i = 0; i < model.console_lines; ++i)
    page.value("div", "status/console/" + number(i + 1), device.console_text(static_cast<std::size_t>(i)));
  page.raw("</div>\n").heading("Device").table({});
  page.fact("Serial number", "device/serial", device.identity().serial);
  page.fact("Software level", "device/level", device.level());
  page.fact("Contact", "device/contact", device.settings().contact);
  page.fact("Device status", "status/device", device_status_word(device.device_status()));
  page.fact("Printer status", "status/printer", printer_status_word(device.printer_status()));
  page.fact("Power", "status/power", to_text(device.power()));
  page.fact("Online", "status/online", device.online() ? "yes" : "no");
  page.fact("Pages printed", "life-count", number(device.life_count()));
  page.fact("Time", "device/time", moment_text(device, now));
  page.end_table();
  alerts_table(page, device);
  trays_table(page, device);
  return page.take();
}

std::string supplies_page(const Device& device) {
  const Model& model = device.model();
  Html page;
  page.heading("Supplies").table({"Supply", "Level", "Of", "Percent", "Part number", "Serial number"});
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    const std::string row = "supply/" + number(i + 1) + "/";
    const auto percent = percent_of(device, i);
    page.raw("<tr>").value("td", row + "description", device.supply_description(i));
    page.value("td", row + "level",
               device.supply_present(i) ? level_text(device.supply_level(i)) : "missing");
    page.value("td", row + "max", level_text(kind.max));
    page.raw("<td>");
    if (percent) {
      page.raw("<meter min=\"0\" max=\"100\" low=\"" + number(kind.low_percent) + "\" value=\"" +
               number(*percent) + "\" aria-label=\"level\"></meter> ");
      page.value("span", row + "percent", number(*percent)).raw(" %");
      if (kind.supply_class == SupplyClass::receptacle) page.raw(" space left");
    }
    page.raw("</td>").value("td", row + "part-number", kind.part_number);
    page.value("td", row + "serial", device.supply_serial(i)).raw("</tr>\n");
  }
  page.end_table();
  if (model.service_items.empty()) return page.take();
  page.heading("Routine maintenance items").table({"Item", "Code", "Count", "Limit", "Left, percent"});
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    const ServiceItemKind& item = model.service_items[i];
    const std::string row = "service/" + item.code + "/";
    page.raw("<tr>").value("td", row + "name", item.name).value("td", row + "code", item.code);
    page.value("td", row + "count", number(device.service_count(i)));
    page.value("td", row + "limit", number(item.limit));
    page.value("td", row + "left", number(device.service_percent_left(i))).raw("</tr>\n");
  }
  return page.end_table().take();
}

std::string counters_page(const Device& device) {
  const Model& model = device.model();
  const Usage& usage = device.usage();
  Html page;
  page.heading("Counters").table({});
  page.fact("Pages printed in its life", "life-count", number(device.life_count()));
  page.fact("Pages since it was switched on", "power-on-count", number(device.power_on_count()));
  // The vendor's table may tell one meter at two places: the second is NAME/2.
  std::map<std::string_view, int> told;
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const std::string& name = model.meters[i].name;
    const int times = ++told[name];
    page.fact(name, "meter/" + name + (times > 1 ? "/" + number(times) : ""), number(device.meter(i)));
  }
  page.end_table().heading("Sheets by size").table({});
  for (std::size_t i = 1; i < usage.sheets_by_size.size(); ++i) {
    const std::string size(to_text(static_cast<MediaSize>(i)));
    page.fact(size, "usage/size/" + size, number(usage.sheets_by_size[i]));
  }
  page.end_table();
  if (model.colorants.empty()) return page.take();
  page.heading("Average coverage, percent").table({});
  for (std::size_t i = 0; i < std::min(model.colorants.size(), Usage::colorants_max); ++i)
    page.fact(model.colorants[i].name, "usage/coverage/" + model.colorants[i].name,
              thousandths(usage.average_coverage(i)));
  return page.end_table().take();
}

std::string events_page(const Device& device) {
  Html page;
  page.heading("Fault history")
      .table({"Number", "Code", "What", "Came up", "Ended", "At page", "Resolution"});
  for (const FaultRecord& record : device.fault_history()) {
    const FaultKind& kind = device.model().faults[record.fault];
    const std::string row = "fault/" + number(record.number) + "/";
    page.raw("<tr>").value("td", row + "number", number(record.number)).value("td", row + "code", kind.code);
    page.value("td", row + "description", kind.description);
    page.value("td", row + "raised", moment_text(device, record.raised));
    page.value("td", row + "cleared", record.cleared ? moment_text(device, *record.cleared) : "");
    page.value("td", row + "life-count", number(record.life_count));
    page.value("td", row + "resolution", record.resolution).raw("</tr>\n");
  }
  page.end_table().heading("Events").table({"Number", "When", "What"});
  for (const EventRecord& event : device.events()) {
    const std::string row = "event/" + number(event.number) + "/";
    page.raw("<tr>").value("td", row + "number", number(event.number));
    page.value("td", row + "at", moment_text(device, event.at))
        .value("td", row + "text", event.text)
        .raw("</tr>\n");
  }
  page.end_table().heading("Jobs").table(
      {"Number", "When", "Name", "Owner", "Kind", "Pages", "Of", "Result"});
  for (const JobRecord& job : device.jobs()) {
    const std::string row = "job/" + number(job.number) + "/";
    page.raw("<tr>").value("td", row + "number", number(job.number));
    page.value("td", row + "at", moment_text(device, job.at)).value("td", row + "name", job.name);
    page.value("td", row + "user", job.user).value("td", row + "function", to_text(job.function));
    page.value("td", row + "done", number(job.done)).value("td", row + "asked", number(job.asked));
    page.value("td", row + "result", result_word(job.result)).raw("</tr>\n");
  }
  return page.end_table().take();
}

}  // namespace mr::printer
