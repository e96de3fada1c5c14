#include "simulators/printer/web/web_pages.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/random.hpp"
#include "simulators/printer/web/configuration.hpp"
#include "simulators/printer/web/html.hpp"
#include "simulators/printer/web/pages.hpp"

namespace mr::printer {

using exchange::HttpRequest;
using exchange::HttpResponse;

namespace {

// Two names: a browser does not let a page in the clear replace the cookie of a secure one (RFC 6265bis
// section 5.7), so that with one name a log-in over HTTP after one over HTTPS would have no effect.
std::string_view session_cookie(bool secure) { return secure ? "__Host-session" : "session"; }

// No scripts, nothing from elsewhere, and no style but ours.
const std::string& policy() {
  static const std::string text = [] {
    const trust::Sha256Value style = trust::sha256(style_sheet());
    return "default-src 'none'; style-src 'sha256-" + trust::base64(std::as_bytes(std::span(style))) +
           "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  }();
  return text;
}

std::string token() {
  std::array<std::uint8_t, 16> octets;
  trust::random_bytes(octets);
  return trust::hex(octets);
}

// Takes the same time wherever they differ.
bool same_secret(std::string_view a, std::string_view b) {
  const trust::Sha256Value x = trust::sha256(a), y = trust::sha256(b);
  unsigned difference = 0;
  for (std::size_t i = 0; i < x.size(); ++i) difference |= static_cast<unsigned>(x[i] ^ y[i]);
  return difference == 0;
}

HttpResponse response(unsigned status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Content-Security-Policy", policy()},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"}},
          .body = std::move(body)};
}

// After a form (RFC 9110 section 15.4.4).
HttpResponse go_to(std::string_view place) {
  HttpResponse out = response(303, {});
  out.headers.emplace_back("Location", std::string(place));
  return out;
}

std::string message(std::string_view title, std::string_view text) {
  Html page;
  page.heading(title).raw("<p>").text(text).raw("</p>\n");
  return page.take();
}

std::string login_page(std::string_view error) {
  Html page;
  page.heading("Log in");
  if (!error.empty()) page.raw("<p class=\"error\" role=\"alert\">").text(error).raw("</p>");
  return page
      .raw(
          "<form method=\"post\" action=\"/login\"><p><label for=\"password\">Administrator password</label> "
          "<input type=\"password\" id=\"password\" name=\"password\" autocomplete=\"current-password\" "
          "required></p>"
          "<p><button>Log in</button></p></form>\n")
      .take();
}

