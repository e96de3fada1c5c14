// The audit is complete: for each request that the tap saw answered at the server, and each handshake that it
// refused, there is one audit row, with the outcome that the answer had; the rows are numbered without gaps;
// and no row tells of what nobody saw.
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/http_reader.hpp"

namespace mr::scenarios {
namespace {

class AuditComplete final : public Check {
 public:
  explicit AuditComplete(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    if (record.host != setting_.server_host) return;
    const runtime::Event& event = record.event;
    if (event.kind == "audit") return row(record);
    // What people and the server itself did, which comes over no connection.
    if (event.kind == "order.placed") ++deeds_["order"].done;
    if (event.kind == "action.queued" || event.kind == "action.refused" || event.kind == "action.cancelled")
      ++deeds_["action"].done;
  }

  void observe(const Observed& observed) override {
    const Connection& connection = observed.connection;
    if (connection.host != setting_.server_host || connection.client) return;
    if (connection.local.port != 443 + setting_.port_shift)
      return;  // the administration's own listener is for people
    const std::string peer = to_string(connection.remote);
    switch (observed.what) {
      case Observed::What::refused:
        peers_[peer].saw(false, observed.at);
        break;
      case Observed::What::sent:
      case Observed::What::received: {
        Exchange& exchange = open_[connection.number];
        if (!exchange.requests) begin(exchange, peer);
        exchange.at = observed.at;
        if (observed.what == Observed::What::received) {
          exchange.requests->feed(observed.bytes, observed.at);
          exchange.asked = exchange.asked || exchange.requests->within();
        } else {
          exchange.answers->feed(observed.bytes, observed.at);
        }
        break;
      }
      case Observed::What::closed: {
        const auto found = open_.find(connection.number);
        if (found == open_.end()) break;
        found->second.answers->finish();
        // A request that broke off may have a row of its own, or none.
        if (found->second.asked || found->second.unanswered > 0) ++peers_[peer].broken_off;
        open_.erase(found);
        break;
      }
      default:
        break;
    }
  }

  Judgement judge() override {
    if (last_ == 0) violations_.add("audit rows", "no audit row");
    if (!ahead_.empty())
      violations_.add("audit rows numbered without gaps",
                      "audit row " + std::to_string(last_ + 1) + " is missing");
    for (const auto& [peer, seen] : peers_) {
      if (seen.last > setting_.end - setting_.grace) continue;  // its rows may still be on their way
      compare(peer, "accepted", seen.accepted, seen.rows_accepted, 0, seen.line);
      compare(peer, "refused", seen.refused, seen.rows_refused, seen.broken_off, seen.line);
    }
    for (const auto& [what, deed] : deeds_) {
      if (deed.done != deed.rows)
        violations_.add(std::to_string(deed.done) + " audit rows of kind " + what,
                        std::to_string(deed.rows) + " audit rows of kind " + what + ", " +
                            std::to_string(deed.done) + " were done");
    }
    return violations_.judge(compared_, "requests and refused handshakes, each with its audit row");
  }

 private:
  struct Exchange {
    std::unique_ptr<HttpReader> requests, answers;
    runtime::Instant at;         // of the last bytes
    std::size_t unanswered = 0;  // whole requests
    bool asked = false;          // something of a request came since the last answer
  };
  struct Peer {
    std::size_t accepted = 0, refused = 0;            // seen on the network
    std::size_t rows_accepted = 0, rows_refused = 0;  // in the audit
    std::size_t broken_off = 0;
    runtime::Instant last{};
    std::string line;  // of its last row
    void saw(bool good, runtime::Instant at) {
      ++(good ? accepted : refused);
      last = std::max(last, at);
    }
  };
  struct Deeds {
    std::size_t done = 0, rows = 0;
  };

  void begin(Exchange& exchange, const std::string& peer) {
    exchange.requests =
        std::make_unique<HttpReader>(HttpReader::Side::requests, [&exchange](const HttpMessage& request) {
          ++exchange.unanswered;
          if (request.method == "HEAD") exchange.answers->expect_no_body();
        });
    exchange.answers = std::make_unique<HttpReader>(HttpReader::Side::responses,
                                                    [this, &exchange, peer](const HttpMessage& answer) {
                                                      if (answer.status == 0) return;
                                                      peers_[peer].saw(answer.status < 400, exchange.at);
                                                      if (exchange.unanswered > 0) --exchange.unanswered;
                                                      exchange.asked = false;
                                                    });
  }

  void row(const runtime::TraceLog::Record& record) {
    const runtime::Event& event = record.event;
    const std::int64_t seq = number(event, "seq").value_or(0);
    if (seq <= last_ || !ahead_.insert(seq).second)
      violations_.add("each audit row has a number of its own",
                      "audit row " + std::to_string(seq) + " is there twice", line(record, setting_));
    while (ahead_.contains(last_ + 1)) ahead_.erase(++last_);
    const std::string outcome(text(event, "outcome")), peer(text(event, "peer")), what(text(event, "what"));
    if (peer.empty() || what == "administration") {
      if (what == "order" || what == "action") ++deeds_[what].rows;
      return;
    }
    Peer& seen = peers_[peer];
    ++(outcome == "accepted" || outcome == "repeated" ? seen.rows_accepted : seen.rows_refused);
    seen.line = line(record, setting_);
  }

  void compare(const std::string& peer, const std::string& outcome, std::size_t saw, std::size_t rows,
               std::size_t more, const std::string& evidence) {
    compared_ += saw;
    const std::string expected = std::to_string(saw) + " audit rows, " + outcome + ", of " + peer;
    const std::string actual = std::to_string(rows) + " audit rows, " + outcome + ", of " + peer;
    if (rows < saw)
      violations_.add(expected, actual + ": the network saw " + std::to_string(saw) + ", some are missing",
                      evidence);
    if (rows > saw + more)
      violations_.add(expected, actual + ": the network saw " + std::to_string(saw) + ", some are invented",
                      evidence);
  }

  const Setting& setting_;
  std::map<std::uint64_t, Exchange> open_;  // by connection
  std::map<std::string, Peer> peers_;       // by address and port
  std::map<std::string, Deeds> deeds_;      // by what the audit calls it
  std::int64_t last_ = 0;                   // all rows up to this one were seen
  std::set<std::int64_t> ahead_;            // rows seen after a missing one
  Violations violations_;
  std::size_t compared_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_audit_complete(const Setting& setting) {
  return std::make_unique<AuditComplete>(setting);
}

}  // namespace mr::scenarios
