#include "simulators/printer/web/web_pages.hpp"

#include <gtest/gtest.h>

#include <set>
#include <span>

#include "reference/protocol/trust/digest.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;
using exchange::HttpResponse;

class Web : public testing::Test {
 protected:
  Web() {
    device.power_on(0s);
    device.advance(120s);
  }
  HttpResponse ask(std::string method, std::string target, std::string body = {}) {
    exchange::HttpRequest request{
        .method = std::move(method), .target = std::move(target), .headers = {}, .body = {}};
    if (!session.empty()) request.headers.emplace_back("Cookie", "a=b; " + name() + "=" + session);
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = std::move(body);
    return pages.answer(request, secure, now);
  }
  HttpResponse log_in(const std::string& password) {
    HttpResponse out = ask("POST", "/login", "password=" + password);
    if (const auto set = exchange::find(out.headers, "Set-Cookie")) session = *cookie(*set, name());
    return out;
  }
  std::string name() const { return secure ? "__Host-session" : "session"; }
  std::string form_token() {
    const std::string page = ask("GET", "/configuration").body;
    const std::size_t at = page.find("form-token\" value=\"");
    return at == page.npos ? "" : page.substr(at + 19, 32);
  }
  ModelPtr model = profile("office-colour-mfp").value();
  Device device{model, Identity{.serial = "N<1>", .printer_name = "p"}};
  int restarts = 0, test_pages = 0, changes = 0;
  WebPages pages{device,
                 {.restart = [this] { ++restarts; },
                  .test_page = [this] { ++test_pages; },
                  .changed = [this] { ++changes; }}};
  std::string session;
  bool secure = false;
  Moment now = 200s;
};

