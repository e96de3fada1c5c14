#include "simulators/printer/control/control.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <vector>

#include "simulators/printer/control/body.hpp"
#include "simulators/printer/control/describe.hpp"
#include "simulators/printer/device/words.hpp"

namespace mr::printer {

namespace json = boost::json;
using exchange::HttpResponse;

namespace {

constexpr std::int64_t advance_max_s = 400LL * 24 * 3600;

HttpResponse answer(unsigned status, const json::value& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          json::serialize(body) + "\n"};
}

HttpResponse failure(unsigned status, std::string_view slug, std::string_view detail) {
  return answer(status, json::object{{"error", slug}, {"detail", detail}});
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

// What an operation is given: the printer, the last segment of the path, the body.
struct Control::Asked {
  std::size_t index = 0;
  std::string_view name;  // "2" of supplies/2, "08-101" of faults/08-101
  Body body;
  Device* device = nullptr;
  // Position of a part that is numbered from 1; nothing where there is none.
  std::optional<std::size_t> part(std::size_t parts) const {
    const auto number = whole_number(name);
    if (!number || *number == 0 || *number > parts) return {};
    return *number - 1;
  }
};

// `path`: segments after /v1, "*" where a name stands. An operation looks at its whole body before it does
// anything; where that is wrong, handle() answers 400 and what the operation said is dropped: it did nothing.
struct Control::Operation {
  std::string_view method, path;
  HttpResponse (*perform)(Control& control, Asked& asked);
};

namespace {

HttpResponse no_part() { return failure(404, "unknown-part", "the printer has no such part"); }

Job job_of(Body& body, const Model& model) {
  Job job;
  constexpr std::int64_t most = 1'000'000;
  const auto count = [&](std::string_view name, std::uint32_t& into) {
    if (const auto n = body.number(name, 0, most)) into = static_cast<std::uint32_t>(*n);
  };
  if (const auto word = body.text("function")) {
    const auto function = job_function(*word);
    if (!function) body.fail("function: expected print, copy or fax");
    job.function = function.value_or(JobFunction::print);
  }
  count("black", job.black);
  count("colour", job.colour);
  count("sheets", job.sheets);
  count("two_sided_sheets", job.two_sided_sheets);
  count("staples", job.staples);
  if (const auto sets = body.number("sets", 1, most)) job.sets = static_cast<std::uint32_t>(*sets);
  if (const auto input = body.number("input", 1, static_cast<std::int64_t>(model.inputs.size())))
    job.input = static_cast<std::uint16_t>(*input - 1);
  if (const auto name = body.text("size")) {
    job.size = media_size(*name);
    if (job.size == MediaSize::other && *name != to_text(MediaSize::other))
      body.fail("size: expected a PWG self-describing name such as iso_a4_210x297mm, or other");
  }
  body.numbers("coverage", 0, 100'000, job.coverage.of);
  job.name = body.text("name").value_or("");
  job.user = body.text("user").value_or("");
  const std::uint32_t impressions = job.black + job.colour;
  if (impressions == 0) body.fail("black, colour: expected at least one impression");
  if (job.colour > 0 && !model.colour) body.fail("colour: the model prints black only");
  if (job.sheets > impressions || (job.sheets > 0 && (job.two_sided_sheets > job.sheets ||
                                                      job.sheets + job.two_sided_sheets < impressions)))
    body.fail("sheets, two_sided_sheets: they do not hold so many impressions");
  return job;
}

}  // namespace

std::span<const Control::Operation> Control::operations() {
  static constexpr auto good = [](Asked& asked) { return asked.body.finish().empty(); };
  static const std::array<Operation, 23> all{{
      {"GET", "",
       [](Control& control, Asked&) {
         return answer(200, json::object{{"printers", control.site_.size()},
                                         {"now", std::chrono::duration<double>(control.now()).count()}});
       }},
      {"POST", "advance",
       [](Control& control, Asked& asked) {
         const auto seconds = asked.body.required_number("seconds", 1, advance_max_s);
         if (!good(asked)) return HttpResponse{};
         if (!control.hooks_.advance) return failure(501, "not-here", "time cannot be moved here");
         control.hooks_.advance(std::chrono::seconds(*seconds));
         return answer(200, json::object{{"seconds", *seconds}});
       }},
      {"GET", "printers",
       [](Control& control, Asked&) {
         json::array list;
         for (std::size_t i = 0; i < control.site_.size(); ++i)
           list.push_back(
               summary_of(control.site_.device(i), i, control.site_.endpoint(i).address.to_string()));
         return answer(200, list);
       }},
      {"GET", "printers/*",
       [](Control& control, Asked& asked) {
         return answer(200, state_of(*asked.device, asked.index,
                                     control.site_.endpoint(asked.index).address.to_string(), control.now()));
       }},
      {"POST", "printers/*/jobs",
       [](Control& control, Asked& asked) {
         const Job job = job_of(asked.body, asked.device->model());
         if (!good(asked)) return HttpResponse{};
         if (!asked.device->ready()) return failure(409, "not-ready", asked.device->console_text(0));
         const PrinterSite::Printed printed = control.site_.print(asked.index, job);
         return answer(201, json::object{{"id", printed.id}, {"done", printed.done}});
       }},
      {"POST", "printers/*/scans",
       [](Control& control, Asked& asked) {
         Scan scan;
         const auto to = asked.body.required_text("to");
         if (to == "network") scan.to = MeterCounts::scans_network;
         if (to == "fax") scan.to = MeterCounts::faxes_sent;
         if (to && *to != "email" && *to != "network" && *to != "fax")
           asked.body.fail("to: expected email, network or fax");
         const auto images = asked.body.required_number("images", 1, 1'000'000);
         if (!good(asked)) return HttpResponse{};
         if (!asked.device->powered()) return failure(409, "off", "the printer is switched off");
         scan.images = static_cast<std::uint32_t>(*images);
         asked.device->run_scan(scan);
         control.site_.look_again(asked.index);
         return answer(201, json::object{{"images", scan.images}});
       }},
      {"POST", "printers/*/faults",
       [](Control& control, Asked& asked) {
         const auto code = asked.body.required_text("code");
         if (!good(asked)) return HttpResponse{};
         const auto fault = asked.device->find_fault(*code);
         if (!fault) return failure(404, "unknown-fault", "the model has no fault " + *code);
         if (!asked.device->powered()) return failure(409, "off", "the printer is switched off");
         asked.device->raise_fault(*fault, control.now());
         control.site_.look_again(asked.index);
         return answer(201, json::object{{"code", *code}});
       }},
      {"DELETE", "printers/*/faults/*",
       [](Control& control, Asked& asked) {
         const auto resolution = asked.body.text("resolution");
         if (!good(asked)) return HttpResponse{};
         const auto fault = asked.device->find_fault(asked.name);
         if (!fault) return failure(404, "unknown-fault", "the model has no such fault");
         if (!asked.device->clear_fault(*fault, resolution.value_or(""), control.now()))
           return failure(409, "not-standing",
                          "it was not raised; what a part's state holds up ends with that state");
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"code", asked.name}});
       }},
      {"PATCH", "printers/*/supplies/*",
       [](Control& control, Asked& asked) {
         const auto supply = asked.part(asked.device->model().supplies.size());
         if (!supply) return no_part();
         const auto level = asked.body.number("level", 0, asked.device->model().supplies[*supply].capacity);
         const auto present = asked.body.flag("present");
         if (!good(asked)) return HttpResponse{};
         if (level) asked.device->set_supply_level(*supply, static_cast<std::int32_t>(*level), control.now());
         if (present) asked.device->set_supply_present(*supply, *present, control.now());
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"level", asked.device->supply_true_level(*supply)}});
       }},
      {"POST", "printers/*/supplies/*/replacement",
       [](Control& control, Asked& asked) {
         const auto supply = asked.part(asked.device->model().supplies.size());
         if (!supply) return no_part();
         const auto serial = asked.body.required_text("serial");
         if (!good(asked)) return HttpResponse{};
         asked.device->replace_supply(*supply, *serial, control.now());
         control.site_.look_again(asked.index);
         return answer(201, json::object{{"serial", *serial}});
       }},
      {"PATCH", "printers/*/inputs/*",
       [](Control& control, Asked& asked) {
         const auto input = asked.part(asked.device->model().inputs.size());
         if (!input) return no_part();
         const auto level = asked.body.number("level", 0, asked.device->model().inputs[*input].capacity);
         const auto present = asked.body.flag("present");
         if (!good(asked)) return HttpResponse{};
         if (level) asked.device->set_input_level(*input, static_cast<std::int32_t>(*level), control.now());
         if (present) asked.device->set_input_present(*input, *present, control.now());
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"level", asked.device->input_true_level(*input)}});
       }},
      {"PATCH", "printers/*/outputs/*",
       [](Control& control, Asked& asked) {
         const auto output = asked.part(asked.device->model().outputs.size());
         if (!output) return no_part();
         const auto level =
             asked.body.required_number("level", 0, asked.device->model().outputs[*output].capacity);
         if (!good(asked)) return HttpResponse{};
         asked.device->set_output_level(*output, static_cast<std::int32_t>(*level), control.now());
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"level", *level}});
       }},
      {"PATCH", "printers/*/covers/*",
       [](Control& control, Asked& asked) {
         const auto cover = asked.part(asked.device->model().covers.size());
         if (!cover) return no_part();
         const auto open = asked.body.flag("open");
         if (!open) asked.body.fail("open: expected true or false");
         if (!good(asked)) return HttpResponse{};
         asked.device->set_cover(*cover, *open ? CoverStatus::open : CoverStatus::closed, control.now());
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"open", *open}});
       }},
      {"PUT", "printers/*/power",
       [](Control& control, Asked& asked) {
         const auto state = asked.body.required_text("state");
         if (state && *state != "on" && *state != "off" && *state != "restart" && *state != "sleep" &&
             *state != "wake")
           asked.body.fail("state: expected on, off, restart, sleep or wake");
         if (!good(asked)) return HttpResponse{};
         if (*state == "on") {
           if (const auto on = control.site_.power_on(asked.index); !on)
             return failure(409, "no-sockets", to_string(on.error()));
         } else if (*state == "off") {
           control.site_.power_off(asked.index);
         } else if (*state == "restart") {
           control.site_.restart(asked.index, "control");
         } else {
           asked.device->standby(*state == "sleep", control.now());
           control.site_.look_again(asked.index);
         }
         return answer(200, json::object{{"power", to_text(asked.device->power())}});
       }},
      {"POST", "printers/*/repair",
       [](Control&, Asked& asked) {
         if (!good(asked)) return HttpResponse{};
         if (!asked.device->bricked()) return failure(409, "not-bricked", "it has a level that starts");
         asked.device->repair();
         return answer(200, json::object{{"level", asked.device->level()}});
       }},
      {"PUT", "printers/*/online",
       [](Control& control, Asked& asked) {
         const auto online = asked.body.flag("online");
         if (!online) asked.body.fail("online: expected true or false");
         if (!good(asked)) return HttpResponse{};
         if (!asked.device->powered()) return failure(409, "off", "the printer is switched off");
         asked.device->set_online(*online, control.now());
         control.site_.look_again(asked.index);
         return answer(200, json::object{{"online", *online}});
       }},
      {"PATCH", "printers/*/settings",
       [](Control& control, Asked& asked) {
         Settings settings = asked.device->settings();
         const auto take = [&](std::string_view name, std::string& into) {
           if (auto text = asked.body.text(name)) into = std::move(*text);
         };
         take("contact", settings.contact);
         take("name", settings.name);
         take("location", settings.location);
         take("read_community", settings.read_community);
         take("write_community", settings.write_community);
         take("trap_community", settings.trap_community);
         if (const auto s = asked.body.number("sleep_after", 0, 24 * 3600))
           settings.sleep_after_ms = static_cast<std::uint32_t>(*s * 1000);
         take("admin_password", settings.admin_password);
         take("mail_server", settings.mail_server);
         take("mail_sender", settings.mail_sender);
         if (auto recipients = asked.body.texts("mail_recipients", Settings::mail_recipients_max))
           settings.mail_recipients = std::move(*recipients);
         Settings::Ports& ports = settings.ports;
         for (const auto& [name, port] :
              std::initializer_list<std::pair<std::string_view, bool*>>{{"snmp", &ports.snmp},
                                                                        {"raw", &ports.raw},
                                                                        {"lpd", &ports.lpd},
                                                                        {"http", &ports.http},
                                                                        {"https", &ports.https}})
           *port = asked.body.flag(name).value_or(*port);
         if (!good(asked)) return HttpResponse{};
         asked.device->set(std::move(settings));
         control.site_.look_again(asked.index);
         return answer(200, json::object{});
       }},
      {"PUT", "printers/*/traps",
       [](Control&, Asked& asked) {
         TrapTarget target;
         target.address = asked.body.required_text("address").value_or("");
         boost::system::error_code ec;
         boost::asio::ip::make_address(target.address, ec);
         if (ec) asked.body.fail("address: expected an IP address");
         target.port = static_cast<std::uint16_t>(asked.body.number("port", 1, 65535).value_or(162));
         target.version = static_cast<int>(asked.body.number("version", 1, 3).value_or(2));
         target.inform = asked.body.flag("inform").value_or(false);
         target.community_or_user = asked.body.text("community_or_user").value_or("");
         if (target.inform && target.version == 1) asked.body.fail("inform: version 1 has none");
         if (!good(asked)) return HttpResponse{};
         Settings settings = asked.device->settings();
         settings.trap_targets = {target};
         asked.device->set(std::move(settings));
         return answer(200, json::object{{"address", target.address}, {"port", target.port}});
       }},
      {"DELETE", "printers/*/traps",
       [](Control&, Asked& asked) {
         if (!good(asked)) return HttpResponse{};
         Settings settings = asked.device->settings();
         settings.trap_targets.clear();
         asked.device->set(std::move(settings));
         return answer(200, json::object{});
       }},
      {"PUT", "printers/*/nvm/*",
       [](Control&, Asked& asked) {
         const auto value = asked.body.required_number("value", INT32_MIN, INT32_MAX);
         if (!good(asked)) return HttpResponse{};
         const auto& cells = asked.device->model().nvm;
         const auto cell = std::ranges::find(cells, asked.name, &NvmKind::id);
         if (cell == cells.end()) return failure(404, "unknown-cell", "the model has no such NVM cell");
         const auto position = static_cast<std::size_t>(cell - cells.begin());
         if (!asked.device->set_nvm(position, static_cast<std::int32_t>(*value)))
           return failure(400, "bad-request",
                          "value: expected a number from " + std::to_string(cell->low) + " to " +
                              std::to_string(cell->high));
         return answer(200, json::object{{"value", *value}});
       }},
      {"POST", "printers/*/service-items/*/replacement",
       [](Control& control, Asked& asked) {
         if (!good(asked)) return HttpResponse{};
         const auto& items = asked.device->model().service_items;
         const auto item = std::ranges::find(items, asked.name, &ServiceItemKind::code);
         if (item == items.end()) return failure(404, "unknown-item", "the model has no such service item");
         asked.device->replace_service_item(static_cast<std::size_t>(item - items.begin()), control.now());
         return answer(201, json::object{{"code", asked.name}});
       }},
      {"GET", "printers/*/state",
       [](Control& control, Asked& asked) {
         return HttpResponse{
             200, {{"Content-Type", "application/json"}}, asked.device->save(control.now()) + "\n"};
       }},
      {"POST", "printers/*/clock",
       [](Control& control, Asked& asked) {
         const auto step = asked.body.required_number("step_seconds", -advance_max_s, advance_max_s);
         if (!good(asked)) return HttpResponse{};
         asked.device->step_clock(std::chrono::seconds(*step));
         if (!asked.device->utc(control.now()))
           return failure(409, "no-clock", "the printer has no civil time");
         return answer(200, json::object{{"step_seconds", *step}});
       }},
  }};
  return all;
}

