// The embedded web page of one printer: what its administrator sees and sets in a browser.
//
// Pure: one HTTP request in, one response out. Status, supplies, counters and logs are for anybody;
// configuration, restart and test page want a login (the password of the settings, else the model's). Every
// value of a page stands in an element of its own with its name in `data-name` (README), so that programs can
// read pages. What devices, profiles and peers say is escaped.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/exchange/http.hpp"
#include "simulators/printer/device/device.hpp"

namespace mr::printer {

class WebPages {
 public:
  struct Hooks {
    std::function<void()> restart;    // RebootDevice, asked for here; after the answer was made
    std::function<void()> test_page;  // print it
    std::function<void()> changed;    // the settings
  };
  static constexpr std::size_t body_max = 64 * 1024, sessions_max = 16;
  static constexpr std::chrono::minutes session_idle{10};
  // So many wrong passwords in a row, and none is looked at for a minute.
  static constexpr int attempts_max = 5;
  static constexpr std::chrono::minutes locked_for{1};

  // lifetime: the device outlives it.
  WebPages(Device& device, Hooks hooks) : device_(device), hooks_(std::move(hooks)) {}

  // `secure`: over TLS; a session is for TLS alone, or for plain HTTP alone. Random tokens come from
  // trust::random_bytes.
  exchange::HttpResponse answer(const exchange::HttpRequest& request, bool secure, Moment now);

 private:
  struct Session {
    std::string id, form_token;
    Moment used{};
    bool secure = false;  // began over TLS, and is for TLS alone
  };
  using Form = std::vector<std::pair<std::string, std::string>>;

  Session* session_of(const exchange::HttpRequest& request, bool secure, Moment now);
  exchange::HttpResponse log_in(const Form& form, bool secure, Moment now);
  exchange::HttpResponse configure(const Form& form, Session session);

  Device& device_;
  Hooks hooks_;
  std::deque<Session> sessions_;  // the oldest first
  int wrong_ = 0;
  Moment locked_until_{};
};

// --- the parts of it that read what peers send; for tests and fuzzing ---

// application/x-www-form-urlencoded (URL Standard section 5); at most 200 fields.
std::vector<std::pair<std::string, std::string>> decode_form(std::string_view body);
// The value of a cookie of a Cookie field (RFC 6265 section 4.2), or nothing.
std::optional<std::string> cookie(std::string_view field, std::string_view name);

}  // namespace mr::printer
