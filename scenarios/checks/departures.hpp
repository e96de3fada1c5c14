// What leaves the sites, opened: HTTP messages taken apart, CMS envelopes opened with the server's key, zips
// unpacked, down to the pieces in which something could be written.
//
// Memory: one message of each open connection, and a remainder of what is no HTTP. What cannot be opened is
// told, not skipped.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "scenarios/checks/check.hpp"
#include "scenarios/checks/http_reader.hpp"

namespace mr::scenarios {

class Departures {
 public:
  struct Piece {
    runtime::Instant at;  // when the message that holds it began
    std::string_view site, host;
    std::string_view method, target;  // of the request that holds it; empty: no HTTP
    std::string_view where;           // "POST /v1/reports: reports/x.xml"
    std::string_view content;         // head, body, or a file of the package; bytes
    bool head = false;
  };
  struct Sink {
    std::function<void(const Piece&)> piece;
    // Something that should be readable with the server's key is not: `where`, and why.
    std::function<void(const Piece&, std::string_view why)> closed;
    // A package that was opened: how many reports it held.
    std::function<void(const Piece&, std::size_t reports)> package;
  };
  Departures(const Setting& setting, Sink sink) : setting_(setting), sink_(std::move(sink)) {}

  void observe(const Observed& observed);
  void observe(const ObservedDatagram& datagram);
  // The end of the run: gives what is under way.
  void finish();

 private:
  struct Flow {
    std::string site, host, target;
    std::unique_ptr<HttpReader> reader;
    std::string raw;  // of what is no HTTP: the last bytes, in case a text spans two pieces
    bool is_http = true;
  };
  void message(const Flow& flow, const HttpMessage& message);
  void package(Piece piece, std::string_view content);
  void raw(Flow& flow, runtime::Instant at, std::string_view bytes);

  const Setting& setting_;
  Sink sink_;
  std::map<std::uint64_t, Flow> flows_;  // by connection
};

}  // namespace mr::scenarios
