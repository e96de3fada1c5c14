#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "simulators/printer/profiles/built_in.hpp"
#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/resolve.hpp"
#include "simulators/printer/profiles/schema.hpp"

namespace mr::printer {
namespace {

// A profile that is like `key`, with `words` besides.
std::string like(const std::string& key, const std::string& words) {
  return R"({"key": "test", "like": ")" + key + "\"" + (words.empty() ? "" : ", " + words) + "}";
}

std::string fault_of(const std::string& text) {
  const auto read = read_profile(text);
  if (read) return "none";
  return to_string(read.error());
}
std::string fault_of_words(const std::string& words) { return fault_of(like("office-mono", words)); }

ModelPtr must(const std::string& text) {
  auto read = read_profile(text);
  EXPECT_TRUE(read) << to_string(read.error());
  return read ? *read : std::make_shared<const Model>();
}

TEST(ReadProfile, IsStrict) {
  EXPECT_EQ(read_profile("{").error(), Fault(profile_errc::bad_json));
  EXPECT_EQ(read_profile("[]").error(), Fault(profile_errc::bad_value));
  EXPECT_EQ(read_profile("{}").error(), Fault(profile_errc::missing_word));
  EXPECT_EQ(fault_of_words(""), "none");
  EXPECT_EQ(read_profile(like("office-mono", "\"colours\": 3")).error(), Fault(profile_errc::unknown_word));
  const std::pair<const char*, const char*> wrong[] = {
      {R"("key": 3)", "key: expected"},
      {R"("key": "Big Letters")", "key: expected"},
      {R"("device_class": "home")", "device_class: expected one of office, production, other-brand"},
      {R"("firmware": 1)", "firmware: expected a text"},
      {R"("object_id": "1.3.6.1.2.1")", "object_id: expected"},
      {R"("object_id": "1.3.6.1.4.1.32473.1")", "object_id: expected a name under the vendor's"},
      {R"("mac_prefix": "02:4e")", "mac_prefix: expected"},
      {R"("serial_pattern": "A####")", "serial_pattern: expected at least six"},
      {R"("colour": 1)", "colour: expected true or false"},
      {R"("pages_per_minute": 0)", "pages_per_minute: expected a number from 1"},
      {R"("mark_tech": 99)", "mark_tech: expected a name or number of PrtMarkerMarkTechTC"},
      {R"("mark_tech": "laser")", "mark_tech: expected a name or number of PrtMarkerMarkTechTC"},
      {R"("sleep_after_ms": -1)", "sleep_after_ms: expected"},
      {R"("fault_history_max": 1001)", "fault_history_max: expected"},
      {R"("inputs": [{"name": "T"}])", "inputs[0].capacity"},
      {R"("inputs": [{"name": "T", "nam": 1, "capacity": 1}])", "inputs[0].nam"},
      {R"("inputs": [{"name": "T", "capacity": 1, "initial": 2}])", "inputs[0].initial: expected at most"},
      {R"("supplies": {"change": [{"description": "Transfer Roll, PN 908N00992", "colorant": 2}]})",
       "supplies[3].colorant: expected a colorant"},
      {R"("supplies": {"change": [{"description": "Transfer Roll, PN 908N00992", "wears_by": "staples"}]})",
       "supplies[3].wears_by: expected a finisher"},
      {R"("supplies": {"change": [{"description": "Transfer Roll, PN 908N00992", "colour_only": true}]})",
       "supplies[3].colour_only: expected false"},
      {R"("meters": [{"name": "M", "counts": "pages"}])", "meters[0].counts: expected one of impressions"},
      {R"("meters": [{"name": "M", "counts": "sheets", "functions": []}])", "meters[0].functions: expected"},
      {R"("meters": [{"name": "M", "counts": "sheets", "table_index": 3}])",
       "meters[0].table_index: expected both"},
      {R"("meters": {"add": [{"name": "M", "counts": "sheets", "table_device": 1, "table_index": 1}]})",
       "meters[13].table_index: expected one meter to a place"},
      {R"("faults": [{"code": "1", "description": "d", "part": "mediaPath"}])", "faults[0].alert"},
      {R"("faults": [{"code": "1", "description": "d", "part": "mediaPath", "alert": "paperJam"}])",
       "faults[0].alert: expected a name or number of PrtAlertCodeTC"},
      {R"("faults": [{"code": "1", "description": "d", "part": "mediaPath", "alert": 30239}])",
       "faults[0].alert"},
      {R"("faults": [{"code": "1", "description": "d", "part": "channel", "alert": 8}])", "faults[0].part"},
      {R"("faults": [{"code": "1", "description": "d", "part": "input", "row": 4, "alert": 8}])",
       "faults[0].row: expected -1, or 1 to 3"},
      {R"("faults": [{"code": "1", "description": "d", "part": "finDevice", "row": 1, "alert": 8}])",
       "faults[0].row: expected -1: this printer has no such part"},
      {R"("faults": [{"code": "1", "description": "d", "part": "input", "alert": 3, "area": "A"}])",
       "faults[0].area: expected none"},
      {R"("faults": {"add": [{"code": "08-101", "description": "d", "part": "input", "alert": 8}]})",
       ".code: expected one fault to a code; 08-101"},
      {R"("service_items": [{"code": "1", "name": "n", "counts": "input_sheets", "input": 4, "limit": 1}])",
       "service_items[0].input: expected 1 to 3"},
      {R"("service_items": [{"code": "1", "name": "n", "limit": 0}])", "service_items[0].limit"},
      {R"("nvm": [{"id": "1", "name": "n", "initial": 5, "low": 0, "high": 4}])", "nvm[0].initial: expected"},
      {R"("finishers": [{"type": "sticher", "description": "F"}])", "finishers[0].type: expected"},
      {R"("features": [{"installed": true}])", "features[0].name"},
      {R"("lacks": "all")", "lacks: expected a list"},
      {R"("source": [1])", "source: expected a list"},
  };
  for (const auto& [words, where] : wrong)
    EXPECT_NE(fault_of_words(words).find(where), std::string::npos) << words << "\n" << fault_of_words(words);
}

TEST(ReadProfile, EnumerationsAreNumbersOrStandardNames) {
  const auto with = [](const std::string& code) {
    return like("light-production",
                R"("faults": [{"code": "1", "description": "d", "part": "finDevice", "row": 1, "alert": )" +
                    code + R"(, "severity": "warning", "training": "fieldService"}])");
  };
  EXPECT_EQ(must(with("30208"))->faults[0].alert_code, 30208);
  EXPECT_EQ(must(with("\"staplerJam\""))->faults[0].alert_code, 30208);
  EXPECT_EQ(must(with("\"makeEnvelopeJam\""))->faults[0].alert_code, 31508);
  EXPECT_EQ(must(with("\"subunitMotorFailure\""))->faults[0].alert_code, 33);
  EXPECT_EQ(must(with("8"))->faults[0].severity, Severity::warning);
  EXPECT_EQ(must(with("8"))->faults[0].training, 5);
  EXPECT_EQ(must(with("8"))->faults[0].part, Part::finisher);
}

// Against the enumerations that were extracted from the MIBs.
TEST(ReadProfile, StandardNamesAreTheMibs) {
  const char* shared = std::getenv("MAKEREADY_SHARED");
  const std::string folder = std::string(shared ? shared : "../shared") + "/enums/";
  const std::pair<const char*, const Enumeration*> files[] = {
      {"iana_PrtAlertCodeTC", &alert_codes},
      {"iana_PrtAlertGroupTC", &alert_groups},
      {"iana_PrtAlertTrainingLevelTC", &training_levels},
      {"iana_PrtMarkerSuppliesTypeTC", &supply_types},
      {"iana_PrtInputTypeTC", &input_types},
      {"iana_PrtOutputTypeTC", &output_types},
      {"iana_PrtChannelTypeTC", &channel_types},
      {"iana_PrtInterpreterLangFamilyTC", &language_families},
      {"iana_PrtMarkerMarkTechTC", &mark_techs},
      {"rfc3805_PrtAlertSeverityLevelTC", &alert_severities},
      {"rfc3805_PrtMarkerColorantRoleTC", &colorant_roles},
      {"rfc3805_PrtMarkerCounterUnitTC", &counter_units},
      {"rfc3805_PrtMarkerSuppliesSupplyUnitTC", &supply_units},
  };
  for (const auto& [name, enumeration] : files) {
    std::ifstream in(folder + name + ".tsv");
    if (!in) GTEST_SKIP() << "the extracted enumerations are not at hand";
    std::size_t count = 0;
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line[0] < '0' || line[0] > '9') continue;
      std::istringstream row(line);
      std::int32_t value = 0;
      std::string word;
      row >> value >> word;
      EXPECT_EQ(name_of(*enumeration, value), word);
      EXPECT_EQ(value_of(*enumeration, word), value);
      ++count;
    }
    EXPECT_EQ(count, enumeration->names.size() +
                         (enumeration->finishing ? finishing_kinds().size() * finishing_ends().size() : 0))
        << name;
  }
  EXPECT_EQ(name_of(alert_codes, 30239), "");
  EXPECT_EQ(name_of(alert_codes, 30102), "");
  EXPECT_FALSE(value_of(alert_codes, "staplerJams"));
}

