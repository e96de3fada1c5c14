// Every face of every profile, read over the network of the world by clients that know the protocols alone,
// at random instants of a month of jobs, faults and power cuts: they tell what the device is, and so each
// other.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reference/protocol/snmp/message.hpp"
#include "reference/protocol/snmp/walk.hpp"
#include "reference/runtime/http/http.hpp"
#include "simulators/printer/profiles/test_mischief.hpp"
#include "simulators/printer/quirks/quirky_engine.hpp"
#include "simulators/printer/site/printer_site.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;
using runtime::asio::awaitable;
using snmp::Oid;
using snmp::Value;

constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);

// What a page holds, by its data-name.
using Page = std::map<std::string, std::string>;

std::string unescaped(std::string_view html) {
  std::string out;
  for (std::size_t i = 0; i < html.size();) {
    bool found = false;
    for (const auto& [entity, c] : {std::pair<std::string_view, char>{"&amp;", '&'},
                                    {"&lt;", '<'},
                                    {"&gt;", '>'},
                                    {"&quot;", '"'},
                                    {"&#39;", '\''}}) {
      if (!html.substr(i).starts_with(entity)) continue;
      out += c;
      i += entity.size();
      found = true;
      break;
    }
    if (!found) out += html[i++];
  }
  return out;
}

Page values_of(std::string_view html) {
  Page out;
  constexpr std::string_view mark = "data-name=\"";
  for (std::size_t at = html.find(mark); at != html.npos; at = html.find(mark, at)) {
    at += mark.size();
    const std::size_t quote = html.find('"', at), open = html.find('>', at);
    if (quote == html.npos || open == html.npos) break;
    out[unescaped(html.substr(at, quote - at))] =
        unescaped(html.substr(open + 1, html.find('<', open) - open - 1));
  }
  return out;
}

class Faces {
 public:
  explicit Faces(std::string_view key, std::uint64_t seed, const std::vector<std::string>& quirks = {})
      : world({.seed = seed}) {
    model = profile(key).value();
    auto native = std::make_unique<NativeEngine>();
    std::unique_ptr<SnmpEngine> engine = std::move(native);
    if (!quirks.empty()) {
      auto behaviour = std::make_shared<Behaviour>();
      for (const std::string& quirk : quirks) behaviour->quirks.push_back(parse_quirk(quirk).value());
      auto quirky =
          std::make_unique<QuirkyEngine>(std::move(engine), world.entropy(), world.now().time_since_epoch());
      quirky->behave(0, std::move(behaviour), 0);
      engine = std::move(quirky);
    }
    std::vector<PrinterSite::Plan> plans;
    plans.push_back({address,
                     make_device(model, 0, world.entropy()),
                     compose_mib(model),
                     {.engine_id = make_engine_id(8072, "x"), .users = nullptr, .salt = 0}});
    auto opened = PrinterSite::open(host, std::move(engine), std::move(plans),
                                    {.raw_ports = {9100},
                                     .lpd_port = 515,
                                     .http_port = 80,
                                     .hooks = {.present = [this](std::size_t, bool present) {
                                       present ? host.add_address(address) : host.remove_address(address);
                                       return Result<void>();
                                     }}});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
    pass(10min);
  }
  Device& device() { return site->device(0); }
  Moment now() const { return world.now().time_since_epoch(); }
  void pass(runtime::Duration time) { EXPECT_TRUE(world.run_for(time)); }

  // --- clients ---