bool has(const HttpResponse& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

TEST_F(Web, PagesShowTheDevice) {
  device.run_job({.black = 12, .name = "June"}, now);
  device.set_cover(0, CoverStatus::open, now);
  const HttpResponse status = ask("GET", "/");
  EXPECT_EQ(status.status, 200u);
  EXPECT_TRUE(has(status, "<td data-name=\"device/serial\">N&lt;1&gt;</td>"));
  EXPECT_TRUE(has(status, "<td data-name=\"life-count\">12</td>"));
  EXPECT_TRUE(has(status, "<td data-name=\"status/device\">down</td>"));
  EXPECT_TRUE(
      has(status, "<td data-name=\"alert/1/code\">" + std::to_string(device.alerts().at(0).code) + "</td>"));
  EXPECT_TRUE(has(status, "<div data-name=\"status/console/1\">" + device.console_text(0) + "</div>"));
  EXPECT_TRUE(has(ask("GET", "/supplies"),
                  "<td data-name=\"supply/1/level\">" + std::to_string(device.supply_level(0)) + "</td>"));
  EXPECT_TRUE(has(ask("GET", "/counters"), "<td data-name=\"meter/" + model->meters[0].name + "\">12</td>"));
  EXPECT_TRUE(has(ask("GET", "/events"), ">June</td>"));
  for (const std::string_view key : profile_keys()) {  // each model has pages
    Device other(profile(key).value(), Identity{.serial = "1", .printer_name = "p"});
    WebPages its(other, {});
    for (const char* page : {"/", "/supplies", "/counters", "/events"}) {
      EXPECT_EQ(its.answer({.method = "GET", .target = page, .headers = {}, .body = {}}, false, {}).status,
                200u)
          << key << page;
    }
  }
}

TEST_F(Web, WhatOthersSayIsText) {
  Settings settings = device.settings();
  settings.name = "<script>alert('x')</script>";
  settings.location = "\" onload=\"x";
  device.set(settings);
  device.run_job({.black = 1, .name = "<img src=x>\x01", .user = "&amp;"}, now);
  EXPECT_TRUE(has(ask("GET", "/"), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
  EXPECT_FALSE(has(ask("GET", "/"), "<script"));
  EXPECT_TRUE(has(ask("GET", "/events"), "&lt;img src=x&gt; <"));
  log_in(model->admin_password);
  EXPECT_TRUE(has(ask("GET", "/configuration"), "value=\"&quot; onload=&quot;x\""));
  const auto policy = exchange::find(ask("GET", "/").headers, "Content-Security-Policy");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->find("default-src 'none'"), 0u);
}

TEST_F(Web, MethodsAndPlaces) {
  EXPECT_EQ(ask("GET", "/nowhere").status, 404u);
  EXPECT_EQ(ask("HEAD", "/supplies").status, 200u);
  EXPECT_EQ(ask("GET", "/?x=y").status, 200u);
  EXPECT_EQ(ask("POST", "/", "a=b").status, 405u);
  EXPECT_EQ(exchange::find(ask("DELETE", "/configuration").headers, "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask("GET", "/restart").status, 405u);
  EXPECT_EQ(ask("POST", "/login").status, 415u);
}

TEST_F(Web, ConfigurationWantsALogin) {
  EXPECT_EQ(ask("GET", "/configuration").status, 303u);
  EXPECT_EQ(ask("POST", "/restart", "x=y").status, 303u);
  EXPECT_EQ(log_in("guess").status, 403u);
  EXPECT_TRUE(session.empty());
  EXPECT_EQ(log_in(model->admin_password).status, 303u);
  ASSERT_EQ(session.size(), 32u);
  EXPECT_EQ(ask("GET", "/configuration").status, 200u);
  // A form from elsewhere does not know the token.
  EXPECT_EQ(ask("POST", "/configuration", "name=evil").status, 403u);
  EXPECT_EQ(ask("POST", "/restart", "form-token=0").status, 403u);
  EXPECT_EQ(restarts, 0);
  const std::string token = form_token();
  EXPECT_EQ(ask("POST", "/configuration",
                "form-token=" + token +
                    "&name=Copy+room&location=2%2FWest&sleep-minutes=30&mail-recipients=a%40b.example%0D%0A" +
                    "&trap-targets=192.0.2.9+v2+trap%0D%0A192.0.2.8%3A1162+v3+inform+u&ports=sent&port-snmp="
                    "on&port-http=on")
                .status,
            303u);
  const Settings& settings = device.settings();
  EXPECT_EQ(settings.name, "Copy room");
  EXPECT_EQ(settings.location, "2/West");
  EXPECT_EQ(settings.sleep_after_ms, 1'800'000u);
  EXPECT_EQ(settings.mail_recipients, std::vector<std::string>{"a@b.example"});
  EXPECT_EQ(settings.ports, (Settings::Ports{.raw = false, .lpd = false, .https = false}));
  ASSERT_EQ(settings.trap_targets.size(), 2u);
  EXPECT_EQ(settings.trap_targets[1].port, 1162);
  EXPECT_TRUE(settings.trap_targets[1].inform);
  EXPECT_EQ(changes, 1);
  // What it shows is what it takes.
  const std::string page = ask("GET", "/configuration").body;
  EXPECT_NE(page.find("192.0.2.9 v2 trap\n192.0.2.8:1162 v3 inform u\n"), page.npos);
  EXPECT_NE(page.find("name=\"port-snmp\" value=\"on\" checked"), page.npos);
  EXPECT_NE(page.find("name=\"port-raw\" value=\"on\">"), page.npos);
  EXPECT_EQ(ask("POST", "/test-page", "form-token=" + token).status, 200u);
  EXPECT_EQ(ask("POST", "/restart", "form-token=" + token).status, 200u);
  EXPECT_EQ(test_pages, 1);
  EXPECT_EQ(restarts, 1);
  // A new password, an old session, a log-out.
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + token + "&admin-password=secret").status, 303u);
  EXPECT_EQ(settings.ports.raw, false) << "switches that were not in the form stay";
  EXPECT_EQ(ask("POST", "/logout", "form-token=" + token).status, 303u);
  EXPECT_EQ(ask("GET", "/configuration").status, 303u);
  EXPECT_EQ(log_in(model->admin_password).status, 403u);
  EXPECT_EQ(log_in("secret").status, 303u);
  now += WebPages::session_idle + 1s;
  EXPECT_EQ(ask("GET", "/configuration").status, 303u);
}

TEST_F(Web, WrongValuesAreNamedAndNothingIsSet) {
  log_in(model->admin_password);
  const std::string token = form_token(), before = device.settings().name;
  for (const auto& [form, says] :
       {std::pair{"sleep-minutes=soon", "Power saver: a number"},
        std::pair{"mail-recipients=nobody", "Mail recipients: at most"},
        std::pair{"trap-targets=here", "SNMP notifications: at most"},
        std::pair{"trap-targets=192.0.2.1+v1+inform", "SNMP notifications: at most"},
        std::pair{"trap-targets=192.0.2.1%3A0+v2+trap", "SNMP notifications: at most"},
        std::pair{"location=a%0Ab", "Location: at most"}}) {
    const HttpResponse refused = ask("POST", "/configuration", "form-token=" + token + "&name=other&" + form);
    EXPECT_EQ(refused.status, 400u) << form;
    EXPECT_TRUE(has(refused, says)) << form;
    EXPECT_EQ(device.settings().name, before);
  }
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + token + "&name=" + std::string(256, 'x')).status,
            400u);
}

