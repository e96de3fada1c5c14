// No leak: no marker, in no spelling, in anything that leaves a site, after decryption and unzipping; no
// private key either. A registration key is in the body of registrations and nowhere else.
#include <algorithm>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/departures.hpp"
#include "scenarios/checks/spellings.hpp"

namespace mr::scenarios {
namespace {

class NoLeak final : public Check {
 public:
  explicit NoLeak(const Setting& setting)
      : setting_(setting),
        departures_(setting, {.piece = [this](const Departures::Piece& piece) { search(piece); },
                              .closed = [this](const Departures::Piece& piece,
                                               std::string_view why) { closed(piece, why); },
                              .package = [this](const Departures::Piece&, std::size_t) { ++packages_; }}) {}

  void see(const runtime::TraceLog::Record&) override {}
  void observe(const Observed& observed) override {
    departures_.observe(observed);
    if (observed.what == Observed::What::sent && !observed.connection.leaves_site &&
        !observed.connection.site.empty())
      look_inside(observed.bytes);
  }
  void observe(const ObservedDatagram& datagram) override {
    departures_.observe(datagram);
    if (!datagram.leaves_site && !datagram.site.empty()) look_inside(datagram.bytes);
  }

  Judgement judge() override {
    departures_.finish();
    load();
    const auto seen = static_cast<std::size_t>(std::ranges::count(watched_, true, &Watched::seen));
    // What was never in a site's traffic cannot show that it stays there, and the registration key leaves.
    const bool stays = std::ranges::any_of(
        watched_, [](const Watched& watched) { return watched.seen && !watched.marker.in_registration; });
    if (!stays) return violations_.judge(0, "marker in the traffic inside any site, such as of a job sent there");
    if (packages_ == 0) return violations_.judge(0, "package that leaves a site");
    return violations_.judge(pieces_, "pieces of what left the sites, none with one of " +
                                          std::to_string(watched_.size()) + " markers, " +
                                          std::to_string(seen) + " of which were seen inside; " +
                                          std::to_string(packages_) + " packages opened");
  }

 private:
  struct Watched {
    Setting::Marker marker;
    std::string text;  // in lower case
    bool seen = false;
  };

  // The scenario's markers are known when the first bytes flow.
  void load() {
    for (std::size_t i = watched_.size(); i < setting_.markers.size(); ++i)
      watched_.push_back({setting_.markers[i], lower_case(setting_.markers[i].text)});
  }

  void look_inside(std::span<const std::byte> bytes) {
    load();
    if (std::ranges::all_of(watched_, &Watched::seen)) return;
    const std::string text = lower_case({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (Watched& watched : watched_) {
      if (!watched.seen) watched.seen = text.find(watched.text) != std::string::npos;
    }
  }

  void search(const Departures::Piece& piece) {
    load();
    ++pieces_;
    const bool registration = !piece.head && piece.method == "POST" && piece.target == "/v1/registration";
    for_each_reading(piece.content, [&](std::string_view how, std::string_view reading) {
      for (Watched& watched : watched_) {
        if (reading.find(watched.text) == std::string_view::npos) continue;
        if (registration && watched.marker.in_registration) {
          watched.seen = true;
          continue;
        }
        leaked(piece, "the " + watched.marker.name, how);
      }
      // PKCS #8 and SEC 1 as PEM, and the version and length that begin an ECPrivateKey of P-256.
      using namespace std::string_view_literals;
      if (reading.find("private key-----") != std::string_view::npos ||
          reading.find("\x02\x01\x01\x04\x20"sv) != std::string_view::npos)
        leaked(piece, "a private key", how);
    });
  }

  void leaked(const Departures::Piece& piece, const std::string& what, std::string_view how) {
    violations_.add(
        what + " stays in " + std::string(piece.site),
        what + " left " + std::string(piece.site) + " " + std::string(how) + " in " +
            std::string(piece.where),
        setting_.stamp(piece.at) + " " + std::string(piece.host) + " " + std::string(piece.where));
  }
  void closed(const Departures::Piece& piece, std::string_view why) {
    violations_.add("all that leaves can be opened with the server's key",
                    std::string(piece.where) + " of " + std::string(piece.site) +
                        " cannot be looked into: " + std::string(why));
  }

  const Setting& setting_;
  Departures departures_;
  std::vector<Watched> watched_;
  Violations violations_;
  std::size_t pieces_ = 0, packages_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_no_leak(const Setting& setting) { return std::make_unique<NoLeak>(setting); }

}  // namespace mr::scenarios