  std::map<Oid, Value> walk(const Oid& root) {
    snmp::Walk walk(root);
    std::int32_t number = 0;
    Result<snmp::Pdu> answer = Fault(boost::asio::error::make_error_code(boost::asio::error::timed_out));
    const auto socket = client.network().bind({client_address, 0}).value();
    socket->on_receive([&](const runtime::Datagram& datagram) {
      auto message = snmp::decode_community(datagram.payload);
      if (message) answer = std::move(message->pdu);
    });
    while (!walk.done()) {
      snmp::Pdu pdu = walk.next();
      pdu.request_id = ++number;
      answer = Fault(boost::asio::error::make_error_code(boost::asio::error::timed_out));
      socket->send(snmp::encode(snmp::CommunityMessage{snmp::Version::v2c, "public", std::move(pdu)}),
                   {address, 161});
      for (int i = 0; i < 1000 && !answer; ++i) pass(1ms);
      walk.resume(answer);
      if (!answer) break;
    }
    std::map<Oid, Value> out;
    for (const snmp::VarBind& varbind : walk.variables()) out.emplace(varbind.name, varbind.value);
    return out;
  }

  std::string pjl(std::string lines) {
    auto heard = std::make_shared<std::pair<std::string, bool>>();
    scope.spawn(converse(client, {address, 9100}, "\x1b%-12345X" + lines + "\x1b%-12345X", heard));
    for (int i = 0; i < 1000 && !heard->second; ++i) pass(1ms);
    return heard->first;
  }
  static awaitable<void> converse(runtime::Runtime& from, runtime::Endpoint to, std::string octets,
                                  std::shared_ptr<std::pair<std::string, bool>> heard) {
    auto stream = co_await from.network().connect(to, from.clock().now() + 30s);
    if (stream) {
      const auto [sent, n] = co_await stream->async_write_some(boost::asio::buffer(octets), as_values);
      stream->shut_send();
      std::array<char, 4096> buffer;
      boost::system::error_code ended = sent;
      while (!ended) {
        const auto [error, got] = co_await stream->async_read_some(boost::asio::buffer(buffer), as_values);
        heard->first.append(buffer.data(), got);
        ended = error;
      }
    }
    heard->second = true;
  }

  // Page after page over one connection.
  Page web() {
    auto heard = std::make_shared<std::pair<std::string, bool>>();
    scope.spawn(browse(client, {address, 80}, heard));
    for (int i = 0; i < 1000 && !heard->second; ++i) pass(1ms);
    return values_of(heard->first);
  }
  static awaitable<void> browse(runtime::Runtime& from, runtime::Endpoint to,
                                std::shared_ptr<std::pair<std::string, bool>> heard) {
    const runtime::Instant deadline = from.clock().now() + 30s;
    auto stream = co_await from.network().connect(to, deadline);
    for (const char* page : {"/", "/supplies", "/counters", "/events"}) {
      if (!stream) break;
      runtime::HttpRequest request{.method = "GET", .target = page, .headers = {}, .body = {}};
      auto reply = co_await runtime::exchange_http(*stream, "printer", std::move(request), true, {},
                                                   from.clock(), deadline);
      if (!reply || reply->response.status != 200) break;
      heard->first += reply->response.body;
    }
    heard->second = true;
  }

  // --- what does not agree ---