TEST_F(Web, GuessingIsSlow) {
  for (int i = 0; i < WebPages::attempts_max; ++i) EXPECT_EQ(log_in("guess").status, 403u);
  EXPECT_EQ(log_in(model->admin_password).status, 429u) << "not even the right one";
  now += WebPages::locked_for;
  EXPECT_EQ(log_in(model->admin_password).status, 303u);
  EXPECT_NE(device.events().back().text.find("wrong password"), std::string::npos);
}

TEST_F(Web, SessionsAreFewAndOfTlsWhereTheyBegan) {
  secure = true;
  const auto set = exchange::find(log_in(model->admin_password).headers, "Set-Cookie");
  EXPECT_NE(set->find("; HttpOnly; SameSite=Strict; Secure"), set->npos);
  const std::string first = session;
  for (std::size_t i = 0; i < WebPages::sessions_max; ++i) log_in(model->admin_password);
  EXPECT_EQ(ask("GET", "/configuration").status, 200u);
  secure = false;
  EXPECT_EQ(ask("GET", "/configuration").status, 303u) << "not in the clear";
  secure = true;
  session = first;
  EXPECT_EQ(ask("GET", "/configuration").status, 303u) << "the oldest goes";
}

TEST_F(Web, ANewPasswordEndsTheOtherSessions) {
  log_in(model->admin_password);
  const std::string other = session;
  log_in(model->admin_password);
  EXPECT_EQ(ask("POST", "/configuration", "form-token=" + form_token() + "&admin-password=new").status, 303u);
  EXPECT_EQ(ask("GET", "/configuration").status, 200u);
  session = other;
  EXPECT_EQ(ask("GET", "/configuration").status, 303u);
}

