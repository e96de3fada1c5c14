#include "simulators/printer/lpd/lpd_receiver.hpp"

#include <gtest/gtest.h>

namespace mr::printer {
namespace {

using namespace std::literals;

struct Heard {
  std::string replies, fault;
  std::vector<RawJob> jobs;
  std::vector<LpdFirmware> files;
  bool over = false;
};

Heard hear(const std::string& octets, std::size_t piece, bool ends, LpdReceiver::Options options) {
  LpdReceiver receiver(std::move(options));
  Heard out;
  const auto take = [&] {
    for (LpdItem& item : receiver.take()) {
      if (auto* job = std::get_if<RawJob>(&item)) {
        out.jobs.push_back(std::move(*job));
      } else {
        out.files.push_back(std::move(std::get<LpdFirmware>(item)));
      }
    }
  };
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    receiver.feed(std::string_view(octets).substr(at, piece));
    take();
  }
  if (ends) receiver.finish();
  take();
  out.replies = receiver.take_replies();
  out.fault = receiver.fault();
  out.over = receiver.over();
  return out;
}
// The same however it is cut.
Heard hear(const std::string& octets, bool ends = true, LpdReceiver::Options options = {}) {
  Heard out = hear(octets, octets.size() + 1, ends, options);
  for (const std::size_t piece : {1u, 3u, 11u}) {
    const Heard other = hear(octets, piece, ends, options);
    EXPECT_EQ(out.replies, other.replies) << piece;
    EXPECT_EQ(out.jobs.size(), other.jobs.size()) << piece;
    EXPECT_EQ(out.fault, other.fault) << piece;
  }
  return out;
}

std::string file(char kind, const std::string& name, const std::string& content) {
  return kind + std::to_string(content.size()) + " " + name + "\n" + content + '\0';
}
std::string control(const std::string& content) { return file(2, "cfA001host", content); }
std::string data(const std::string& content, const std::string& name = "dfA001host") {
  return file(3, name, content);
}
const std::string job = "\2lp\n", ok(1, '\0'), no(1, '\1');

TEST(Lpd, AJobInEitherOrder) {
  const std::string says = "Hhost\nPann\nJreport\nfdfA001host\nUdfA001host\nNreport.ps\n";
  for (const bool control_first : {true, false}) {
    const Heard heard =
        hear(job + (control_first ? control(says) + data("x\fy\f") : data("x\fy\f") + control(says)), false);
    ASSERT_EQ(heard.jobs.size(), 1u) << "before the connection ends";
    EXPECT_EQ(heard.jobs[0].impressions, 2u);
    EXPECT_EQ(heard.jobs[0].name, "report");
    EXPECT_EQ(heard.jobs[0].user, "ann");
    EXPECT_EQ(heard.replies, ok + ok + ok + ok + ok) << "the queue, and each file announced and taken";
    EXPECT_FALSE(heard.over);
  }
}

TEST(Lpd, CopiesAreNamesThatComeAgain) {
  const Heard heard =
      hear(job + control("Pann\nfdfA001host\nfdfA001host\nfdfA001host\nUdfA001host\n") + data("x\fy\f"));
  ASSERT_EQ(heard.jobs.size(), 1u);
  EXPECT_EQ(heard.jobs[0].impressions, 6u);
  EXPECT_EQ(heard.jobs[0].sets, 3u);
}

TEST(Lpd, SeveralFilesAndSeveralJobs) {
  const std::string two =
      control("Jboth\nfdfA001host\nfdfB001host\n") + data("x\f") + data("x\fx\f", "dfB001host");
  const Heard heard = hear(job + two + two);
  ASSERT_EQ(heard.jobs.size(), 4u);
  EXPECT_EQ(heard.jobs[1].impressions, 2u);
  EXPECT_EQ(heard.jobs[3].name, "both");
}

TEST(Lpd, WhatTheDataSaysOfItself) {
  const Heard heard =
      hear(job + control("Jother\nPann\nfdfA001host\n") +
           data("\x1b%-12345X@PJL JOB NAME=\"mine\"\r\n@PJL SET USERNAME=\"bob\"\r\n@PJL ENTER "
                "LANGUAGE=POSTSCRIPT\r\n%!PS\nshowpage\n\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X"));
  ASSERT_EQ(heard.jobs.size(), 1u);
  EXPECT_EQ(heard.jobs[0].name, "mine");
  EXPECT_EQ(heard.jobs[0].user, "bob");
  EXPECT_EQ(heard.jobs[0].language, Language::postscript);
}

TEST(Lpd, DataWithoutAControlFileIsPrintedAtTheEnd) {
  EXPECT_EQ(hear(job + data("x\f"), false).jobs.size(), 0u);
  EXPECT_EQ(hear(job + data("x\f")).jobs.size(), 1u);
  // Of a size that the client does not know.
  const Heard endless = hear(job +
                             "\3"
                             "0 dfA001host\nx\fy\fz");
  ASSERT_EQ(endless.jobs.size(), 1u);
  EXPECT_EQ(endless.jobs[0].impressions, 3u);
}

TEST(Lpd, WhatIsNotWholeIsNotPrinted) {
  const std::string whole = job + data("x\fy\f");
  const Heard cut = hear(whole.substr(0, whole.size() - 1));
  EXPECT_TRUE(cut.jobs.empty());
  EXPECT_EQ(cut.fault, "interrupted");
  EXPECT_EQ(cut.replies, ok + ok);
  EXPECT_TRUE(hear(job + data("x\f") + "\1\n").jobs.empty()) << "taken back";
  const Heard long_by_one = hear(job +
                                 "\3"
                                 "2 dfA001host\nx\fy" +
                                 ok);
  EXPECT_EQ(long_by_one.fault, "bad-file");
  EXPECT_TRUE(long_by_one.jobs.empty());
  // A file that its control file does not name is not printed.
  EXPECT_TRUE(hear(job + control("fdfB\n") + data("x\f")).jobs.empty());
}

TEST(Lpd, Refusals) {
  EXPECT_EQ(hear("\2lp\n", true, {.queues = {"raw"}}).replies, no);
  EXPECT_EQ(hear("\2raw\n", true, {.queues = {"raw"}}).replies, ok);
  for (const std::string& wrong : {"\n"s, "hello\n"s, "\6lp\n"s, std::string(2000, 'x')}) {
    const Heard heard = hear(wrong);
    EXPECT_EQ(heard.replies, no);
    EXPECT_EQ(heard.fault, "bad-command");
    EXPECT_TRUE(heard.over);
  }
  EXPECT_EQ(hear(job + "\2"
                       "65537 cfA\n")
                .fault,
            "too-large");
  EXPECT_EQ(hear(job + "\3"
                       "-1 dfA\n")
                .fault,
            "bad-command");
  EXPECT_EQ(hear(job + "\3"
                       "99999999999999999999 dfA\n")
                .fault,
            "bad-command");
  EXPECT_EQ(hear(job + "\3"
                       "1\n")
                .fault,
            "bad-command");
  EXPECT_EQ(hear(job + control("fx\n") + control("fx\n")).fault, "bad-file");
  std::string many = job;
  for (int i = 0; i < 65; ++i) many += data("x", "df" + std::to_string(i));
  EXPECT_EQ(hear(many).fault, "too-large");
}

TEST(Lpd, TheQueueIsListed) {
  const auto listing = [](bool long_form) { return long_form ? "long\n"s : "short\n"s; };
  EXPECT_EQ(hear("\3lp\n", true, {.listing = listing}).replies, "short\n");
  EXPECT_EQ(hear("\4lp ann 12\n", true, {.listing = listing}).replies, "long\n");
  EXPECT_EQ(hear("\3lp\n", true, {.queues = {"raw"}, .listing = listing}).replies, "unknown printer\n");
  EXPECT_EQ(hear("\3lp\n").replies, "no entries\n");
  EXPECT_TRUE(hear("\3lp\n", false).over);
  EXPECT_TRUE(hear("\1lp\n", false).over);
  EXPECT_TRUE(hear("\5lp ann\n", false).over);
}

TEST(Lpd, AFirmwareFileIsOne) {
  const Heard heard = hear(
      job + control("fdfA001host\n") +
      data("%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n"
           "%%OID_ATT_DLM_NAME \"n\"\n%%OID_ATT_DLM_VERSION NO_DLM_VERSION_CHECK\n%%OID_ATT_DLM_SIGNATURE "
           "\"0000000000000000000000000000000000000000000000000000000000000000\"\n%%XRXend\nx"));
  EXPECT_TRUE(heard.jobs.empty());
  ASSERT_EQ(heard.files.size(), 1u);
  EXPECT_FALSE(heard.files[0].file) << "it has no archive";
}

}  // namespace
}  // namespace mr::printer