  std::vector<std::string> disagreements() {
    std::vector<std::string> out;
    const Device& d = device();
    // Nothing is to happen by itself while it is read.
    while (d.due() && *d.due() < now() + 10s) pass(10s);
    if (!d.powered()) return {};
    const auto same = [&](const std::string& what, const std::string& told, const std::string& is) {
      if (told != is) out.push_back(what + " is told as " + told + ", the device has " + is);
    };
    const auto number = [](const std::map<Oid, Value>& rows, const Oid& name) -> std::string {
      const auto found = rows.find(name);
      if (found == rows.end() || !found->second.number()) return "nothing";
      return std::to_string(*found->second.number());
    };
    const auto text = [](const std::map<Oid, Value>& rows, const Oid& name) -> std::string {
      const auto found = rows.find(name);
      return found == rows.end() || !found->second.octets() ? "nothing" : *found->second.octets();
    };
    // What Octet Strings of the Printer MIB take.
    const auto cut = [](std::string s, std::size_t most) { return s.substr(0, std::min(s.size(), most)); };

    // SNMP, standard.
    const Oid host_mib{1, 3, 6, 1, 2, 1, 25}, printer_mib{1, 3, 6, 1, 2, 1, 43};
    const auto hr = walk(host_mib + Oid{3}), prt = walk(printer_mib);
    const std::string life = std::to_string(d.life_count());
    same("prtGeneralSerialNumber", text(prt, printer_mib + Oid{5, 1, 1, 17, 1}), d.identity().serial);
    same("prtMarkerLifeCount", number(prt, printer_mib + Oid{10, 2, 1, 4, 1, 1}), life);
    same("prtMarkerPowerOnCount", number(prt, printer_mib + Oid{10, 2, 1, 5, 1, 1}),
         std::to_string(d.power_on_count()));
    same("hrDeviceStatus", number(hr, host_mib + Oid{3, 2, 1, 5, 1}), std::to_string(d.device_status()));
    same("hrPrinterStatus", number(hr, host_mib + Oid{3, 5, 1, 1, 1}), std::to_string(d.printer_status()));
    same("hrPrinterDetectedErrorState", text(hr, host_mib + Oid{3, 5, 1, 2, 1}), d.detected_errors());
    for (std::size_t i = 0; i < static_cast<std::size_t>(d.model().console_lines); ++i) {
      const std::string shown = text(prt, printer_mib + Oid{16, 5, 1, 2, 1, static_cast<Oid::Arc>(i + 1)});
      same("the console's line " + std::to_string(i + 1), shown, d.console_text(i));
    }
    std::vector<std::pair<std::string, std::string>> rows;  // description and level of each supply
    const Oid supplies = printer_mib + Oid{11, 1, 1};
    for (auto at = prt.lower_bound(supplies + Oid{6});
         at != prt.end() && at->first.starts_with(supplies + Oid{6}); ++at)
      rows.emplace_back(*at->second.octets(), number(prt, supplies + Oid{9, 1, at->first.back()}));
    std::vector<std::pair<std::string, std::string>> is;
    for (std::size_t i = 0; i < d.model().supplies.size(); ++i)
      is.emplace_back(d.supply_description(i), std::to_string(d.supply_level(i)));
    std::sort(rows.begin(), rows.end());
    std::sort(is.begin(), is.end());
    same("the number of supplies", std::to_string(rows.size()), std::to_string(is.size()));
    for (std::size_t i = 0; i < std::min(rows.size(), is.size()); ++i)
      same("supply " + is[i].first, rows[i].first + " at " + rows[i].second,
           is[i].first + " at " + is[i].second);
    for (std::size_t i = 0; i < d.model().inputs.size(); ++i)
      same("prtInputCurrentLevel",
           number(prt, printer_mib + Oid{8, 2, 1, 10, 1, static_cast<Oid::Arc>(i + 1)}),
           std::to_string(d.input_level(i)));
    for (std::size_t i = 0; i < d.model().covers.size(); ++i)
      same("prtCoverStatus", number(prt, printer_mib + Oid{6, 1, 1, 3, 1, static_cast<Oid::Arc>(i + 1)}),
           std::to_string(static_cast<int>(d.cover(i))));
    const Oid alerts = printer_mib + Oid{18, 1, 1};
    std::size_t told = 0;
    for (auto at = prt.lower_bound(alerts + Oid{7});
         at != prt.end() && at->first.starts_with(alerts + Oid{7}); ++at)
      ++told;
    same("the number of alerts", std::to_string(told), std::to_string(d.alerts().size()));
    for (const Alert& alert : d.alerts()) {
      const auto row = static_cast<Oid::Arc>(alert.index);
      same("prtAlertCode", number(prt, alerts + Oid{7, 1, row}), std::to_string(alert.code));
      same("prtAlertSeverityLevel", number(prt, alerts + Oid{2, 1, row}),
           std::to_string(static_cast<int>(alert.severity)));
      same("prtAlertGroup", number(prt, alerts + Oid{4, 1, row}),
           std::to_string(static_cast<int>(alert.group)));
      same("prtAlertDescription", text(prt, alerts + Oid{8, 1, row}), cut(alert.description, 255));
    }

    // SNMP, private.
    const Oid vendor{1, 3, 6, 1, 4, 1, 253, 8, 53};
    bool has_private = false;
    for (const MeterKind& meter : d.model().meters) has_private = has_private || meter.table_device > 0;
    const auto detail = has_private ? walk(vendor + Oid{13, 2, 1, 6}) : std::map<Oid, Value>();
    for (std::size_t i = 0; i < d.model().meters.size(); ++i) {
      const MeterKind& meter = d.model().meters[i];
      if (meter.table_device == 0) continue;
      same(meter.name, number(detail, vendor + Oid{13, 2, 1, 6, meter.table_device, 20, meter.table_index}),
           std::to_string(d.meter(i)));
    }

    // PJL.
    if (speaks_pjl(d.model())) {
      const std::string heard = pjl("@PJL INFO PAGECOUNT\r\n@PJL INFO STATUS\r\n");
      if (heard.empty()) {
        same("PJL", "nothing", "answers");
      } else {
        const auto after = [&](const std::string& word) -> std::string {
          const std::size_t at = heard.find(word);
          if (at == heard.npos) return "nothing";
          return heard.substr(at + word.size(), heard.find("\r\n", at) - at - word.size());
        };
        same("PAGECOUNT", after("PAGECOUNT="), life);
        same("DISPLAY", after("DISPLAY="), "\"" + d.console_text(0) + "\"");
        same("ONLINE", after("ONLINE="), d.device_status() == 5 ? "FALSE" : "TRUE");
        const bool stopped = after("CODE=") >= "40000" && after("CODE=") < "60000";
        const bool critical = d.attention_light() || !d.online();
        same("PJL's class of CODE " + after("CODE="), stopped ? "stopped" : "going",
             critical ? "stopped" : "going");
      }
    }

    // The web page.
    const Page page = web();
    const auto shown = [&](const std::string& name, const std::string& is_so) {
      const auto found = page.find(name);
      same("the page's " + name, found == page.end() ? "nothing" : found->second, is_so);
    };
    shown("device/serial", d.identity().serial);
    shown("life-count", life);
    shown("power-on-count", std::to_string(d.power_on_count()));
    shown("status/console/1", d.console_text(0));
    shown("status/online", d.online() ? "yes" : "no");
    for (const MeterKind& meter : d.model().meters)
      shown("meter/" + meter.name, std::to_string(d.meter(*d.find_meter(meter.name))));
    for (std::size_t i = 0; i < d.model().supplies.size(); ++i) {
      const std::string row = "supply/" + std::to_string(i + 1) + "/";
      shown(row + "description", d.supply_description(i));
      shown(row + "serial", d.supply_serial(i));
      if (d.supply_present(i) && d.supply_level(i) >= 0)
        shown(row + "level", std::to_string(d.supply_level(i)));
    }
    for (std::size_t i = 0; i < d.model().service_items.size(); ++i)
      shown("service/" + d.model().service_items[i].code + "/count", std::to_string(d.service_count(i)));
    for (const Alert& alert : d.alerts()) {
      const std::string row = "alert/" + std::to_string(alert.index) + "/";
      shown(row + "code", std::to_string(alert.code));
      shown(row + "description", alert.description);
    }
    for (const FaultRecord& record : d.fault_history()) {
      const std::string row = "fault/" + std::to_string(record.number) + "/";
      shown(row + "code", d.model().faults[record.fault].code);
      shown(row + "life-count", std::to_string(record.life_count));
      shown(row + "resolution", record.resolution);
    }
    const auto rows_of = [&](std::string_view group, std::string_view column) {
      return std::to_string(std::count_if(page.begin(), page.end(), [&](const auto& one) {
        return one.first.starts_with(group) && one.first.ends_with(column);
      }));
    };
    same("the page's number of alerts", rows_of("alert/", "/index"), std::to_string(d.alerts().size()));
    same("the page's number of faults", rows_of("fault/", "/number"),
         std::to_string(d.fault_history().size()));
    return out;
  }

