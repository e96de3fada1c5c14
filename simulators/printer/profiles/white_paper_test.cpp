#include "simulators/printer/profiles/white_paper.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

// Rows that have items which nothing in an emulated printer can tell, and why. All else has a source.
const std::map<std::string_view, std::string_view> nowhere{
    {"module install dates", "a printer here does not know when a module was put in"},
    {"install date", "the same"},
    {"data transmission history", "of the uploads, which who uploads keeps"},
    {"encrypted PostScript of a job", "documents are counted as they come and not kept"},
    {"embedded OCR feature usage", "no face here recognises characters"},
    {"asset tags", "no standard object holds them"},
};

const std::vector<ModelPtr>& all() {
  static const std::vector<ModelPtr> models = [] {
    std::vector<ModelPtr> out;
    for (const std::string_view key : profile_keys()) {
      auto model = profile(key);
      EXPECT_TRUE(model) << to_string(model.error());
      if (model) out.push_back(*model);
    }
    return out;
  }();
  return models;
}

// Each row of Tables 1 and 2 has a source in at least one profile of its class, and so has each item but
// those above.
TEST(WhitePaper, EachRowHasASourceInAProfileOfItsClass) {
  for (const DeviceClass device_class :
       {DeviceClass::office, DeviceClass::production, DeviceClass::other_brand}) {
    std::map<std::string_view, int> rows;
    std::set<std::string_view> tables;
    for (const PaperItem& item : paper_items(device_class)) {
      int have = 0;
      for (const ModelPtr& model : all()) {
        if (model->device_class == device_class) have += item.has(*model);
      }
      rows[item.row] += have;
      EXPECT_EQ(item.source.empty(), nowhere.contains(item.item)) << item.item;
      EXPECT_EQ(have > 0, !item.source.empty()) << item.row << ": " << item.item;
    }
    EXPECT_GE(rows.size(), device_class == DeviceClass::other_brand ? 6u : 8u);
    for (const auto& [row, have] : rows) EXPECT_GT(have, 0) << row;
  }
}

TEST(WhitePaper, ProfilesNameWhatTheyLack) {
  for (const ModelPtr& model : all()) {
    SCOPED_TRACE(model->key);
    const auto found = lacking(*model);
    const std::set<std::string> said(model->lacks.begin(), model->lacks.end());
    EXPECT_EQ(said, std::set<std::string>(found.begin(), found.end()));
  }
}

// The rows here are those of the paper, under its captions.
TEST(WhitePaper, RowsAreThePapers) {
  const char* shared = std::getenv("MAKEREADY_SHARED");
  std::ifstream in(std::string(shared ? shared : "../shared") + "/spec/white-paper.txt");
  if (!in) GTEST_SKIP() << "the white paper is not at hand";
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto first = text.find("\nTable 1 "), second = text.find("\nTable 2 "),
             third = text.find("\nTable 3 ");
  ASSERT_TRUE(first < second && second < third);
  const std::string tables[] = {text.substr(first, second - first), text.substr(second, third - second),
                                text.substr(third)};
  for (const DeviceClass device_class :
       {DeviceClass::office, DeviceClass::production, DeviceClass::other_brand}) {
    for (const PaperItem& item : paper_items(device_class)) {
      const std::string& table = tables[item.table - 1];
      // Table 3 writes one of its rows in lower case.
      const std::string row = "\n" + std::string(item.row) + "\t";
      EXPECT_TRUE(table.find(row) != std::string::npos || item.row == "Print Device Counters") << item.row;
    }
  }
}

}  // namespace
}  // namespace mr::printer
