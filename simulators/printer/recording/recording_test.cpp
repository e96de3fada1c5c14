#include "simulators/printer/recording/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace mr::printer {
namespace {

using snmp::Oid;
using snmp::Value;
using std::chrono::seconds;

TEST(Snmprec, ReadsEveryTypeOfTheFormat) {
  const auto read = read_snmprec(
      "1.3.6.1.9.1|2|-5\n1.3.6.1.9.2|4|a|b\r\n1.3.6.1.9.3|4x|00fF\n1.3.6.1.9.4|6|1.3.6\n1.3.6.1.9.5|64|192.0."
      "2.1\n"
      "1.3.6.1.9.6|64x|c0000201\n1.3.6.1.9.7|65|4294967295\n1.3.6.1.9.8|66|7\n1.3.6.1.9.9|67|8\n1.3.6.1.9.10|"
      "70|18446744073709551615\n");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(read->report.unserved.empty());
  const Value expected[] = {Value::integer(-5),
                            Value::octets("a|b"),
                            Value::octets(std::string("\0\xff", 2)),
                            Value::oid(Oid{1, 3, 6}),
                            Value::ip_address({192, 0, 2, 1}),
                            Value::ip_address({192, 0, 2, 1}),
                            Value::counter32(4294967295u),
                            Value::gauge32(7),
                            Value::time_ticks(8),
                            Value::counter64(~0ull)};
  ASSERT_EQ(read->variables.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(read->variables[i].value, expected[i]) << i;
}

TEST(Snmprec, ListsWhatItCannotServe) {
  const auto read = read_snmprec(
      "1.3.6.1.9.2|2|1\n1.3.6.1.9.1|2|1\n1.3.6.1.9.2|2|9\n1.3.6.1.9.3|65|6git3159\n1.3.6.1.9.4|65|-1\n1.3.6."
      "1.9.5|99|x\n"
      "oops\n1.x|2|1\n1.3.6.1.9.6|4x|abc\n1.3.6.1.9.7|2|2147483648\n9.9|2|1\n");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->report.served, 2u);
  EXPECT_EQ(read->report.out_of_order, 1u);
  EXPECT_EQ(read->report.lines, 11u);
  std::vector<std::pair<std::size_t, Unserved>> notes;
  for (const ImportNote& note : read->report.unserved) notes.emplace_back(note.line, note.why);
  const std::vector<std::pair<std::size_t, Unserved>> expected{
      {3, Unserved::duplicate},    {4, Unserved::bad_value},      {5, Unserved::bad_value},
      {6, Unserved::unknown_type}, {7, Unserved::malformed_line}, {8, Unserved::bad_name},
      {9, Unserved::bad_value},    {10, Unserved::bad_value},     {11, Unserved::bad_name}};
  EXPECT_EQ(notes, expected);
  EXPECT_EQ(read->variables[1].value, Value::integer(1)) << "the first of two is served";
  EXPECT_EQ(read_snmprec("").error(), Fault(recording_errc::not_a_recording));
}

TEST(Walk, ReadsWhatSnmpwalkPrints) {
  const auto read = read_recording(
      ".1.3.6.1.2.1.1.1.0 = STRING: \"first\nsecond = \\\"x\\\"\n\nlast\"\n"
      ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.253\n.1.3.6.1.2.1.1.3.0 = Timeticks: (4280423) 11:53:24.23\n"
      ".1.3.6.1.2.1.1.4.0 = \"\"\n.1.3.6.1.2.1.1.5.0 = STRING: plain\n"
      ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF \n01 02 \n"
      ".1.3.6.1.2.1.2.2.1.7.1 = INTEGER: up(1)\n.1.3.6.1.2.1.4.20.1.1.10.0.0.1 = IpAddress: 10.0.0.1\n"
      ".1.3.6.1.2.1.31.1.1.1.6.1 = Counter64: 9999999999\n.1.3.6.1.2.1.43.1 = Wrong Type (should be "
      "INTEGER): Gauge32: 5\n"
      ".1.3.6.1.2.1.43.2 = No Such Instance currently exists at this OID\n.1.3.6.1.2.1.43.3 = BITS: 80 01 "
      "first(0)\n");
  ASSERT_TRUE(read) << to_string(read.error());
  std::map<std::string, Value> by_name;
  for (const auto& line : read->variables) by_name[line.name.text()] = line.value;
  EXPECT_EQ(by_name["1.3.6.1.2.1.1.1.0"], Value::octets("first\nsecond = \"x\"\n\nlast"));
  EXPECT_EQ(by_name["1.3.6.1.2.1.1.2.0"].oid()->text(), "1.3.6.1.4.1.253");
  EXPECT_EQ(by_name["1.3.6.1.2.1.1.3.0"], Value::time_ticks(4280423));
  EXPECT_EQ(by_name["1.3.6.1.2.1.1.4.0"], Value::octets(""));
  EXPECT_EQ(by_name["1.3.6.1.2.1.1.5.0"], Value::octets("plain"));
  EXPECT_EQ(by_name["1.3.6.1.2.1.2.2.1.6.1"].octets()->size(), 18u);
  EXPECT_EQ(by_name["1.3.6.1.2.1.2.2.1.7.1"], Value::integer(1));
  EXPECT_EQ(by_name["1.3.6.1.2.1.31.1.1.1.6.1"], Value::counter64(9999999999ull));
  EXPECT_EQ(by_name["1.3.6.1.2.1.43.1"], Value::gauge32(5));
  EXPECT_EQ(by_name["1.3.6.1.2.1.43.3"], Value::octets(std::string("\x80\x01", 2)));
  ASSERT_EQ(read->report.unserved.size(), 1u);
  EXPECT_EQ(read->report.unserved[0].why, Unserved::no_value);
}

TEST(Walk, RefusesSymbolicNames) {
  EXPECT_EQ(read_recording("SNMPv2-MIB::sysDescr.0 = STRING: x\n").error(),
            Fault(recording_errc::symbolic_names));
  EXPECT_EQ(read_recording("iso.3.6.1.2.1.1.1.0 = STRING: x\n").error(),
            Fault(recording_errc::symbolic_names));
  EXPECT_EQ(read_recording("Timeout: No Response from 192.0.2.1.\n").error(),
            Fault(recording_errc::not_a_recording));
}

TEST(Context, IsInTheFileName) {
  EXPECT_EQ(context_of("a/b/jetdirect_context@Jetdirect.snmprec"), "Jetdirect");
  EXPECT_EQ(context_of("a@b/xerox.snmprec"), "");
}

TEST(RecordedPrinter, IsAsRecordedUntilSomethingHappens) {
  auto read = read_snmprec(
      "1.3.6.1.2.1.1.3.0|67|1000\n1.3.6.1.2.1.25.1.1.0|67|900\n1.3.6.1.2.1.25.3.2.1.5.1|2|3\n1.3.6.1.2.1.25."
      "3.5.1.1.1|2|3\n1.3.6.1.2.1.25.3.5.1.2.1|4x|2104\n"
      "1.3.6.1.2.1.43.5.1.1.17.1|4|SN1\n1.3.6.1.2.1.43.10.2.1.4.1.1|65|30734\n"
      "1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black "
      "Toner\n1.3.6.1.2.1.43.11.1.1.8.1.1|2|26000\n1.3.6.1.2.1.43.11.1.1.9.1.1|2|260\n"
      "1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.1|2|30734\n1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.34|2|30734\n1.3.6.1."
      "6.3.10.2.1.3.0|2|42809\n");
  ASSERT_TRUE(read);
  const RecordedPrinter printer = make_printer(std::move(*read), "t");
  Device device = printer.device();
  device.power_on(seconds(0));
  DeviceMib mib(printer.mib, device);
  mib.at(seconds(2));
  const auto get = [&](const char* name) { return mib.get(*Oid::parse(name)); };
  EXPECT_EQ(get("1.3.6.1.2.1.1.3.0"), Value::time_ticks(1200));
  EXPECT_EQ(get("1.3.6.1.2.1.25.1.1.0"), Value::time_ticks(1100));
  EXPECT_EQ(get("1.3.6.1.6.3.10.2.1.3.0"), Value::integer(42811));
  EXPECT_EQ(get("1.3.6.1.2.1.25.3.5.1.2.1"), Value::octets("\x21\x04"));
  EXPECT_TRUE(device.as_recorded());
  EXPECT_EQ(device.identity().serial, "SN1");
  EXPECT_EQ(printer.report.live.size(), 3u);

  EXPECT_EQ(device.run_job({.black = 60}, seconds(3)), 60u);
  EXPECT_EQ(get("1.3.6.1.2.1.43.11.1.1.9.1.1"), Value::integer(200));
  EXPECT_EQ(get("1.3.6.1.2.1.43.10.2.1.4.1.1"), Value::counter32(30794));
  EXPECT_EQ(get("1.3.6.1.4.1.253.8.53.13.2.1.6.1.20.34"), Value::integer(30794));
  EXPECT_EQ(get("1.3.6.1.2.1.25.3.5.1.2.1"), Value::octets(std::string("\x20\0", 2)))
      << "low toner; the tray is not in the recording";
  EXPECT_EQ(get("1.3.6.1.2.1.43.18.1.1.7.1.1"), Value::integer(code_toner_almost_empty));
  device.replace_supply(0, "new", seconds(4));
  EXPECT_EQ(get("1.3.6.1.2.1.25.3.2.1.5.1"), Value::integer(2));
}

TEST(RecordedPrinter, WholeAlertRowsBecomeAlerts) {
  std::string text;
  const char* cells[] = {"2.1.55|2|1",     "3.1.55|2|3",  "4.1.55|2|5",     "5.1.55|2|-1",
                         "6.1.55|2|35078", "7.1.55|2|23", "8.1.55|4|sleep", "9.1.55|67|77"};
  for (const char* cell : cells) text += std::string("1.3.6.1.2.1.43.18.1.1.") + cell + "\n";
  text += "1.3.6.1.2.1.43.18.1.1.2.1.61|2|4\n";
  auto read = read_snmprec(text);
  ASSERT_TRUE(read);
  const RecordedPrinter printer = make_printer(std::move(*read), "t");
  Device device = printer.device();
  device.power_on(seconds(0));
  ASSERT_EQ(device.alerts().size(), 1u);
  DeviceMib mib(printer.mib, device);
  EXPECT_EQ(mib.get(*Oid::parse("1.3.6.1.2.1.43.18.1.1.9.1.55")), Value::time_ticks(77));
  EXPECT_EQ(mib.get(*Oid::parse("1.3.6.1.2.1.43.18.1.1.2.1.61")), Value::integer(4))
      << "of an incomplete row, what there is";
  Alert alert;
  EXPECT_EQ(device.raise(alert, seconds(1)), 62) << "after the recorded ones";
  EXPECT_TRUE(device.clear(55, seconds(2)));
  EXPECT_TRUE(mib.get(*Oid::parse("1.3.6.1.2.1.43.18.1.1.9.1.55")).is_exception());
}

// --- all recordings at hand ---

std::filesystem::path shared() {
  if (const char* set = std::getenv("MAKEREADY_SHARED")) return set;
  return "../shared";
}

TEST(Recordings, AllImportAndAreServedAsRecorded) {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"recordings", "fragments"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(shared() / folder, none)) {
      if (entry.path().extension() == ".snmprec") files.push_back(entry.path());
    }
  }
  if (files.empty()) GTEST_SKIP() << "no recordings in " << shared();
  std::sort(files.begin(), files.end());
  const Oid alerts{1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
  std::size_t total = 0;
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename());
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto read = read_recording(text.str());
    ASSERT_TRUE(read) << to_string(read.error());
    std::map<Oid, Value> expected;
    for (const auto& line : read->variables) expected[line.name] = line.value;
    const RecordedPrinter printer = make_printer(std::move(*read), file.stem().string());
    if (file.stem() == "okilan_9450g") {
      ASSERT_EQ(printer.report.unserved.size(), 1u);
      EXPECT_EQ(printer.report.unserved[0].why, Unserved::bad_value);
      EXPECT_EQ(printer.report.unserved[0].detail, "6git3159");
    } else if (file.stem() == "canonprinter_lbp") {
      ASSERT_EQ(printer.report.unserved.size(), 2u);
      EXPECT_EQ(printer.report.unserved[0].why, Unserved::duplicate);
    } else {
      EXPECT_TRUE(printer.report.unserved.empty()) << printer.report.unserved[0].name;
    }
    Device device = printer.device();
    device.power_on(Moment{0});
    DeviceMib mib(printer.mib, device);
    Oid at, name;
    Value value;
    std::size_t seen = 0;
    while (mib.next(at, name, value)) {
      ASSERT_LT(at, name);
      at = name;
      const auto found = expected.find(name);
      if (found == expected.end()) {
        EXPECT_TRUE(name.starts_with(alerts)) << name.text() << " was not recorded";
        continue;
      }
      ++seen;
      if (name == *Oid::parse("1.3.6.1.6.3.10.2.1.1.0")) continue;
      EXPECT_EQ(value, found->second)
          << name.text() << ": " << value.text() << " for " << found->second.text();
    }
    EXPECT_EQ(seen, expected.size());
    total += seen;
    // Use must not disturb it: one job and a power cycle, and the walk is still in order.
    device.run_job({.black = 10}, seconds(1));
    device.power_off(seconds(2));
    device.power_on(seconds(3));
    for (at.clear(); mib.next(at, name, value); at = name) ASSERT_LT(at, name);
  }
  EXPECT_GT(total, 5000u);
}

}  // namespace
}  // namespace mr::printer