// What was set elsewhere and a form cannot say survives a form that comes back as it was shown.
TEST_F(Web, AnUnchangedFormChangesNothing) {
  Settings settings = device.settings();
  settings.sleep_after_ms = 30'000;
  settings.mail_recipients = {"root"};
  settings.trap_targets = {{.address = "192.0.2.9", .community_or_user = "two  words"}};
  device.set(settings);
  log_in(model->admin_password);
  EXPECT_EQ(ask("POST", "/configuration",
                "form-token=" + form_token() +
                    "&sleep-minutes=0&mail-recipients=root%0D%0A&trap-targets=192.0.2.9+v2+trap+two++words")
                .status,
            303u);
  EXPECT_EQ(device.settings(), settings);
  EXPECT_EQ(
      ask("POST", "/configuration",
          "form-token=" + form_token() + "&sleep-minutes=1&trap-targets=192.0.2.9++v1+trap+a+b%0D%0A%0D%0A")
          .status,
      303u);
  EXPECT_EQ(device.settings().sleep_after_ms, 60'000u);
  EXPECT_EQ(device.settings().trap_targets,
            (std::vector<TrapTarget>{{.address = "192.0.2.9", .version = 1, .community_or_user = "a b"}}));
}

TEST_F(Web, PagesAreUtf8) {
  Settings settings = device.settings();
  settings.name = "B\xc3\xbcro";
  settings.location = "caf\xe9 \xc3<b>";
  device.set(settings);
  EXPECT_TRUE(has(ask("GET", "/"), ">B\xc3\xbcro<"));
  EXPECT_TRUE(has(ask("GET", "/"), ">caf\xef\xbf\xbd \xef\xbf\xbd&lt;b&gt;<"));
  settings.location =
      "\xc0\xbc \xe0\x80\xbc \xed\xa0\x80 \xf4\x90\x80\x80";  // overlong, surrogate, too large
  device.set(settings);
  for (const char c : {'\xc0', '\xe0', '\xed', '\xf4'})
    EXPECT_EQ(ask("GET", "/").body.find(c), std::string::npos);
}

TEST_F(Web, APrinterThatInstallsIsNotRestarted) {
  log_in(model->admin_password);
  const std::string token = form_token();
  ASSERT_TRUE(device.begin_upgrade(now));
  device.check_upgrade(std::pair{std::string("X"), Install::sound}, now);
  now += 10s;
  device.advance(now);
  ASSERT_TRUE(device.upgrading());
  EXPECT_EQ(ask("POST", "/restart", "form-token=" + token).status, 409u);
  EXPECT_EQ(restarts, 0);
}

TEST(WebNames, AreOfOneValueEach) {
  for (const std::string_view key : profile_keys()) {
    const ModelPtr model = profile(key).value();
    Device device(model, identity_of(*model, 0));
    device.power_on(0s);
    device.advance(600s);
    device.run_job({.black = 3}, 600s);
    WebPages pages(device, {});
    for (const char* page : {"/", "/supplies", "/counters", "/events"}) {
      const std::string body =
          pages.answer({.method = "GET", .target = page, .headers = {}, .body = {}}, false, 600s).body;
      std::set<std::string> names;
      for (std::size_t at = body.find("data-name="); at != body.npos; at = body.find("data-name=", at)) {
        at += 11;
        EXPECT_TRUE(names.insert(body.substr(at, body.find('"', at) - at)).second)
            << key << page << " " << body.substr(at, 40);
      }
      EXPECT_GE(names.size(), 3u);
    }
  }
}

// The policy names the style sheet that the page has.
TEST_F(Web, TheStyleSheetIsTheOneOfThePolicy) {
  const HttpResponse page = ask("GET", "/");
  const std::size_t at = page.body.find("<style>") + 7;
  const trust::Sha256Value digest =
      trust::sha256(std::string_view(page.body).substr(at, page.body.find("</style>") - at));
  EXPECT_NE(exchange::find(page.headers, "Content-Security-Policy")
                ->find("'sha256-" + trust::base64(std::as_bytes(std::span(digest))) + "'"),
            std::string::npos);
}

TEST(WebForm, IsDecoded) {
  using Form = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(decode_form("a=b&c=d+e%2b%zz%4&=x&y&&"),
            (Form{{"a", "b"}, {"c", "d e+%zz%4"}, {"", "x"}, {"y", ""}}));
  EXPECT_EQ(decode_form("%41=%e2%82%ac"), (Form{{"A", "\xe2\x82\xac"}}));
  EXPECT_EQ(decode_form("").size(), 0u);
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a=b&";
  EXPECT_EQ(decode_form(many).size(), 200u);
  EXPECT_EQ(cookie("a=1; session=x=y; b", "session"), "x=y");
  EXPECT_FALSE(cookie("xsession=1; session", "session"));
}

}  // namespace
}  // namespace mr::printer
