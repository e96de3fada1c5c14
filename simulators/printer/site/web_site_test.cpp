// Printers in the virtual world, and a browser that knows HTTP and TLS alone.
#include <gtest/gtest.h>

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
using exchange::HttpRequest;
using exchange::HttpResponse;
using runtime::asio::awaitable;

// What became of a request, once it is over.
struct Got {
  boost::system::error_code error;  // of connecting, the handshake or the exchange
  HttpResponse response;
  bool over = false;
};

class WebSite : public testing::Test {
 protected:
  explicit WebSite(std::string serial = {}) {
    model = profile("office-colour-mfp").value();
    const MibTemplatePtr mib = compose_mib(model);
    std::vector<PrinterSite::Plan> plans;
    for (unsigned i = 0; i < 2; ++i) {
      Identity identity = identity_of(*model, i);
      if (!serial.empty()) identity.serial = serial;
      plans.push_back({address(i),
                       Device(model, identity),
                       mib,
                       {.engine_id = make_engine_id(8072, std::to_string(i)), .users = nullptr, .salt = i}});
    }
    auto opened =
        PrinterSite::open(host, std::make_unique<NativeEngine>(), std::move(plans),
                          {.raw_ports = {9100},
                           .http_port = 80,
                           .https_port = 443,
                           .hooks = {.present = [this](std::size_t index, bool present) {
                             present ? host.add_address(address(index)) : host.remove_address(address(index));
                             return Result<void>();
                           }}});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
    pass(120s);  // warm
  }
  static runtime::Address address(std::size_t i) {
    return boost::asio::ip::address_v4(0xc0000201u + static_cast<unsigned>(i));
  }
  void pass(runtime::Duration time) { ASSERT_TRUE(world.run_for(time)); }

  // A judge of nothing but `anchor`; plain HTTP where it is null.
  static awaitable<void> fetch(runtime::Runtime& from, runtime::Endpoint to, HttpRequest request,
                               std::shared_ptr<const trust::TlsClient> tls, std::shared_ptr<Got> got) {
    const runtime::Instant deadline = from.clock().now() + 30s;
    auto stream = co_await from.network().connect(to, deadline);
    if (stream && tls) {
      auto secured = co_await from.network().secure(std::move(*stream), tls, deadline);
      stream = std::move(secured);
    }
    if (stream) {
      auto reply = co_await runtime::exchange_http(*stream, to.address.to_string(), std::move(request), false,
                                                   {}, from.clock(), deadline);
      if (reply) {
        got->response = std::move(reply->response);
      } else {
        got->error = reply.error().code;
      }
    } else {
      got->error = stream.error().code;
    }
    got->over = true;
  }
  std::shared_ptr<Got> begin(std::string method, std::string target, std::string form = {},
                             std::size_t printer = 0) {
    HttpRequest request{
        .method = std::move(method), .target = std::move(target), .headers = {}, .body = std::move(form)};
    if (!session.empty()) request.headers.emplace_back("Cookie", session);
    if (!request.body.empty())
      request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    auto got = std::make_shared<Got>();
    scope.spawn(fetch(client, {address(printer), static_cast<std::uint16_t>(tls ? 443 : 80)},
                      std::move(request), tls, got));
    return got;
  }
  Got ask(std::string method, std::string target, std::string form = {}, std::size_t printer = 0) {
    const auto got = begin(std::move(method), std::move(target), std::move(form), printer);
    for (int i = 0; i < 100 && !got->over; ++i) pass(1ms);
    EXPECT_TRUE(got->over);
    return *got;
  }
  void log_in() {
    const Got in = ask("POST", "/login", "password=" + model->admin_password);
    const auto set = exchange::find(in.response.headers, "Set-Cookie");
    ASSERT_TRUE(set);
    session = set->substr(0, set->find(';'));
    const std::string page = ask("GET", "/configuration").response.body;
    token = page.substr(page.find("form-token\" value=\"") + 19, 32);
  }
  // From now on over TLS, by an administrator who looked at the certificate once.
  void trust_printer() {
    auto shown = std::make_shared<trust::TlsClient>();
    shown->server.anchors = {site->web_certificate(0)};
    shown->server_name = shown->server.name = "printer-" + site->device(0).identity().serial + ".local";
    tls = shown;
  }

  world::World world{{.seed = 11}};
  world::Host& host =
      world.add_host({.name = "printers", .addresses = {address(0), address(1)}, .site = "office"});
  world::Host& client = world.add_host(
      {.name = "client", .addresses = {boost::asio::ip::make_address("192.0.2.99")}, .site = "office"});
  runtime::Scope scope{client.executor()};
  ModelPtr model;
  std::unique_ptr<PrinterSite> site;
  std::shared_ptr<const trust::TlsClient> tls;
  std::string session, token;
};

