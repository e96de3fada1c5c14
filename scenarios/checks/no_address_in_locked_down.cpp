// Locked Down: from the switch on, what leaves the site is uploads and nothing else, without any IP address
// of the site in it, in no spelling, after decryption and unzipping.
#include <algorithm>
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/departures.hpp"
#include "scenarios/checks/spellings.hpp"

namespace mr::scenarios {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Every address in dotted form in `text`: runs of digits and dots that are four numbers of up to three
// digits. A longer run, as a version, is none.
template <class Found>
void for_each_address(std::string_view text, Found found) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    std::size_t end = at;
    int numbers = 0;
    for (;;) {
      const std::size_t first = end;
      while (end < text.size() && is_digit(text[end])) ++end;
      ++numbers;
      if (end - first > 3) numbers = 100;
      if (end + 1 >= text.size() || text[end] != '.' || !is_digit(text[end + 1])) break;
      ++end;
    }
    if (numbers == 4) found(text.substr(at, end - at));
    at = end;
  }
}

class NoAddressInLockedDown final : public Check {
 public:
  explicit NoAddressInLockedDown(const Setting& setting)
      : setting_(setting),
        departures_(setting, {.piece = [this](const Departures::Piece& piece) { search(piece); },
                              .closed = [this](const Departures::Piece& piece,
                                               std::string_view why) { closed(piece, why); },
                              .package =
                                  [this](const Departures::Piece& piece, std::size_t reports) {
                                    if (locked(piece)) compared_ += reports;
                                  }}) {}

  void see(const runtime::TraceLog::Record& record) override {
    if (record.event.kind != "agent.mode") return;
    const Setting::Site* site = setting_.site_of(record.host);
    if (site == nullptr) return;
    if (text(record.event, "mode") == "lockedDown") {
      since_.emplace(site->name, record.at);
    } else {
      since_.erase(site->name);
      left_.insert(site->name);
    }
  }
  void observe(const Observed& observed) override {
    begin();
    departures_.observe(observed);
  }
  void observe(const ObservedDatagram& datagram) override {
    begin();
    departures_.observe(datagram);
  }

  Judgement judge() override {
    departures_.finish();
    return violations_.judge(compared_,
                             "reports left sites in Locked Down mode, without an address of the site");
  }

 private:
  void begin() {
    if (std::exchange(begun_, true)) return;
    for (const Setting::Site& site : setting_.sites) {
      if (site.locked_down && !left_.contains(site.name)) since_.emplace(site.name, runtime::Instant{});
    }
  }
  // What had begun before the switch is no matter of it.
  bool locked(const Departures::Piece& piece) const {
    const auto since = since_.find(piece.site);
    return since != since_.end() && piece.at >= since->second;
  }

  void search(const Departures::Piece& piece) {
    if (!locked(piece)) return;
    if (piece.head &&
        !(piece.method == "POST" && (piece.target == "/v1/reports" || piece.target == "/v1/registration"))) {
      violations_.add("a site in Locked Down mode sends nothing but reports",
                      std::string(piece.site) + " sent " + std::string(piece.method) + " " +
                          std::string(piece.target) + " in Locked Down mode",
                      evidence(piece));
    }
    if (piece.method.empty())
      violations_.add("a site in Locked Down mode sends nothing but reports",
                      std::string(piece.site) + " sent " + std::string(piece.where) + " in Locked Down mode",
                      evidence(piece));
    const std::set<std::string>& addresses = addresses_of(piece.site);
    for_each_reading(piece.content, [&](std::string_view how, std::string_view reading) {
      for_each_address(reading, [&](std::string_view address) {
        if (!addresses.contains(std::string(address))) return;
        violations_.add("no address of " + std::string(piece.site) + " leaves in Locked Down mode",
                        std::string(address) + " left " + std::string(piece.site) + " " + std::string(how) +
                            " in " + std::string(piece.where),
                        evidence(piece));
      });
    });
  }
  void closed(const Departures::Piece& piece, std::string_view why) {
    if (!locked(piece)) return;
    violations_.add("all that leaves can be opened with the server's key",
                    std::string(piece.where) + " of " + std::string(piece.site) +
                        " cannot be looked into: " + std::string(why));
  }
  std::string evidence(const Departures::Piece& piece) const {
    return setting_.stamp(piece.at) + " " + std::string(piece.host) + " " + std::string(piece.where);
  }
  const std::set<std::string>& addresses_of(std::string_view name) {
    const auto known = addresses_.find(name);
    if (known != addresses_.end()) return known->second;
    std::set<std::string>& addresses = addresses_[std::string(name)];
    for (const Setting::Site& site : setting_.sites) {
      if (site.name != name) continue;
      for (const runtime::Address& address : site.addresses) addresses.insert(address.to_string());
    }
    return addresses;
  }

  const Setting& setting_;
  Departures departures_;
  std::map<std::string, runtime::Instant, std::less<>> since_;  // sites that are locked down, and since when
  std::set<std::string> left_;                                  // sites that were told to be back in Normal
  std::map<std::string, std::set<std::string>, std::less<>> addresses_;
  Violations violations_;
  std::size_t compared_ = 0;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Check> make_no_address_in_locked_down(const Setting& setting) {
  return std::make_unique<NoAddressInLockedDown>(setting);
}

}  // namespace mr::scenarios
