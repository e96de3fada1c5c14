// Printers in the virtual world behind LPD, the web page and alert mail.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reference/runtime/http/http.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/site/printer_site.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using runtime::asio::awaitable;

constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);

// What became of a conversation, once it is over.
struct Heard {
  std::string text;
  std::vector<runtime::HttpResponse> responses;
  boost::system::error_code ended;
  bool over = false;
};

// A mail server that takes what it is sent, or refuses with a given greeting.
struct MailServer {
  std::string greeting = "220 ready\r\n";
  std::vector<std::string> mails;
  int sessions = 0;
};

class PortsSite : public testing::Test {
 protected:
  explicit PortsSite(std::size_t sockets_max = 1000) {
    world.trace_log().observe([this](const runtime::TraceLog::Record& record) {
      if (record.event.kind != "printer.mail" && record.event.kind != "printer.raw" &&
          record.event.kind != "printer.reboot" && record.event.kind != "printer.test_page")
        return;
      std::string line(record.event.kind);
      for (const auto& [name, value] : record.event.fields) {
        if (name == "serial" || name == "subject" || name == "octets") continue;
        line += " " + std::string(name) + "=";
        line += std::holds_alternative<std::int64_t>(value) ? std::to_string(std::get<std::int64_t>(value))
                                                            : std::string(std::get<std::string_view>(value));
      }
      events.push_back(std::move(line));
    });
    std::vector<PrinterSite::Plan> plans;
    const ModelPtr model = profile("office-colour-mfp").value();
    const MibTemplatePtr mib = compose_mib(model);
    for (unsigned i = 0; i < 2; ++i) {
      plans.push_back({address(i),
                       make_device(model, i, world.entropy()),
                       mib,
                       {.engine_id = make_engine_id(8072, std::to_string(i)), .users = nullptr, .salt = i}});
    }
    auto opened =
        PrinterSite::open(host, std::make_unique<NativeEngine>(), std::move(plans),
                          {.sockets_max = sockets_max,
                           .raw_ports = {9100},
                           .lpd_port = 515,
                           .http_port = 80,
                           .https_port = 443,
                           .hooks = {.present = [this](std::size_t index, bool present) {
                             present ? host.add_address(address(index)) : host.remove_address(address(index));
                             return Result<void>();
                           }}});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
    pass(2min);  // warm
    events.clear();
  }
  static runtime::Address address(std::size_t i) {
    return boost::asio::ip::address_v4(0xc0000201u + static_cast<unsigned>(i));
  }
  void pass(runtime::Duration time) { ASSERT_TRUE(world.run_for(time)); }
  Device& device(std::size_t i = 0) { return site->device(i); }

  static awaitable<void> converse(runtime::Runtime& from, runtime::Endpoint to, std::string octets,
                                  std::shared_ptr<Heard> heard) {
    auto stream = co_await from.network().connect(to, from.clock().now() + 30s);
    if (!stream) {
      heard->ended = stream.error().code;
    } else {
      const auto [error, n] = co_await stream->async_write_some(boost::asio::buffer(octets), as_values);
      heard->ended = error;
      stream->shut_send();
      std::array<char, 512> buffer;
      while (!heard->ended) {
        const auto [failed, got] = co_await stream->async_read_some(boost::asio::buffer(buffer), as_values);
        heard->text.append(buffer.data(), got);
        heard->ended = failed;
      }
    }
    heard->over = true;
  }
  std::shared_ptr<Heard> say(std::string octets, std::uint16_t port = 515, std::size_t printer = 0) {
    auto heard = std::make_shared<Heard>();
    scope.spawn(converse(client, {address(printer), port}, std::move(octets), heard));
    pass(3s);
    return heard;
  }