std::vector<std::pair<std::string, std::string>> Control::described() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Operation& operation : operations()) {
    std::string path = "/v1";
    bool printer = true;
    for (const std::string_view segment : segments_of(operation.path)) {
      path += "/" + (segment != "*" ? std::string(segment) : printer ? "{printer}" : "{name}");
      if (segment == "*") printer = false;
    }
    out.emplace_back(operation.method, path);
  }
  return out;
}

HttpResponse Control::handle(const exchange::HttpRequest& request) {
  if (exchange::find(request.headers, "Origin"))
    return failure(403, "no-web-pages", "requests of web pages are refused");
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto segments = segments_of(path);
  if (segments.empty() || segments.front() != "v1") return failure(404, "not-found", "paths begin with /v1");
  std::string allowed;
  for (const Operation& operation : operations()) {
    const auto pattern = segments_of(operation.path);
    if (pattern.size() + 1 != segments.size()) continue;
    std::vector<std::string_view> names;
    bool fits = true;
    for (std::size_t i = 0; fits && i < pattern.size(); ++i) {
      if (pattern[i] == "*") {
        names.push_back(segments[i + 1]);
      } else {
        fits = pattern[i] == segments[i + 1];
      }
    }
    if (!fits) continue;
    if (operation.method != request.method) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(operation.method);
      continue;
    }
    const std::string type = exchange::find(request.headers, "Content-Type").value_or("");
    if (!request.body.empty() && !exchange::is_media(type, "application/json"))
      return failure(415, "not-json", "a body is application/json");
    Asked asked{.name = names.size() > 1 ? names[1] : std::string_view(), .body = Body(request.body)};
    if (!names.empty()) {
      auto found = whole_number(names[0]);
      for (std::size_t i = 0; !found && i < site_.size(); ++i) {
        if (site_.device(i).identity().serial == names[0]) found = i;
      }
      if (!found || *found >= site_.size())
        return failure(404, "unknown-printer", "a printer is named by its index or its serial number");
      asked.index = *found;
      asked.device = &site_.device(*found);
    }
    HttpResponse response = operation.perform(*this, asked);
    if (response.status < 400 || response.status == 404) {
      if (const std::string& fault = asked.body.finish(); response.status != 404 && !fault.empty())
        return failure(400, "bad-request", fault);
    }
    return response;
  }
  if (allowed.empty()) return failure(404, "not-found", "there is no such thing");
  HttpResponse response = failure(405, "method-not-allowed", "use " + allowed);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace mr::printer
