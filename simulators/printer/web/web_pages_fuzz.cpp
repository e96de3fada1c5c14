// Forms, cookies and targets of arbitrary octets: answered, and nothing of them comes back unescaped.
#include <cstdlib>
#include <memory>

#include "simulators/printer/web/web_pages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mr::printer;
  static const auto model = [] {
    auto made = std::make_shared<Model>();
    made->product = "P";
    return made;
  }();
  Device device(model, Identity{.serial = "1", .printer_name = "p"});
  const std::string_view octets(reinterpret_cast<const char*>(bytes), size);
  WebPages pages(device, {});
  const auto ask = [&](std::string method, std::string target, std::string cookie, std::string body) {
    return pages.answer(
        {.method = std::move(method),
         .target = std::move(target),
         .headers = {{"Cookie", std::move(cookie)}, {"Content-Type", "application/x-www-form-urlencoded"}},
         .body = std::move(body)},
        false, {});
  };
  const std::string text(octets);
  if (ask("GET", text, text, {}).status < 200) std::abort();
  if (ask("POST", "/configuration", text, text).status != 303) std::abort();  // nobody is logged in
  const auto in = ask("POST", "/login", {}, "password=1111");
  if (in.status != 303) std::abort();
  const std::string session = *cookie(*mr::exchange::find(in.headers, "Set-Cookie"), "session");
  const std::string form = ask("GET", "/configuration", "session=" + session, {}).body;
  const std::size_t at = form.find("form-token\" value=\"") + 19;
  const auto set = ask("POST", "/configuration", "session=" + session,
                       "form-token=" + form.substr(at, form.find('"', at) - at) + "&" + text);
  if (set.status != 303 && set.status != 400) std::abort();
  if (device.settings().name.size() > 255 || device.settings().mail_recipients.size() > 20) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const std::string_view seeds[] = {
      "name=a%20b+c&location=%3Cscript%3E&ports=sent&port-snmp=on&sleep-minutes=5",
      "trap-targets=192.0.2.1+v2+trap%0d%0a%5b%3a%3a1%5d%3a1162+v3+inform+u",
      "mail-recipients=a%40b%0ac%40d&mail-server=x%", "session=abc; x=y"};
  if (n >= std::size(seeds)) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