TEST(Composition, TakesOverAllButKeyAndSource) {
  const ModelPtr base = *profile("office-mono"), made = must(like("office-mono", R"("product": "Other")"));
  EXPECT_EQ(made->key, "test");
  EXPECT_EQ(made->product, "Other");
  EXPECT_EQ(made->faults.size(), base->faults.size());
  EXPECT_EQ(made->object_id, base->object_id);
  const auto resolved = resolve_profile(like("office-mono", ""));
  ASSERT_TRUE(resolved);
  EXPECT_FALSE(resolved->contains("source"));
  EXPECT_FALSE(resolved->contains("like"));
}

TEST(Composition, ListsAreTakenOverAndChangedInOrder) {
  const ModelPtr base = *profile("office-mono");
  const ModelPtr made = must(like(
      "office-mono", R"("inputs": {"without": ["Tray 2"], "change": [{"name": "Tray 1", "capacity": 999}],
    "add": [{"name": "Tray 9", "capacity": 5}, {"name": "Tray 10", "capacity": 5}]}, "lights": {"without": ["Ready"], "add": ["Fax"]})"));
  ASSERT_EQ(made->inputs.size(), base->inputs.size() + 1);
  EXPECT_EQ(made->inputs[0].capacity, 999);
  EXPECT_EQ(made->inputs[0].media_name, base->inputs[0].media_name);
  EXPECT_EQ(made->inputs[1].name, "Bypass Tray");
  EXPECT_EQ(made->inputs[3].name, "Tray 10");
  EXPECT_EQ(made->lights, (std::vector<std::string>{"Error", "Fax"}));
}