  static awaitable<void> browse(runtime::Runtime& from, runtime::Endpoint to, bool secure,
                                std::vector<runtime::HttpRequest> requests, std::shared_ptr<Heard> heard) {
    const runtime::Instant deadline = from.clock().now() + 30s;
    auto stream = co_await from.network().connect(to, deadline);
    if (stream && secure) {
      // Nobody knows the authority of a printer's certificate: a browser asks its user; here it is refused.
      auto settings = std::make_shared<trust::TlsClient>();
      settings->server_name = settings->server.name = "printer";
      stream = co_await from.network().secure(std::move(*stream),
                                              std::shared_ptr<const trust::TlsClient>(settings), deadline);
    }
    if (!stream) {
      heard->ended = stream.error().code;
    } else {
      for (runtime::HttpRequest& request : requests) {
        auto reply = co_await runtime::exchange_http(*stream, "printer", std::move(request), true, {},
                                                     from.clock(), deadline);
        if (!reply) {
          heard->ended = reply.error().code;
          break;
        }
        heard->responses.push_back(std::move(reply->response));
      }
    }
    heard->over = true;
  }
  std::shared_ptr<Heard> browse(std::vector<runtime::HttpRequest> requests, bool secure = false,
                                std::size_t printer = 0) {
    auto heard = std::make_shared<Heard>();
    scope.spawn(browse(client, {address(printer), static_cast<std::uint16_t>(secure ? 443 : 80)}, secure,
                       std::move(requests), heard));
    pass(1s);
    return heard;
  }
  static runtime::HttpRequest get(std::string target) {
    return {.method = "GET", .target = std::move(target), .headers = {}, .body = {}};
  }
  static runtime::HttpRequest form(std::string target, std::string body, const std::string& session = {}) {
    runtime::HttpRequest out{
        .method = "POST", .target = std::move(target), .headers = {}, .body = std::move(body)};
    out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    if (!session.empty()) out.headers.emplace_back("Cookie", "session=" + session);
    return out;
  }

  static awaitable<void> take_mail(MailServer& server, runtime::Stream stream) {
    ++server.sessions;
    std::string to_say = server.greeting, came, mail;
    bool in_data = false;
    std::array<char, 1024> buffer;
    for (;;) {
      co_await stream.async_write_some(boost::asio::buffer(to_say), as_values);
      to_say.clear();
      while (to_say.empty()) {
        const std::size_t end = came.find("\r\n");
        if (end == came.npos) {
          const auto [error, n] = co_await stream.async_read_some(boost::asio::buffer(buffer), as_values);
          if (error) co_return;
          came.append(buffer.data(), n);
          continue;
        }
        const std::string line = came.substr(0, end);
        came.erase(0, end + 2);
        if (in_data && line != ".") {
          mail += line + "\n";
        } else if (in_data) {
          server.mails.push_back(std::move(mail));
          in_data = false;
          to_say = "250 taken\r\n";
        } else if (line == "DATA") {
          in_data = true;
          mail.clear();
          to_say = "354 go on\r\n";
        } else {
          to_say = line == "QUIT" ? "221 bye\r\n" : "250 ok\r\n";
        }
      }
    }
  }
  static awaitable<void> serve_mail(MailServer& server, runtime::Scope& scope, runtime::Listener& listener) {
    for (;;) {
      auto stream = co_await listener.accept();
      if (!stream) co_return;
      scope.spawn(take_mail(server, std::move(*stream)));
    }
  }
  void wants_mail() {
    Settings settings = device().settings();
    settings.mail_server = "192.0.2.99";
    settings.mail_sender = "printer@example.test";
    settings.mail_recipients = {"ann@example.test"};
    device().set(settings);
  }
  void opens(CoverStatus status) {
    device().set_cover(0, status, world.now().time_since_epoch());
    site->look_again(0);
  }
  bool told(const std::string& line) const { return std::ranges::find(events, line) != events.end(); }

  world::World world{{.seed = 11}};
  world::Host& host =
      world.add_host({.name = "printers", .addresses = {address(0), address(1)}, .site = "office"});
  const runtime::Address client_address = boost::asio::ip::make_address("192.0.2.99");
  world::Host& client = world.add_host({.name = "client", .addresses = {client_address}, .site = "office"});
  runtime::Scope scope{client.executor()};
  std::vector<std::string> events;
  std::unique_ptr<PrinterSite> site;
};

