// Every flow of the run is in Table 7, judged by what was said and in which direction, and nothing flows from
// outside into a site. What leaves a site is HTTPS to the server.
#include "scenarios/checks/flow_table.hpp"

#include <algorithm>

#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {

std::span<const TableRow> flow_table() {
  static constexpr TableRow rows[] = {
      {"icmp", "icmp", 0, false},  {"smtp", "tcp", 25, false},  {"dns", "dns", 53, false},
      {"dns", "udp", 53, false},   {"dns", "tcp", 53, false},   {"http", "tcp", 80, false},
      {"rpc", "tcp", 135, false},  {"snmp", "udp", 161, false}, {"https", "tcp", 443, true},
      {"raw", "tcp", 9100, false}, {"raw", "tcp", 2000, false}, {"raw", "tcp", 2105, false},
      {"lpr", "tcp", 515, false},
  };
  return rows;
}

namespace {

class FlowTable final : public Check {
 public:
  explicit FlowTable(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    const runtime::Event& event = record.event;
    if (event.kind != "flow") return;
    ++compared_;
    const std::string_view direction = text(event, "direction"), service = text(event, "service"),
                           outcome = text(event, "outcome");
    const std::string to(text(event, "to"));
    const std::string what = std::string(service) + " from " + std::string(text(event, "from")) + " to " +
                             to + ", port " + std::to_string(number(event, "port").value_or(0));
    if (direction == "inward") {
      violations_.add("nothing flows from outside into a site", what + " comes from outside",
                      line(record, setting_));
      return;
    }
    if (direction == "outside") {
      violations_.add("the server opens no connections", what + " is opened outside of the sites",
                      line(record, setting_));
      return;
    }
    const bool outbound = direction == "outbound";
    if (outbound) ++outbound_;
    if (outbound && !is_server(to)) {
      violations_.add("what leaves a site goes to the server", what + " leaves the site for another host",
                      line(record, setting_));
      return;
    }
    const bool listed = std::ranges::any_of(flow_table(), [&](const TableRow& row) {
      return row.protocol == text(event, "protocol") &&
             port_of(row.port) == number(event, "port").value_or(-1) && says(row, service, outcome) &&
             (row.outbound || !outbound);
    });
    if (listed) return;
    violations_.add(outbound ? "what leaves a site is HTTPS" : "every flow is in Table 7",
                    what + (outbound ? " leaves the site" : " is not in Table 7"), line(record, setting_));
  }

  Judgement judge() override {
    return violations_.judge(outbound_ == 0 ? 0 : compared_,
                             outbound_ == 0 ? "flow that leaves a site was seen" : "flows, all of Table 7");
  }

 private:
  bool is_server(std::string_view address) const {
    return std::ranges::any_of(setting_.servers,
                               [&](const runtime::Address& server) { return server.to_string() == address; });
  }
  std::int64_t port_of(std::uint16_t port) const { return port == 0 ? 0 : port + setting_.port_shift; }
  // A connection that did not come about, or over which nothing was said, says nothing of its service: the
  // port stands for it. A handshake that a side refused is the beginning of HTTPS.
  static bool says(const TableRow& row, std::string_view service, std::string_view outcome) {
    if (service == row.service) return true;
    if (row.protocol == "tcp" && (service == "none" || service == "silent")) return true;
    return row.service == "https" && service == "tls" && outcome == "refused-by-tls";
  }

  const Setting& setting_;
  Violations violations_;
  std::size_t compared_ = 0, outbound_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_flow_table(const Setting& setting) {
  return std::make_unique<FlowTable>(setting);
}

}  // namespace mr::scenarios
