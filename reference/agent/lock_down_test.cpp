#include "reference/agent/lock_down.hpp"

#include <gtest/gtest.h>

#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/sample.hpp"

namespace mr::agent {
namespace {

runtime::Address address(const char* text) { return boost::asio::ip::make_address(text); }

// A site on public addresses, so that nothing is found only because it is private.
SiteAddresses site() {
  SiteAddresses addresses({{address("203.0.113.10"), address("203.0.113.20")}});
  addresses.add("198.51.100.7");
  addresses.add("2001:db8::1f");
  addresses.add("0000ABCD:002655012233");
  addresses.add("printer-7.office.example");
  return addresses;
}

//= REP-LOCKED-DOWN type=test
TEST(LockDown, FindsAddressesHoweverTheyAreWritten) {
  const SiteAddresses addresses = site();
  for (const char* text : {
           "198.51.100.7",
           "http://198.51.100.7/status",
           "http://198.51.100.7:631/",
           "ipp://[2001:db8::1f]:631/print",
           "lost 203.0.113.10.",
           "203.0.113.20",
           "host198.51.100.7x",
           "198.051.100.007",
           "port:198.51.100.7_9100",
           "ip-198-51-100-7",
           "printer_203_0_113_15",
           "7.100.51.198.in-addr.arpa",
           "1.198.51.100.7",
           "198.51.100.7.5",
           "fe00::198.51.100.7",
           "2001:DB8::1F",
           "2001:0db8:0000:0000:0000:0000:0000:001f",
           "2001:db8::1f%eth0",
           "2001:db8:0:0::1f",
           "address:2001:db8::1f",
           "Interface:2001:db8::1f,up",
           "node2001:db8::1f",
           "2001:db8::1fnext",
           "2001:db8::1f.",
           "2001:db8::0.0.0.31",
           "::ffff:198.51.100.7",
           "::ffff:c633:6407",
           "64:ff9b::c633:6407",
           "2002:c633:6407::1",
           "IPX 0000ABCD:00-26-55-01-22-33",
           "0000abcd.0026.5501.2233",
           "0000ABCD002655012233",
           "see PRINTER-7.office.EXAMPLE.",
           "//printer-7.office.example/queue",
           // Private: of the site, whoever has them.
           "10.1.2.3",
           "name server 192.168.1.1",
           "172.31.0.9",
           "169.254.3.4",
           "fe80::226:55ff:fe01:2233",
           "fd12:3456::1",
       }) {
    EXPECT_TRUE(addresses.in(text)) << text;
  }
}

TEST(LockDown, LeavesWhatIsNoAddressOfTheSite) {
  const SiteAddresses addresses = site();
  for (const char* text : {
           "",
           "Toner low",
           "8.8.8.8",
           "203.0.113.9",
           "203.0.113.21",
           "203.0.113.1",
           "198.51.100.70",
           "1198.51.100.7",
           "198.51.100",
           "198.51-100.7",
           "72.10.31",
           "SS 072.010.031.12300",
           "00:26:55:01:22:33",
           "12:10:05",
           "2001:db8::1e",
           "2001:db8::1f0",
           "std::string",
           "2026-11-23T04:23:02",
           "127.0.0.1",
           "255.255.255.0",
           "0.0.0.0",
           "::1",
           "printer-7",
           "xprinter-7.office.example",
           "printer-7.office.examples",
           "172.32.0.1",
           "0000ABCD",
           "002655012233",
           "fc",
           "a:b:c:d",
       }) {
    EXPECT_FALSE(addresses.in(text)) << text;
  }
}

TEST(LockDown, AnOidIsAnAddressOnlyWhereTheSiteHasIt) {
  const std::string life_count = "1.3.6.1.2.1.43.10.2.1.4.1.1";  // 10.2.1.4, to who looks for addresses
  EXPECT_TRUE(site().in(life_count));
  EXPECT_FALSE(site().in_oid(life_count));
  EXPECT_TRUE(SiteAddresses({{address("10.2.0.0"), address("10.2.255.255")}}).in_oid(life_count));
}

TEST(LockDown, CostsLinearTimeOnLongTexts) {
  const SiteAddresses addresses = site();
  for (const char* pattern : {":", "1:", "::", "1.", "a", "1", "1-", "ffff:"}) {
    std::string text;
    while (text.size() < 8192) text += pattern;
    EXPECT_FALSE(addresses.in(text)) << pattern;
    EXPECT_TRUE(addresses.in(text + " 198.51.100.7")) << pattern;
  }
}

model::DeviceReport report() {
  model::DeviceReport report;
  report.report_id = "r-1";
  report.read_time = model::Stamp::from_ms(1000);
  report.identity.serial_number = "SN-198";
  report.identity.description = "Maker 5; http://198.51.100.7/";
  report.identity.system_name = "printer-7";
  report.identity.location = "Room 2";
  report.identity.queue_names = {"lpd@203.0.113.11", "tray"};
  model::Network network;
  network.mac_addresses = {"00:26:73:01:02:03"};
  network.ip_addresses = {"100.64.1.9"};
  network.subnet_mask = "255.255.255.0";
  network.subnet_address = "100.64.1.0";
  network.default_gateway = "100.64.2.1";
  network.dns_name = "p9.office.example";
  network.ipx_address = "0000BEEF:001122334455";
  report.network = network;
  model::Status status;
  status.console_lines = {
      "Ready",   "IP 100.64.1.9",        "gw 100.64.2.1", "other 100.64.3.1", "p9.office.example",
      "fe80::1", "0000BEEF.001122334455"};
  status.retrieved_at = report.read_time;
  report.status = status;
  report.meters.emplace().rows.push_back({"TotalImpressions", model::MeterScope::system, "impressions", 4711,
                                          "1.3.6.1.2.1.43.10.2.1.4.1.1", report.read_time, 0});
  model::Properties properties;
  properties.components.push_back({"input", 1, "Tray at 100.64.1.77", std::nullopt, std::nullopt});
  report.properties = properties;
  return report;
}

//= REP-LOCKED-DOWN type=test
TEST(LockDown, AReportKeepsMetersAndLosesItsOwnAddressesEverywhere) {
  model::DeviceReport locked = report();
  lock_down(locked, SiteAddresses({}));
  EXPECT_EQ(locked.identity.serial_number, "SN-198");
  EXPECT_TRUE(locked.identity.description) << "198.51.100.7 is nobody's here";
  EXPECT_FALSE(locked.identity.system_name);
  EXPECT_EQ(locked.identity.location, "Room 2");
  EXPECT_EQ(locked.identity.queue_names.size(), 2u);
  EXPECT_EQ(locked.network->mac_addresses.size(), 1u);
  EXPECT_TRUE(locked.network->ip_addresses.empty());
  EXPECT_FALSE(locked.network->subnet_mask || locked.network->subnet_address ||
               locked.network->default_gateway || locked.network->dns_name || locked.network->ipx_address);
  EXPECT_EQ(locked.status->console_lines, (std::vector<std::string>{"Ready", "other 100.64.3.1"}));
  EXPECT_EQ(locked.meters, report().meters);
  EXPECT_EQ(locked.properties->components.at(0).description, "removed")
      << "it is in the printer's subnet, and required";
  model::DeviceReport known = report();
  lock_down(known, site());
  EXPECT_FALSE(known.identity.description);
  EXPECT_EQ(known.identity.queue_names, std::vector<std::string>{"tray"});
}

TEST(LockDown, AManifestKeepsPermissionsAndModeAndLosesTheHostsAddresses) {
  model::Manifest manifest;
  manifest.sender_id = "s-1";
  manifest.permissions = {{"RebootDevice", std::nullopt, std::nullopt}};
  manifest.host.emplace();
  manifest.host->dns_name = "agent.office.example";
  manifest.host->ip_addresses = {"100.64.1.2"};
  manifest.host->site_name = "Site of agent.office.example";
  manifest.host->product_name = "makeready agent";
  manifest.host->critical_services = {"spooler", "proxy 100.64.1.2"};
  manifest.host->security_mode = model::SecurityMode::locked_down;
  lock_down(manifest, SiteAddresses({}));
  EXPECT_FALSE(manifest.host->dns_name || manifest.host->site_name);
  EXPECT_TRUE(manifest.host->ip_addresses.empty());
  EXPECT_EQ(manifest.host->critical_services, std::vector<std::string>{"spooler"});
  EXPECT_EQ(manifest.host->product_name, "makeready agent");
  EXPECT_EQ(manifest.host->security_mode, model::SecurityMode::locked_down);
  EXPECT_EQ(manifest.permissions.size(), 1u);
}

// Every text of every field is made to hold an address: what is left must be a valid message without one.
class Poisoner {
 public:
  template <class T>
  void field(std::string_view name, std::optional<T>& member, const schema::Note& note) {
    if (member) field(name, *member, note);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>& member, const schema::Note& note) {
    for (T& row : member) field(name, row, note);
  }
  template <class T>
  void field(std::string_view, T& member, const schema::Note& note) {
    if constexpr (!schema::is_leaf<T>) {
      schema::describe(*this, member);
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (note.form == schema::Form::text) member += " 198.51.100.7 " + std::to_string(++serial_);
      if (note.form == schema::Form::ip) member = "198.51.100.7";
      if (note.form == schema::Form::word) member += std::to_string(++serial_) + ".198-51-100-7.198.51.100.7";
      if (note.form == schema::Form::oid) member = "1.198.51.100.7";
    }
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

 private:
  int serial_ = 0;
};

TEST(LockDown, NoTextFieldOfTheSchemaIsForgotten) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    schema::Sampler sampler(seed == 1 ? schema::Fill::full : schema::Fill::random, seed);
    auto report = sampler.make<model::DeviceReport>();
    auto manifest = sampler.make<model::Manifest>();
    Poisoner poisoner;
    schema::describe(poisoner, report);
    schema::describe(poisoner, manifest);
    ASSERT_NE(schema::encode(report).find("198.51.100.7"), std::string::npos);
    lock_down(report, site());
    lock_down(manifest, site());
    const std::string told = schema::encode(report) + schema::encode(manifest);
    EXPECT_EQ(told.find("198.51.100.7"), std::string::npos) << told;
    EXPECT_EQ(told.find("198-51-100-7"), std::string::npos) << told;
    // Rows that differed in such a text alone may be equal now, which the schema forbids in one place: meters
    // of one name.
    if (report.meters) report.meters.reset();
    const auto decoded = schema::decode_report(schema::encode(report));
    EXPECT_TRUE(decoded) << to_string(decoded.error());
    const auto head = schema::decode_manifest(schema::encode(manifest));
    EXPECT_TRUE(head) << to_string(head.error());
  }
}

}  // namespace
}  // namespace mr::agent