TEST(Composition, SetsReplaceWhatWasTakenOver) {
  const ModelPtr made =
      must(like("office-mono", R"("faults": {"use": ["covers-2", "tray-1"], "without": ["01-302"]})"));
  ASSERT_EQ(made->faults.size(), 5u);
  EXPECT_EQ(made->faults[0].code, "01-300");
  EXPECT_EQ(made->faults[1].code, "07-101");
}

TEST(Composition, NamesWhatIsWrong) {
  EXPECT_EQ(fault_of(like("no-such", "")).find("like: expected the key"), 0u);
  EXPECT_EQ(fault_of_words(R"("faults": {"ad": []})").find("faults.ad"), 0u);
  EXPECT_EQ(fault_of_words(R"("faults": {"add": 3})").find("faults.add: expected a list"), 0u);
  EXPECT_EQ(fault_of_words(R"("faults": {"use": ["no-such"]})").find("faults.use[0]: expected one of "), 0u);
  EXPECT_EQ(fault_of_words(R"("outputs": {"use": ["x"]})").find("outputs.use[0]: expected nothing"), 0u);
  EXPECT_EQ(
      fault_of_words(R"("faults": {"without": ["99-999"]})").find("faults.without[0]: expected an entry"),
      0u);
  EXPECT_EQ(fault_of_words(R"("faults": {"change": [{"code": "99-999"}]})")
                .find("faults.change[0]: expected a code"),
            0u);
  EXPECT_EQ(fault_of_words(R"("lights": {"change": ["Error"]})").find("lights.change[0]: expected nothing"),
            0u);
  // A name that two entries have means neither.
  EXPECT_EQ(
      fault_of(like("office-colour-mfp", R"("meters": {"change": [{"name": "Black Copied Impressions"}]})"))
          .find("meters.change[0]: expected a name that exactly one"),
      0u);
}

// What is written of a model is read as the same model.
TEST(WriteProfile, IsReadBackWhole) {
  for (const BuiltInProfile& one : built_in_profiles()) {
    SCOPED_TRACE(one.key);
    const ModelPtr model = must(std::string(one.json));
    const std::string text = write_profile(*model, {"here"});
    const ModelPtr again = must(text);
    EXPECT_EQ(write_profile(*again, {"here"}), text);
    EXPECT_EQ(again->faults.size(), model->faults.size());
    EXPECT_NE(text.find("\"source\": [\"here\"]"), std::string::npos);
  }
}

TEST(Schema, ThePublishedOneIsOurs) {
  std::ifstream in("simulators/printer/profiles/schema/profile.schema.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(text, profile_schema()) << "write it anew: makeready profile schema > schema/profile.schema.json";
}

}  // namespace
}  // namespace mr::printer
