// Every profile's walk against the texts of its MIB modules, and each kind of check against a walk that was
// spoilt for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "reference/runtime/entropy.hpp"
#include "simulators/printer/profiles/consistency.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/recording/recording.hpp"
#include "simulators/printer/snmp/mib_text/mib_check.hpp"

namespace mr::printer {
namespace {

namespace fs = std::filesystem;
using snmp::Oid;
using snmp::Value;
using snmp::VarBind;
using std::chrono::hours;
using std::chrono::seconds;

fs::path shared_folder() {
  const char* named = std::getenv("MAKEREADY_SHARED");
  return named ? fs::path(named) : fs::path("../shared");
}

// Read once in a process: a second and some.
const MibTexts* texts() {
  static const std::optional<MibTexts> read = [] {
    std::vector<std::string> folders;
    for (const char* group : {"ietf", "iana", "pwg", "xerox"})
      folders.push_back((shared_folder() / "mibs" / group).string());
    auto out = MibTexts::read(folders);
    EXPECT_TRUE(out || out.error() == Fault(mib_errc::no_texts)) << to_string(out.error());
    return out ? std::optional<MibTexts>(std::move(*out)) : std::nullopt;
  }();
  return read ? &*read : nullptr;
}

#define NEEDS_TEXTS() \
  if (!texts()) GTEST_SKIP() << "no MIB texts at " << shared_folder() / "mibs"

std::string words(const std::vector<Finding>& findings) {
  std::string out;
  std::size_t n = 0;
  for (const Finding& one : findings) {
    if (++n > 60) return out + "... of " + std::to_string(findings.size()) + "\n";
    out += text(one) + "\n";
  }
  return out;
}

struct Printer {
  explicit Printer(std::string_view key, std::uint32_t number = 0)
      : entropy(7), model(*profile(key)), device(make_device(model, number, entropy)) {
    device.set_address({192, 0, 2, 9});
    device.set_clock(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29), std::chrono::minutes(60));
    device.power_on(now);
    go(hours(1));
    mib = std::make_unique<DeviceMib>(compose_mib(model), device);
    mib->engine_id(
        std::string("\x80\x00\x1f\x88\x04"
                    "abc",
                    8));
    mib->at(now);
  }
  void go(Moment by) {
    now += by;
    device.advance(now);
    if (mib) mib->at(now);
  }
  MibWalk walk() { return walk_of(*mib); }
  MibWalk alerts() {  // what AlertLaw looks at
    MibWalk out = walk_of(*mib, {1, 3, 6, 1, 2, 1, 43, 5, 1});
    for (VarBind& v : walk_of(*mib, {1, 3, 6, 1, 2, 1, 43, 18, 1})) out.push_back(std::move(v));
    return out;
  }

