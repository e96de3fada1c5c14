#include "simulators/printer/raw9100/raw_reader.hpp"

#include <gtest/gtest.h>

namespace mr::printer {
namespace {

using firmware::errc;
using namespace std::chrono_literals;

const std::string uel = "\x1b%-12345X";
constexpr trust::Time start = std::chrono::sys_days(std::chrono::January / 1 / 2026),
                      later = start + 24h * 365;

std::string dlm(firmware::Order order = {}) {
  static const trust::Credentials root = firmware::make_firmware_root("Tests", start, later);
  static const trust::Credentials signer = firmware::make_signer(root, "signer", start, later).value();
  order.manifest.name = "Test level";
  order.manifest.version = "2.0";
  order.manifest.products = {"P"};
  if (order.payload.empty()) order.payload = firmware::filler("payload", 5000);
  return firmware::make(std::move(order), signer).value();
}

struct Read {
  std::vector<RawJob> jobs;
  std::optional<Result<firmware::File>> file;
};

// In pieces of `piece` octets.
Read read(const std::string& octets, std::size_t piece) {
  RawReader reader;
  Read out;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    reader.feed(std::string_view(octets).substr(at, piece));
    for (RawJob& job : reader.take_jobs()) out.jobs.push_back(std::move(job));
  }
  reader.finish();
  for (RawJob& job : reader.take_jobs()) out.jobs.push_back(std::move(job));
  EXPECT_EQ(reader.octets(), octets.size());
  if (reader.is_firmware()) out.file = reader.take_firmware();
  return out;
}

// The same however it is cut.
Read read(const std::string& octets) {
  const Read out = read(octets, octets.size() + 1);
  for (const std::size_t piece : {1u, 2u, 7u, 1000u}) {
    const Read other = read(octets, piece);
    EXPECT_EQ(out.jobs.size(), other.jobs.size()) << piece;
    for (std::size_t i = 0; i < std::min(out.jobs.size(), other.jobs.size()); ++i) {
      EXPECT_EQ(out.jobs[i].name, other.jobs[i].name);
      EXPECT_EQ(out.jobs[i].impressions, other.jobs[i].impressions);
      EXPECT_EQ(out.jobs[i].language, other.jobs[i].language);
      EXPECT_EQ(out.jobs[i].octets, other.jobs[i].octets);
      EXPECT_EQ(out.jobs[i].coverage, other.jobs[i].coverage);
      EXPECT_EQ(out.jobs[i].size, other.jobs[i].size);
    }
    EXPECT_EQ(out.file.has_value(), other.file.has_value()) << piece;
    if (out.file && other.file) {
      EXPECT_EQ(out.file->has_value(), other.file->has_value()) << piece;
    }
  }
  return out;
}

TEST(RawReader, APlainJobIsTheWholeConnection) {
  const Read text = read("hello\fworld\n");
  ASSERT_EQ(text.jobs.size(), 1u);
  EXPECT_EQ(text.jobs[0].impressions, 2u);
  EXPECT_EQ(text.jobs[0].language, Language::text);
  EXPECT_EQ(text.jobs[0].octets, 12u);
  EXPECT_TRUE(read("").jobs.empty());
  EXPECT_EQ(read("%!PS\nshowpage\nshowpage\n").jobs.at(0).impressions, 2u);
  EXPECT_EQ(read("%").jobs.at(0).language, Language::text);
  EXPECT_EQ(read("@PJ").jobs.at(0).impressions, 1u);
}

TEST(RawReader, PjlNamesAndPartsJobs) {
  const Read got =
      read(uel + "@PJL\r\n@PJL JOB NAME = \"June figures\" DISPLAY=\"x\"\r\n@PJL SET USERNAME=\"ann\"\r\n" +
           "@PJL SET COPIES=2\r\n@PJL SET RENDERMODE=COLOR\r\n@PJL ENTER LANGUAGE=POSTSCRIPT\r\n" +
           "%!PS\n%%Pages: 3\n" + uel + "@PJL EOJ\r\n" + uel + "@PJL JOB NAME=\"second\"\r\n" +
           "@PJL ENTER LANGUAGE = PCL\nplain\f" + uel + "@PJL EOJ\r\n" + uel);
  ASSERT_EQ(got.jobs.size(), 2u);
  EXPECT_EQ(got.jobs[0].name, "June figures");
  EXPECT_EQ(got.jobs[0].user, "ann");
  EXPECT_EQ(got.jobs[0].impressions, 6u);
  EXPECT_TRUE(got.jobs[0].colour);
  EXPECT_EQ(got.jobs[0].language, Language::postscript);
  EXPECT_EQ(got.jobs[1].name, "second");
  EXPECT_EQ(got.jobs[1].user, "");
  EXPECT_EQ(got.jobs[1].impressions, 1u);
  EXPECT_FALSE(got.jobs[1].colour);
}

TEST(RawReader, CommandsComeInOrderWithTheJobs) {
  RawReader reader;
  reader.feed(uel + "@PJL INFO ID\r\n@PJL JOB NAME=a\r\n@PJL ENTER LANGUAGE=PCL\r\none\f" + uel +
              "@PJL EOJ\r\n@PJL ECHO x\r\n");
  std::string order;
  for (const RawItem& item : reader.take()) {
    const auto* line = std::get_if<PjlLine>(&item);
    order += line ? line->text + "|" : "job|";
  }
  EXPECT_EQ(order, "@PJL INFO ID|@PJL JOB NAME=a|@PJL ENTER LANGUAGE=PCL|job|@PJL EOJ|@PJL ECHO x|");
}

TEST(RawReader, WhatAJobAsksFor) {
  const RawJob job = read(uel +
                          "@PJL JOB\r\n@PJL SET PAPER=A3\r\n@PJL SET MEDIASOURCE=TRAY2\r\n@PJL SET "
                          "FINISH=STAPLE\r\n@PJL SET QTY=3\r\n"
                          "@PJL ENTER LANGUAGE=PCL\r\none\ftwo\f" +
                          uel + "@PJL EOJ\r\n")
                         .jobs.at(0);
  EXPECT_EQ(job.size, MediaSize::a3);
  EXPECT_EQ(job.tray, 2u);
  EXPECT_TRUE(job.stapled);
  EXPECT_EQ(job.sets, 3u);
  EXPECT_EQ(job.impressions, 6u);
  EXPECT_FALSE(job.coverage);
  // Parts that were measured and parts that were not, by their pages.
  const std::string blank =
      "\x1b"
      "E\x1b*r1A\x1b*b0W\x1b*rC\f";
  const RawJob mixed = read(uel + "@PJL JOB\r\n@PJL ENTER LANGUAGE=PCL\r\n" + blank + uel +
                            "@PJL ENTER LANGUAGE=PCL\r\ntext\f" + uel + "@PJL EOJ\r\n")
                           .jobs.at(0);
  ASSERT_TRUE(mixed.coverage);
  EXPECT_EQ((*mixed.coverage)[0], 2500u);
}

TEST(RawReader, AJobHoldsSeveralLanguages) {
  const Read got = read(uel + "@PJL JOB NAME=\"both\"\n@PJL ENTER LANGUAGE=PCL\none\f" + uel +
                        "@PJL ENTER LANGUAGE=POSTSCRIPT\n%!\nshowpage\n" + uel + "@PJL EOJ\n" + uel);
  ASSERT_EQ(got.jobs.size(), 1u);
  EXPECT_EQ(got.jobs[0].impressions, 2u);
  // Without JOB, each Universal Exit ends one.
  EXPECT_EQ(read(uel + "one\f" + uel + "two\f" + uel).jobs.size(), 2u);
}

TEST(RawReader, AConnectionThatBreaksLeavesItsJob) {
  RawReader reader;
  reader.feed("hello\f");
  EXPECT_TRUE(reader.take_jobs().empty());
  reader.finish();
  EXPECT_EQ(reader.take_jobs().size(), 1u);
  EXPECT_TRUE(reader.take_jobs().empty());
}

TEST(RawReader, TheTestPageIsKnownByItsName) {
  EXPECT_TRUE(read("%!PS\n%%Title: (Configuration report)\nshowpage").jobs.at(0).is_test_page());
  EXPECT_TRUE(read(uel + "@PJL JOB NAME=\"CONFIGURATION REPORT\"\nx\f" + uel).jobs.at(0).is_test_page());
  EXPECT_FALSE(read("Configuration Report\f").jobs.at(0).is_test_page());
}

TEST(RawReader, TellsFirmwareFromJobs) {
  for (const bool pjl : {false, true}) {
    const std::string file = dlm({.pjl_header = pjl});
    Read got = read(file);
    EXPECT_TRUE(got.jobs.empty());
    ASSERT_TRUE(got.file);
    ASSERT_TRUE(*got.file) << to_string(got.file->error());
    EXPECT_EQ((*got.file)->manifest.version, "2.0");
    EXPECT_EQ((*got.file)->octets, file.size());
    ASSERT_TRUE(read(uel + file).file);
    EXPECT_TRUE(*read(uel + "@PJL\r\n" + file).file);
    got = read("a job\f" + uel + file);  // after a job that has ended
    EXPECT_EQ(got.jobs.size(), 1u);
    EXPECT_TRUE(*got.file);
  }
}

TEST(RawReader, AJobThatContainsTheTextIsAJob) {
  const std::string file = dlm();
  for (const std::string& before : {std::string(" "), std::string("See this file:\n"), std::string("%!PS\n"),
                                    uel + "@PJL ENTER LANGUAGE=PCL\n", std::string("x\f")}) {
    const Read got = read(before + file);
    EXPECT_FALSE(got.file) << before;
    EXPECT_GE(got.jobs.size(), 1u) << before;
  }
}

TEST(RawReader, AJobOfTheFamilyHasAHeaderToo) {
  const Read got =
      read("%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_PRINT\n%%XRXend\n%!PS\nshowpage\nshowpage\n");
  EXPECT_FALSE(got.file);
  ASSERT_EQ(got.jobs.size(), 1u);
  EXPECT_EQ(got.jobs[0].impressions, 2u);
  EXPECT_EQ(got.jobs[0].language, Language::postscript);
  EXPECT_FALSE(read("%%XRXbegin\n%%XRXend\n" + dlm()).file);
}

TEST(RawReader, ABrokenHeaderIsNoJob) {
  const std::string file = dlm();
  std::string padded = file;
  padded.insert(11, "%%OID_ATT_JOB_COMMENT \"" + std::string(1000, 'x') + "\"\n");
  EXPECT_EQ(read(padded).file->error(), Fault(errc::no_header));
  EXPECT_TRUE(read(padded).jobs.empty());
  EXPECT_EQ(read(file.substr(0, 300)).file->error(), Fault(errc::no_header));
  EXPECT_EQ(read(file.substr(0, file.size() - 1)).file->error(), Fault(errc::truncated));
}

TEST(RawReader, ManySmallPiecesCostLittle) {
  std::string many = uel;
  for (int i = 0; i < 20000; ++i) many += "\n";
  for (int i = 0; i < 2000; ++i) many += uel + "x\f";
  EXPECT_EQ(read(many, many.size()).jobs.size(), 2000u);
  EXPECT_EQ(read(uel + "@PJL " + std::string(100000, 'x'), 64).jobs.at(0).impressions, 1u);
}

}  // namespace
}  // namespace mr::printer