  world::World world;
  const runtime::Address address = boost::asio::ip::make_address("192.0.2.1"),
                         client_address = boost::asio::ip::make_address("192.0.2.200");
  world::Host& host = world.add_host({.name = "printers", .addresses = {address}, .site = "office"});
  world::Host& client = world.add_host({.name = "client", .addresses = {client_address}, .site = "office"});
  runtime::Scope scope{client.executor()};
  ModelPtr model;
  std::unique_ptr<PrinterSite> site;
};

//= PRN-SERIAL type=test
TEST(FacesOfAMonth, TellWhatTheDeviceIs) {
  int all_stopped = 0;
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    Faces faces(key, 7);
    test::Mischief mischief(faces.device(), faces.world.entropy().stream("mischief"));
    mischief.cycle_power = [&] { faces.site->restart(0, "test"); };
    runtime::Stream64 chance = faces.world.entropy().stream("instants");
    int looks = 0, stopped = 0;
    for (int step = 0; step < 720; ++step) {  // hours
      mischief.happen(faces.now());
      faces.site->look_again(0);
      faces.pass(std::chrono::minutes(chance.between(1, 100)));
      if (!faces.device().powered() || !chance.chance(25'000)) continue;
      ++looks;
      stopped += faces.device().attention_light() ? 1 : 0;
      const auto wrong = faces.disagreements();
      ASSERT_TRUE(wrong.empty()) << "step " << step << ": " << wrong[0] << ", and " << wrong.size() - 1
                                 << " more";
    }
    EXPECT_GT(looks, 5);
    all_stopped += stopped;
  }
  EXPECT_GT(all_stopped, 20);
}

// Each face that lies is found out, and it alone.
TEST(FacesOfAMonth, AFaceThatLiesIsFound) {
  const auto found = [](const std::string& quirk) {
    Faces faces("office-colour-mfp", 7, {quirk});
    faces.device().run_job({.black = 10}, faces.now());
    faces.device().set_cover(0, CoverStatus::open, faces.now());
    faces.site->look_again(0);
    faces.pass(1min);
    std::string out;
    for (const std::string& wrong : faces.disagreements()) out += wrong + "\n";
    return out;
  };
  EXPECT_EQ(found("meter-lags=4").find("Total Impressions is told as"), 0u) << found("meter-lags=4");
  EXPECT_NE(found("errors-extra-bits").find("hrPrinterDetectedErrorState is told as"), std::string::npos);
  EXPECT_NE(found("level-half").find("supply "), std::string::npos);
  EXPECT_NE(found("alerts-twice").find("the number of alerts is told as 2"), std::string::npos);
  // A face that is not there says nothing.
  Faces faces("office-colour-mfp", 7);
  EXPECT_TRUE(faces.disagreements().empty());
  Settings settings = faces.device().settings();
  settings.ports.http = settings.ports.raw = false;
  faces.device().set(settings);
  faces.site->look_again(0);
  faces.pass(1s);
  std::set<std::string> silent;
  for (const std::string& wrong : faces.disagreements())
    silent.insert(wrong.substr(0, wrong.find(" is told as")));
  EXPECT_TRUE(silent.contains("PJL")) << *silent.begin();
  for (const char* one :
       {"the page's device/serial", "the page's life-count", "the page's meter/Total Impressions",
        "the page's supply/1/level", "the page's status/console/1"})
    EXPECT_TRUE(silent.contains(one)) << one;
}

}  // namespace
}  // namespace mr::printer