class SharedPortsSite : public PortsSite {
 protected:
  SharedPortsSite() : PortsSite(1) {}
};

std::string lpd_job(const std::string& data) {
  const std::string control = "Hclient\nPann\nJJune\nfdfA001client\n";
  return "\2lp\n\2"s + std::to_string(control.size()) + " cfA001client\n" + control + '\0' + "\3" +
         std::to_string(data.size()) + " dfA001client\n" + data + '\0';
}

TEST_F(PortsSite, AJobOverLpdMovesTheMeters) {
  const auto before = device().life_count();
  EXPECT_EQ(say(lpd_job("one\ftwo\f"))->text, "\0\0\0\0\0"s);
  EXPECT_EQ(device().life_count(), before + 2);
  EXPECT_EQ(device().jobs().back().name, "June");
  EXPECT_EQ(device().jobs().back().user, "ann");
  EXPECT_TRUE(told("printer.raw port=515 what=job")) << events.at(0);
  // What waits is listed.
  opens(CoverStatus::open);
  say(lpd_job("three\f"));
  const std::string queue = say("\3lp\n")->text;
  EXPECT_NE(queue.find("ann 1 June"), queue.npos) << queue;
  EXPECT_EQ(device().life_count(), before + 2);
  opens(CoverStatus::closed);
  EXPECT_EQ(device().life_count(), before + 3);
  EXPECT_NE(say("\4lp\n")->text.find("no entries"), std::string::npos);
  EXPECT_EQ(say("nonsense\n")->text, "\1");
  EXPECT_EQ(events.back(), "printer.raw port=515 what=refused why=bad-command");
}

TEST_F(PortsSite, ThePageIsReadAndSet) {
  const auto first = browse({get("/"), get("/supplies"), get("/nowhere"), get("/configuration")});
  ASSERT_EQ(first->responses.size(), 4u);
  EXPECT_EQ(first->responses[0].status, 200u);
  EXPECT_NE(first->responses[0].body.find(device().identity().serial), std::string::npos);
  EXPECT_EQ(first->responses[2].status, 404u);
  EXPECT_EQ(first->responses[3].status, 303u);
  const auto in = browse({form("/login", "password=" + device().model().admin_password)});
  ASSERT_EQ(in->responses.at(0).status, 303u);
  const std::string session = *cookie(*exchange::find(in->responses[0].headers, "Set-Cookie"), "session");
  runtime::HttpRequest again = get("/configuration");
  again.headers.emplace_back("Cookie", "session=" + session);
  const std::string page = browse({again})->responses.at(0).body;
  const std::size_t at = page.find("form-token\" value=\"") + 19;
  const std::string token = "form-token=" + page.substr(at, 32);
  // The test page is printed, the place is set, the raw port shuts, and it starts anew.
  const auto before = device().life_count();
  EXPECT_EQ(browse({form("/test-page", token, session)})->responses.at(0).status, 200u);
  EXPECT_EQ(device().life_count(), before + 1);
  EXPECT_TRUE(told("printer.test_page impressions=1"));
  EXPECT_EQ(
      browse({form("/configuration",
                   token + "&location=Attic&ports=sent&port-snmp=on&port-http=on&port-lpd=on", session)})
          ->responses.at(0)
          .status,
      303u);
  EXPECT_EQ(device().settings().location, "Attic");
  EXPECT_TRUE(say("x\f", 9100)->ended == boost::asio::error::connection_refused);
  EXPECT_TRUE(browse({get("/")}, true)->ended == boost::asio::error::connection_refused);
  EXPECT_EQ(say("\3lp\n")->ended, boost::asio::error::eof);
  EXPECT_EQ(browse({form("/restart", token, session)})->responses.at(0).status, 200u);
  EXPECT_TRUE(told("printer.reboot how=web"));
  EXPECT_EQ(device().power(), Power::restarting);
  EXPECT_TRUE(browse({get("/")})->responses.empty()) << "it is away";
  pass(2min);
  EXPECT_EQ(browse({get("/")})->responses.at(0).status, 200u);
  EXPECT_EQ(browse({get("/")}, false, 1)->responses.at(0).status, 200u) << "another printer has its own";
}