TEST_F(WebSite, AnybodyReadsAndTheAdministratorSets) {
  const Got page = ask("GET", "/", {}, 1);
  EXPECT_EQ(page.response.status, 200u);
  EXPECT_NE(page.response.body.find(">" + site->device(1).identity().serial + "</td>"), std::string::npos);
  EXPECT_EQ(ask("GET", "/configuration").response.status, 303u);
  log_in();
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + token + "&location=West+wing").response.status,
            303u);
  EXPECT_EQ(site->device(0).settings().location, "West wing");
  EXPECT_NE(site->device(1).settings().location, "West wing");
  EXPECT_EQ(ask("POST", "/login", std::string(WebPages::body_max + 1, 'x')).response.status, 413u);
}

//= PRN-REBOOT type=test
TEST_F(WebSite, ButtonsPrintAndRestart) {
  log_in();
  const auto life = site->device(0).life_count();
  const auto boots = site->device(0).boots();
  EXPECT_EQ(ask("POST", "/test-page", "form-token=" + token).response.status, 200u);
  EXPECT_EQ(site->device(0).life_count(), life + 1);
  const Got restarts = ask("POST", "/restart", "form-token=" + token);
  EXPECT_EQ(restarts.response.status, 200u);  // the answer leaves first
  pass(2s);
  EXPECT_FALSE(site->device(0).powered());
  pass(300s);
  EXPECT_EQ(site->device(0).boots(), boots + 1);
  EXPECT_EQ(ask("GET", "/").response.status, 200u);
}

TEST_F(WebSite, ARestartIsNotForgottenForASettingThatIsSaved) {
  log_in();
  const auto boots = site->device(0).boots();
  const auto first = begin("POST", "/restart", "form-token=" + token);
  const auto second = begin("POST", "/configuration", "form-token=" + token + "&location=x");
  pass(300s);
  EXPECT_EQ(site->device(0).settings().location, "x");
  EXPECT_EQ(site->device(0).boots(), boots + 1);
}

TEST_F(WebSite, APortThatIsSwitchedOffGoesAfterTheAnswer) {
  log_in();
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + token + "&ports=sent&port-snmp=on&port-https=on")
                .response.status,
            303u);
  pass(1s);
  EXPECT_EQ(ask("GET", "/").error, boost::asio::error::connection_refused);
  trust_printer();
  EXPECT_EQ(ask("GET", "/").response.status, 200u);
}

TEST_F(WebSite, OverTlsWithACertificateOfItsOwn) {
  trust_printer();
  EXPECT_EQ(ask("GET", "/").response.status, 200u);
  log_in();
  EXPECT_TRUE(session.starts_with("__Host-session="));
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + token + "&contact=me").response.status, 303u);
  EXPECT_EQ(site->device(0).settings().contact, "me");
  EXPECT_EQ(ask("GET", "/", {}, 1).error, trust::Alert::unknown_ca);  // the other's is another
  const trust::Certificate own = site->web_certificate(0);
  EXPECT_EQ(own.subject_serial_number(), site->device(0).identity().serial);
  EXPECT_GT(own.not_after() - own.not_before(), std::chrono::days(3649));
  site->power_off(0);
  ASSERT_TRUE(site->power_on(0));
  EXPECT_EQ(site->web_certificate(0), own);
}

TEST_F(WebSite, OffResetsWhatIsOpen) {
  const auto got = begin("GET", "/");
  site->power_off(0);  // the connection is on its way
  pass(1s);
  EXPECT_TRUE(got->over);
  EXPECT_TRUE(got->error);
  EXPECT_EQ(ask("GET", "/").error, boost::asio::error::connection_refused);
  EXPECT_EQ(ask("GET", "/", {}, 1).response.status, 200u);
}

TEST_F(WebSite, TheSiteMayGoWhileItIsAsked) {
  const auto plain = begin("GET", "/events");
  trust_printer();
  const auto secure = begin("GET", "/");
  world.run_for(1ms).value();
  site.reset();
  pass(60s);
  EXPECT_TRUE(plain->over);
  EXPECT_TRUE(secure->over);
}

class OddSerial : public WebSite {
 protected:
  OddSerial() : WebSite("N\xc3\xbc <1>/2 with a text that is longer than a certificate takes") {}
};

// A recording may say anything.
TEST_F(OddSerial, HasACertificate) {
  EXPECT_EQ(ask("GET", "/").response.status, 200u);
  EXPECT_EQ(site->web_certificate(0).common_name(), "printer-N----1--2-with-a-text-that-is-longer-tha");
}

}  // namespace
}  // namespace mr::printer