  runtime::SeededEntropy entropy;
  ModelPtr model;
  Moment now{};
  Device device;
  std::unique_ptr<DeviceMib> mib;
};

// One thing that may happen to a printer, drawn.
void befall(Printer& printer, runtime::Stream64& draw) {
  Device& device = printer.device;
  const Model& model = *printer.model;
  const Moment now = printer.now;
  const auto one_of = [&](std::size_t n) { return static_cast<std::size_t>(draw.below(n)); };
  switch (draw.below(10)) {
    case 0:
    case 1: {
      Job job{.function = draw.chance(200'000) ? JobFunction::copy : JobFunction::print,
              .black = static_cast<std::uint32_t>(draw.between(1, 60)),
              .name = "report"};
      if (model.colour) job.colour = static_cast<std::uint32_t>(draw.between(0, 30));
      if (model.duplex) job.two_sided_sheets = (job.black + job.colour) / 2;
      if (device.ready()) device.run_job(job, now);
      break;
    }
    case 2:
      if (!model.faults.empty()) {
        const std::size_t fault = one_of(model.faults.size());
        if (!follows_from_state(model.faults[fault])) device.raise_fault(fault, now);
      }
      break;
    case 3:
      for (std::size_t i = 0; i < model.faults.size(); ++i) device.clear_fault(i, {}, now);
      break;
    case 4:
      if (!model.covers.empty())
        device.set_cover(one_of(model.covers.size()),
                         draw.chance(500'000) ? CoverStatus::open : CoverStatus::closed, now);
      break;
    case 5:
      if (!model.supplies.empty()) {
        const std::size_t supply = one_of(model.supplies.size());
        device.set_supply_level(supply,
                                static_cast<std::int32_t>(one_of(
                                    static_cast<std::size_t>(model.supplies[supply].capacity) / 4 + 1)),
                                now);
      }
      break;
    case 6:
      if (!model.supplies.empty()) device.replace_supply(one_of(model.supplies.size()), "NEW1", now);
      break;
    case 7: {
      const std::size_t tray = one_of(model.inputs.size());
      device.set_input_level(tray, draw.chance(500'000) ? 0 : model.inputs[tray].capacity, now);
      device.set_input_present(one_of(model.inputs.size()), draw.chance(700'000), now);
      break;
    }
    case 8:
      device.set_online(draw.chance(700'000), now);
      device.standby(draw.chance(300'000), now);
      break;
    default:
      device.set_output_level(
          0, static_cast<std::int32_t>(one_of(static_cast<std::size_t>(model.outputs[0].capacity) + 1)), now);
  }
}

//= PRN-PRINTER-MIB type=test
TEST(MibText, ProfilesFitTheTexts) {
  NEEDS_TEXTS();
  EXPECT_GT(texts()->size(), 1500u);
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    Printer printer(key);
    const MibWalk walk = printer.walk();
    EXPECT_GT(walk.size(), 300u);
    EXPECT_EQ(words(check_walk(*texts(), mib_laws(), walk)), "");
  }
}

// Whatever happens, what a walk finds fits, and prtAlertTable keeps its rules.
//= PRN-PRINTER-MIB type=test
//= PRN-ALERT-TABLE type=test
TEST(MibText, ProfilesFitWhateverHappens) {
  NEEDS_TEXTS();
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    Printer printer(key);
    runtime::Stream64 draw = printer.entropy.stream("test/mib");
    AlertLaw law;
    std::size_t rows = 0;
    EXPECT_EQ(words(law.next(printer.alerts(), true)), "");
    for (int step = 0; step < 120; ++step) {
      printer.go(std::chrono::minutes(20));
      bool restarted = false;
      if (draw.chance(30'000)) {
        printer.device.power_off(printer.now);
        printer.device.power_on(printer.now);
        printer.go(std::chrono::minutes(15));
        restarted = true;
      } else {
        befall(printer, draw);
      }
      rows += printer.device.alerts().size();
      ASSERT_EQ(words(law.next(printer.alerts(), restarted)), "") << "step " << step;
      if (step % 12 == 0) {
        ASSERT_EQ(words(check_walk(*texts(), mib_laws(), printer.walk())), "") << "step " << step;
      }
    }
    EXPECT_GT(rows, 20u) << "there were alerts to be looked at";
  }
}

// What must be there, by table: a composition that lost one would fit the texts as well.
TEST(MibText, ProfilesHaveTheirTables) {
  NEEDS_TEXTS();
  const auto has = [](const MibWalk& walk, std::string_view name) {
    const ObjectText* object = texts()->named(name);
    if (!object) return false;
    return std::any_of(walk.begin(), walk.end(),
                       [&](const VarBind& v) { return v.name.starts_with(object->oid); });
  };
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    Printer printer(key);
    printer.device.set_cover(0, CoverStatus::open, printer.now);
    Settings settings = printer.device.settings();
    settings.trap_targets = {{"192.0.2.1"}};
    printer.device.set(settings);
    const MibWalk walk = printer.walk();
    const Model& model = *printer.model;
    std::vector<std::string_view> names{"sysORID",
                                        "snmpInPkts",
                                        "ifType",
                                        "ifHCInOctets",
                                        "ipInReceives",
                                        "ipAdEntAddr",
                                        "snmpEngineID",
                                        "hrSystemDate",
                                        "hrStorageUsed",
                                        "hrDeviceStatus",
                                        "hrPrinterDetectedErrorState",
                                        "hrNetworkIfIndex",
                                        "hrSWInstalledName",
                                        "prtGeneralConfigChanges",
                                        "prtStorageRefIndex",
                                        "prtDeviceRefIndex",
                                        "prtCoverStatus",
                                        "prtLocalizationLanguage",
                                        "prtInputCurrentLevel",
                                        "prtOutputRemainingCapacity",
                                        "prtMarkerLifeCount",
                                        "prtMediaPathType",
                                        "prtChannelState",
                                        "prtInterpreterLangFamily",
                                        "prtConsoleDisplayBufferText",
                                        "prtConsoleColor",
                                        "prtAlertCode",
                                        "ppmPortName",
                                        "icKeyServiceType",
                                        "icServiceState",
                                        "icSubunitStatus",
                                        "icTrafficInputKOctets",
                                        "icMediaUsedTotalSheets",
                                        "jmGeneralJobSetName"};
    if (!model.supplies.empty())
      names.insert(names.end(), {"prtMarkerSuppliesLevel", "prtMarkerColorantValue"});
    const bool told_apart = std::any_of(model.meters.begin(), model.meters.end(),
                                        [](const MeterKind& kind) { return kind.colours == counts_colour; });
    if (!model.colour || told_apart) names.push_back("icImpressionTotalImps");
    if (!model.finishers.empty())
      names.insert(names.end(), {"finDeviceStatus", "finDeviceAttributeValueAsInteger"});
    const bool staples =
        std::any_of(model.supplies.begin(), model.supplies.end(),
                    [](const SupplyKind& kind) { return kind.wears_by == WearsBy::staples; });
    if (!model.finishers.empty() && staples) names.push_back("finSupplyCurrentLevel");
    if (model.object_id[6] == 253) {
      names.insert(names.end(),
                   {"xcmGenBaseSNMPReadCommunity", "xcmGenTrapClientIndex", "xcmGenTrapViewRowStatus",
                    "xcmHrDevInfoSerialNumber", "xcmHrDevMgmtCommandRequest", "xcmHrDevDetailValueInteger",
                    "xcmHrSystemFaultCode", "xcmHrGeneralSystemFaultLast", "xcmHrDevAlertCodeString"});
      if (!model.supplies.empty()) names.push_back("xcmHrSuppliesClass");
      if (!model.service_items.empty()) names.push_back("xcmHrDetailValueInteger");
    }
    for (const std::string_view name : names) EXPECT_TRUE(has(walk, name)) << name;
  }
}

// --- each check fails for its reason ---

struct Spoilt : testing::Test {
  void SetUp() override {
    NEEDS_TEXTS();
    printer.emplace("office-colour-mfp");
    printer->device.set_cover(1, CoverStatus::open, printer->now);
    walk = printer->walk();
    ASSERT_EQ(words(check_walk(*texts(), mib_laws(), walk)), "");
  }
  static Oid named(std::string_view object, const Oid& index) { return texts()->named(object)->oid + index; }
  VarBind& at(std::string_view object, const Oid& index) {
    const Oid name = named(object, index);
    const auto found =
        std::find_if(walk.begin(), walk.end(), [&](const VarBind& v) { return v.name == name; });
    EXPECT_NE(found, walk.end()) << object;
    return *found;
  }
  void remove(std::string_view object, const Oid& index) {
    const Oid name = named(object, index);
    const auto gone = std::erase_if(walk, [&](const VarBind& v) { return v.name == name; });
    EXPECT_EQ(gone, 1u) << object;
  }
  void add(const Oid& name, Value value) {
    const auto after =
        std::find_if(walk.begin(), walk.end(), [&](const VarBind& v) { return name < v.name; });
    walk.insert(after, {name, std::move(value)});
  }
  // One finding of that kind about `name`, and no other kind.
  void expect(Breach breach, const Oid& name) {
    const auto found = check_walk(*texts(), mib_laws(), walk);
    EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                            [&](const Finding& one) { return one.breach == breach && one.name == name; }))
        << "looked for " << describe(breach) << " " << name.text() << ", found:\n"
        << words(found);
    EXPECT_LE(found.size(), 3u) << words(found);
  }
  std::optional<Printer> printer;
  MibWalk walk;
};

TEST_F(Spoilt, AnObjectThatNoTextHas) {
  const Oid name{1, 3, 6, 1, 4, 1, 253, 8, 53, 99, 1, 0};
  add(name, Value::integer(1));
  expect(Breach::unknown_object, name);
}

TEST_F(Spoilt, AnObjectThatCannotBeRead) {
  const Oid name = named("prtCoverIndex", {1, 1});
  add(name, Value::integer(1));
  expect(Breach::not_readable, name);
}

TEST_F(Spoilt, Types) {
  at("prtMarkerLifeCount", {1, 1}).value = Value::integer(5);
  expect(Breach::bad_value, named("prtMarkerLifeCount", {1, 1}));
}

TEST_F(Spoilt, Ranges) {
  at("prtMarkerSuppliesLevel", {1, 1}).value = Value::integer(-4);
  expect(Breach::bad_value, named("prtMarkerSuppliesLevel", {1, 1}));
}

TEST_F(Spoilt, Enumerations) {
  at("prtInputType", {1, 1}).value = Value::integer(77);
  expect(Breach::bad_value, named("prtInputType", {1, 1}));
}

TEST_F(Spoilt, Sizes) {
  at("hrDeviceDescr", {1}).value = Value::octets(std::string(65, 'x'));
  expect(Breach::bad_value, named("hrDeviceDescr", {1}));
}

TEST_F(Spoilt, SizesOfDates) {
  at("hrSystemDate", {0}).value = Value::octets(std::string(6, '\1'));
  expect(Breach::bad_value, named("hrSystemDate", {0}));
}

TEST_F(Spoilt, CharacterSets) {
  at("sysDescr", {0}).value = Value::octets("Gr\xfc\xdf");
  expect(Breach::bad_value, named("sysDescr", {0}));
}

TEST_F(Spoilt, IndicesOutOfRange) {
  const Oid name = named("prtCoverDescription", {1, 0});
  add(name, Value::octets("x"));
  expect(Breach::bad_index, name);
}

TEST_F(Spoilt, IndicesTooLong) {
  const Oid name = named("prtCoverDescription", {1, 1, 7});
  add(name, Value::octets("x"));
  expect(Breach::bad_index, name);
}

TEST_F(Spoilt, ScalarsWithAnIndex) {
  const Oid name = named("hrMemorySize", {1});
  add(name, Value::integer(1));
  expect(Breach::bad_index, name);
}

TEST_F(Spoilt, IndicesOfOctets) {
  const Oid name = named("xcmGenTrapClientIndex", {1, 6, 192, 0, 2, 1, 300, 1});
  add(name, Value::integer(1));
  expect(Breach::bad_index, name);
}

TEST_F(Spoilt, HolesInRows) {
  remove("prtMarkerSuppliesMaxCapacity", {1, 3});
  expect(Breach::hole, named("prtMarkerSuppliesMaxCapacity", {1, 3}));
}

TEST_F(Spoilt, HolesInGroups) {
  remove("hrSystemNumUsers", {0});
  expect(Breach::hole, named("hrSystemNumUsers", {0}));
}

TEST_F(Spoilt, Gaps) {
  std::erase_if(walk, [](const VarBind& v) {
    return texts()->object_of(v.name)->index.size() == 1 && v.name.back() == 1 &&
           (v.name.starts_with({1, 3, 6, 1, 2, 1, 2, 2}) || v.name.starts_with({1, 3, 6, 1, 2, 1, 31, 1}));
  });
  const auto found = check_walk(*texts(), mib_laws(), walk);
  EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const Finding& one) {
    return one.breach == Breach::gap;
  })) << words(found);
}

TEST_F(Spoilt, Counts) {
  at("ppmGeneralNumberOfPorts", {0}).value = Value::gauge32(9);
  expect(Breach::miscount, named("ppmGeneralNumberOfPorts", {0}));
}

TEST_F(Spoilt, Colorants) {
  at("prtMarkerSuppliesColorantIndex", {1, 1}).value = Value::integer(9);
  expect(Breach::dangling, named("prtMarkerSuppliesColorantIndex", {1, 1}));
}

TEST_F(Spoilt, Defaults) {
  at("prtInputDefaultIndex", {1}).value = Value::integer(40);
  expect(Breach::dangling, named("prtInputDefaultIndex", {1}));
}

TEST_F(Spoilt, Devices) {
  const Oid name = named("hrNetworkIfIndex", {77});
  add(name, Value::integer(1));
  expect(Breach::dangling, name.first(name.size() - 1) + 77u);
}

TEST_F(Spoilt, AlertsOfPartsThatAreNotThere) {
  const Oid row{1, static_cast<Oid::Arc>(printer->device.alerts().front().index)};
  at("prtAlertGroupIndex", row).value = Value::integer(60);
  expect(Breach::dangling, named("prtAlertGroupIndex", row));
}

TEST_F(Spoilt, Order) {
  std::swap(walk[10], walk[11]);
  expect(Breach::disorder, walk[11].name);
}

TEST_F(Spoilt, FinisherSupplies) {
  for (const std::string_view key : profile_keys()) {
    if (profile(key)->get()->finishers.empty()) continue;
    Printer other(key);
    walk = other.walk();
    const ObjectText* object = texts()->named("finSupplyDeviceIndex");
    for (VarBind& variable : walk) {
      if (!variable.name.starts_with(object->oid)) continue;
      variable.value = Value::integer(30);
      return expect(Breach::dangling, variable.name);
    }
  }
  FAIL() << "no profile has staples";
}

// --- the alert table over time ---

struct Alerts : Spoilt {
  void SetUp() override {
    Spoilt::SetUp();
    ASSERT_EQ(words(law.next(walk, true)), "");
    printer->device.set_cover(0, CoverStatus::open, printer->now);
    next = printer->walk();
  }
  // `edit` spoils the second walk.
  void expect_rule(const std::function<void(VarBind&)>& edit) {
    for (VarBind& variable : next) edit(variable);
    const auto found = law.next(next, false);
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].breach, Breach::alert_rule);
  }
  const Oid entry{1, 3, 6, 1, 2, 1, 43, 18, 1, 1}, all{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 19, 1},
      critical{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 18, 1};
  AlertLaw law;
  MibWalk next;
};

TEST_F(Alerts, AsTheyAre) { EXPECT_EQ(words(law.next(next, false)), ""); }
TEST_F(Alerts, ARowThatTurnsIntoAnother) {
  expect_rule([&](VarBind& v) {
    if (v.name.starts_with(entry + 7u)) v.value = Value::integer(8);
  });
}
TEST_F(Alerts, ARowWithoutItsEvent) {
  expect_rule([&](VarBind& v) {
    if (v.name == all) v.value = Value::counter32(static_cast<std::uint32_t>(*v.value.number() - 1));
  });
}
TEST_F(Alerts, ACriticalRowWithoutItsEvent) {
  expect_rule([&](VarBind& v) {
    if (v.name == critical) v.value = Value::counter32(static_cast<std::uint32_t>(*v.value.number() - 1));
  });
}
TEST_F(Alerts, AnIndexThatIsUsedAgain) {
  printer->device.set_cover(0, CoverStatus::closed, printer->now);
  ASSERT_EQ(words(law.next(next, false)), "");
  ASSERT_EQ(words(law.next(printer->walk(), false)), "");
  EXPECT_FALSE(law.next(next, false).empty()) << "a row came back under its old index";
}
TEST_F(Alerts, FirstIndexAfterPowerOn) {
  printer->device.power_off(printer->now);
  printer->device.power_on(printer->now);
  printer->go(std::chrono::minutes(10));
  MibWalk fresh = printer->walk();
  for (VarBind& v : fresh) {
    if (!v.name.starts_with(entry)) continue;
    const auto tail = v.name.after(entry);
    const Oid::Arc index = tail[2] + 40;
    if (tail[0] == 1) v.value = Value::integer(static_cast<std::int32_t>(index));
    v.name = entry + tail[0] + tail[1] + index;
  }
  EXPECT_FALSE(law.next(fresh, true).empty());
}

// --- real printers ---

// The deviations of real printers that were found by other means are found here.
TEST(MibText, RecordingsDeviateAsKnown) {
  NEEDS_TEXTS();
  std::ifstream table(shared_folder() / "recordings" / "mib_deviations.tsv");
  if (!table) GTEST_SKIP() << "no recordings at " << shared_folder() / "recordings";
  std::string line;
  std::getline(table, line);
  std::map<std::string, std::set<std::string>> known;
  while (std::getline(table, line)) {
    std::istringstream cells(line);
    std::string recording, kind, name;
    std::getline(cells, recording, '\t');
    std::getline(cells, kind, '\t');
    std::getline(cells, name, '\t');
    // The importer keeps the first of two, and refuses what is no number.
    if (kind != "duplicate" && kind != "not_integer") known[recording].insert(name);
  }
  EXPECT_GE(known.size(), 5u);
  for (const auto& [recording, names] : known) {
    SCOPED_TRACE(recording);
    std::ifstream file(shared_folder() / "recordings" / (recording + ".snmprec"), std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(file), {}};
    const auto read = read_snmprec(octets);
    ASSERT_TRUE(read);
    MibWalk walk;
    for (const Recording::Line& one : read->variables) walk.push_back({one.name, one.value});
    std::set<std::string> found;
    for (const Finding& one : check_walk(*texts(), mib_laws(), walk)) {
      if (one.breach == Breach::bad_value) found.insert(one.name.text());
    }
    for (const std::string& name : names) EXPECT_TRUE(found.contains(name)) << name;
  }
}

}  // namespace
}  // namespace mr::printer