TEST_F(PortsSite, OverTlsEachPrinterHasItsOwnCertificate) {
  // A client that trusts nobody hangs up on it, as RFC 8446 says.
  const auto refused = browse({get("/")}, true);
  EXPECT_EQ(refused->ended, make_error_code(trust::Alert::unknown_ca)) << refused->ended.message();
  EXPECT_TRUE(refused->responses.empty());
}

TEST_F(SharedPortsSite, OneListenerOfEachPortServesAll) {
  EXPECT_EQ(browse({get("/")}, false, 1)->responses.at(0).status, 200u);
  EXPECT_EQ(say(lpd_job("x\f"), 515, 1)->ended, boost::asio::error::eof);
  Settings settings = device(1).settings();
  settings.ports.http = false;
  device(1).set(settings);
  site->look_again(1);
  pass(1s);
  EXPECT_TRUE(bool(browse({get("/")}, false, 1)->ended)) << "accepted and reset";
  EXPECT_EQ(browse({get("/")}, false, 0)->responses.at(0).status, 200u);
}

TEST_F(PortsSite, AlertsAreMailed) {
  MailServer server;
  const auto listener = client.network().listen({client_address, 25}).value();
  scope.spawn(serve_mail(server, scope, *listener));
  opens(CoverStatus::open);
  pass(1min);
  EXPECT_EQ(server.sessions, 0) << "nobody asked for mail";
  opens(CoverStatus::closed);
  wants_mail();
  opens(CoverStatus::open);
  pass(1min);
  ASSERT_EQ(server.mails.size(), 1u);
  EXPECT_NE(server.mails[0].find("Serial number: " + device().identity().serial), std::string::npos);
  EXPECT_TRUE(told("printer.mail sent=1 attempts=1"));
  opens(CoverStatus::closed);
  pass(1min);
  EXPECT_EQ(server.mails.size(), 1u) << "that it is over is not mailed";
}

TEST_F(PortsSite, MailThatCannotBeHandedOverIsTriedAgain) {
  MailServer server{.greeting = "421 busy\r\n", .mails = {}};
  const auto listener = client.network().listen({client_address, 25}).value();
  scope.spawn(serve_mail(server, scope, *listener));
  wants_mail();
  opens(CoverStatus::open);
  pass(10s);
  EXPECT_EQ(server.sessions, 1);
  pass(1min);
  EXPECT_EQ(server.sessions, 2);
  server.greeting = "220 ready\r\n";
  pass(5min);
  EXPECT_EQ(server.mails.size(), 1u);
  EXPECT_TRUE(told("printer.mail sent=1 attempts=3"));
  // Refused for good; and given up.
  server.greeting = "554 not you\r\n";
  opens(CoverStatus::closed);
  opens(CoverStatus::open);
  pass(10s);
  EXPECT_TRUE(told("printer.mail sent=0 attempts=1 why=554 not you")) << events.back();
  listener->close();
  opens(CoverStatus::closed);
  opens(CoverStatus::open);
  pass(2h);
  EXPECT_EQ(events.back().find("printer.mail sent=0 attempts=5 why="), 0u) << events.back();
  EXPECT_NE(device().events().back().text.find("Alert mail not sent"), std::string::npos);
  // A printer that is switched off forgets them.
  opens(CoverStatus::closed);
  opens(CoverStatus::open);
  pass(10s);
  const auto count = events.size();
  site->power_off(0);
  pass(3h);
  EXPECT_EQ(events.size(), count);
}

}  // namespace
}  // namespace mr::printer
