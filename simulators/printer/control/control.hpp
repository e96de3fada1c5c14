// Control of emulated printers over HTTP and JSON: what a hand at the printer could do, and what only its
// maker knows.
//
// One table of operations on a PrinterSite, each a method and a path; openapi.yaml beside this file is the
// same for others. Pure but for the site: a request in, a response out, at once. It is for the tester, not a
// face of the printer: whoever serves it listens on loopback. Requests with a body must say
// application/json, and none may have an Origin: a web page that is open in a browser cannot use it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "reference/protocol/exchange/http.hpp"
#include "simulators/printer/site/printer_site.hpp"

namespace mr::printer {

class Control {
 public:
  struct Hooks {
    // Lets this much time pass at once. Empty: 501.
    std::function<void(std::chrono::seconds)> advance;
  };
  // lifetime: `site` and `clock` outlive it.
  Control(PrinterSite& site, runtime::Clock& clock, Hooks hooks)
      : site_(site), clock_(clock), hooks_(std::move(hooks)) {}

  // Every answer is JSON: what was asked for, or {"error": a slug, "detail": for people}.
  //   200, 201 with what was done · 400 malformed, unknown member or value out of range · 403 from a web page
  //   · 404 no such thing · 405 with Allow · 409 not in this state · 415 a body that is no JSON · 501 not
  //   here
  exchange::HttpResponse handle(const exchange::HttpRequest& request);

  // Method and path of each operation; names in the path stand in braces, as in openapi.yaml.
  static std::vector<std::pair<std::string, std::string>> described();

 private:
  struct Asked;
  struct Operation;
  static std::span<const Operation> operations();
  Moment now() const { return clock_.now().time_since_epoch(); }

  PrinterSite& site_;
  runtime::Clock& clock_;
  Hooks hooks_;
};

}  // namespace mr::printer