std::optional<std::string_view> field(const std::vector<std::pair<std::string, std::string>>& form,
                                      std::string_view name) {
  for (const auto& [key, value] : form) {
    if (key == name) return value;
  }
  return {};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool two_follow = text[i] == '%' && i + 2 < text.size();
    const int high = two_follow ? hex_digit(text[i + 1]) : -1, low = two_follow ? hex_digit(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> decode_form(std::string_view body) {
  constexpr std::size_t fields_max = 200;
  std::vector<std::pair<std::string, std::string>> out;
  while (!body.empty() && out.size() < fields_max) {
    const std::size_t end = body.find('&');
    const std::string_view part = body.substr(0, end);
    body.remove_prefix(end == body.npos ? body.size() : end + 1);
    if (part.empty()) continue;
    const std::size_t is = part.find('=');
    out.emplace_back(decoded(part.substr(0, is)),
                     is == part.npos ? std::string() : decoded(part.substr(is + 1)));
  }
  return out;
}

std::optional<std::string> cookie(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::size_t end = text.find(';');
    std::string_view part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
      return std::string(part.substr(name.size() + 1));
  }
  return {};
}

WebPages::Session* WebPages::session_of(const HttpRequest& request, bool secure, Moment now) {
  std::erase_if(sessions_, [&](const Session& session) { return now - session.used > session_idle; });
  const auto sent = exchange::find(request.headers, "Cookie");
  const auto id = sent ? cookie(*sent, session_cookie(secure)) : std::nullopt;
  if (!id) return nullptr;
  for (Session& session : sessions_) {
    if (session.secure != secure || !same_secret(session.id, *id)) continue;
    session.used = now;
    return &session;
  }
  return nullptr;
}

HttpResponse WebPages::log_in(const Form& form, bool secure, Moment now) {
  const auto refused = [&](unsigned status, std::string_view why) {
    return response(status, whole_page(device_, "Log in", login_page(why), false));
  };
  if (now < locked_until_) {
    HttpResponse out = refused(429, "Too many wrong passwords. Try again in a minute.");
    const auto left = std::chrono::ceil<std::chrono::seconds>(locked_until_ - now).count();
    out.headers.emplace_back("Retry-After", std::to_string(left));
    return out;
  }
  const std::string& own = device_.settings().admin_password;
  const std::string& password = own.empty() ? device_.model().admin_password : own;
  if (!same_secret(field(form, "password").value_or(""), password)) {
    if (++wrong_ >= attempts_max) {
      wrong_ = 0;
      locked_until_ = now + locked_for;
    }
    device_.log_event("Web page: a wrong password", now);
    return refused(403, "That is not the password.");
  }
  wrong_ = 0;
  if (sessions_.size() >= sessions_max) sessions_.pop_front();
  sessions_.push_back({token(), token(), now, secure});
  HttpResponse out = go_to("/configuration");
  out.headers.emplace_back("Set-Cookie", std::string(session_cookie(secure)) + "=" + sessions_.back().id +
                                             "; Path=/; HttpOnly; SameSite=Strict" +
                                             (secure ? "; Secure" : ""));
  return out;
}

HttpResponse WebPages::configure(const Form& form, Session session) {
  Settings settings = device_.settings();
  const std::vector<std::string> wrong = take_settings(form, settings);
  if (!wrong.empty())
    return response(400, whole_page(device_, "Configuration",
                                    configuration_page(settings, session.form_token, wrong), true));
  // Whoever knows the old password alone is out.
  if (settings.admin_password != device_.settings().admin_password)
    std::erase_if(sessions_, [&](const Session& one) { return one.id != session.id; });
  device_.set(std::move(settings));
  if (hooks_.changed) hooks_.changed();
  return go_to("/configuration");
}

HttpResponse WebPages::answer(const HttpRequest& request, bool secure, Moment now) {
  const bool gets = request.method == "GET" || request.method == "HEAD";
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  Session* const session = session_of(request, secure, now);
  const auto page = [&](std::string_view title, std::string content, unsigned status = 200) {
    HttpResponse out = response(status, whole_page(device_, title, content, session != nullptr));
    return out;
  };
  const auto not_allowed = [&](std::string_view allowed) {
    HttpResponse out =
        page("Not allowed", message("Not allowed", "This page does not take that method."), 405);
    out.headers.emplace_back("Allow", std::string(allowed));
    return out;
  };
  struct Seen {
    std::string_view path, title;
  };
  static constexpr Seen open[] = {
      {"/", "Status"}, {"/supplies", "Supplies"}, {"/counters", "Counters"}, {"/events", "Event log"}};
  for (const Seen& one : open) {
    if (path != one.path) continue;
    if (!gets) return not_allowed("GET, HEAD");
    return page(one.title, path == "/"           ? status_page(device_, now)
                           : path == "/supplies" ? supplies_page(device_)
                           : path == "/counters" ? counters_page(device_)
                                                 : events_page(device_));
  }
  if (path == "/login" && gets) return page("Log in", login_page({}));
  const bool acts = path == "/login" || path == "/logout" || path == "/restart" || path == "/test-page";
  if (path != "/configuration" && !acts)
    return page("Not found", message("Not found", "There is no such page."), 404);
  if (path == "/configuration" && gets) {
    if (!session) return go_to("/login");
    return page("Configuration", configuration_page(device_.settings(), session->form_token, {}));
  }
  if (request.method != "POST")
    return not_allowed(path == "/login" || path == "/configuration" ? "GET, HEAD, POST" : "POST");
  const std::string type = exchange::find(request.headers, "Content-Type").value_or("");
  if (!type.starts_with("application/x-www-form-urlencoded"))
    return page("Not understood", message("Not understood", "A form was expected."), 415);
  const Form form = decode_form(request.body);
  if (path == "/login") return log_in(form, secure, now);
  if (!session) return go_to("/login");
  // A form of ours, not one that another site had the browser send.
  if (!same_secret(field(form, "form-token").value_or(""), session->form_token))
    return page("Refused",
                message("Refused", "The form is not one of this page, or is too old. Go back and try again."),
                403);
  if (path == "/configuration") return configure(form, *session);
  if (path == "/logout") {
    std::erase_if(sessions_, [&](const Session& one) { return &one == session; });
    return go_to("/");
  }
  if (path == "/restart" && device_.upgrading())
    return page("Refused", message("Refused", "The printer installs software. It restarts by itself."), 409);
  const auto& act = path == "/restart" ? hooks_.restart : hooks_.test_page;
  if (act) act();
  return page(
      path == "/restart" ? "Restart" : "Test page",
      message(path == "/restart" ? "Restart" : "Test page",
              path == "/restart" ? "The printer restarts." : "The test page was sent to the printer."));
}

}  // namespace mr::printer
