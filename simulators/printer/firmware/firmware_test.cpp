#include "simulators/printer/firmware/firmware.hpp"

#include <gtest/gtest.h>

namespace mr::printer::firmware {
namespace {

using namespace std::chrono_literals;
constexpr trust::Time now = std::chrono::sys_days(std::chrono::June / 15 / 2026);

class Firmware : public testing::Test {
 protected:
  Firmware() {
    order.manifest.name = "Northpress C8045 system software";
    order.manifest.version = "100.002.010.00001";
    order.manifest.object_ids = {"1.3.6.1.4.1.253.8.62.1.35.2.3.1.1"};
    order.payload = filler("payload", 20'000);
  }
  std::string make_file() {
    auto made = make(order, signer);
    EXPECT_TRUE(made) << to_string(made.error());
    return made ? *made : std::string();
  }
  static Result<File> read(const std::string& octets, std::size_t piece = 4096) {
    Reader reader;
    for (std::size_t at = 0; at < octets.size(); at += piece)
      reader.feed(std::string_view(octets).substr(at, piece));
    return reader.finish();
  }
  Result<trust::Certificate> judged(const File& file) const { return judge(file, target, root.chain, when); }
  Result<trust::Certificate> judged(const std::string& octets) const {
    auto file = read(octets);
    EXPECT_TRUE(file) << to_string(file.error());
    return judged(file.value());
  }

  trust::Credentials root = make_firmware_root("Northpress", now - 24h * 400, now + 24h * 4000);
  trust::Credentials signer = make_signer(root, "Release signing", now - 24h, now + 24h * 365).value();
  Order order;
  Target target{.object_id = "1.3.6.1.4.1.253.8.62.1.35.2.3.1.1",
                .products = {"Northpress C8045"},
                .level = "100.002.009.21460"};
  trust::Time when = now;
};

TEST_F(Firmware, AWholeFileIsAccepted) {
  order.comments = {"For the floors one to four", "second"};
  for (const bool pjl : {false, true}) {
    order.pjl_header = pjl;
    const std::string octets = make_file();
    for (const std::size_t piece : {std::size_t{1}, std::size_t{999}, octets.size()}) {
      const auto file = read(octets, piece);
      ASSERT_TRUE(file) << to_string(file.error());
      EXPECT_EQ(file->header.name, order.manifest.name);
      EXPECT_EQ(file->header.version, "100.002.010.00001");
      EXPECT_EQ(file->header.comments, order.comments);
      EXPECT_EQ(file->header.pjl, pjl);
      EXPECT_EQ(file->manifest.payload_octets, 20'000u);
      EXPECT_EQ(file->octets, octets.size());
      const auto signed_by = judged(*file);
      ASSERT_TRUE(signed_by) << to_string(signed_by.error());
      EXPECT_EQ(signed_by->common_name(), "Release signing");
    }
  }
}

TEST_F(Firmware, CutAtEachTwentiethItIsRefused) {
  const std::string octets = make_file();
  for (std::size_t n = 0; n < 20; ++n) {
    const auto file = read(octets.substr(0, octets.size() * n / 20));
    EXPECT_EQ(file.error(), Fault(n == 0 ? errc::no_header : errc::truncated)) << n;
  }
  EXPECT_EQ(read(octets.substr(0, octets.size() - 1)).error(), Fault(errc::truncated));
  EXPECT_EQ(read(octets + "\n").error(), Fault(errc::malformed));
}

TEST_F(Firmware, ChangedAnywhereItIsRefused) {
  const std::string octets = make_file();
  const std::size_t archive = read_start(octets)->length;
  for (std::size_t at = archive; at < octets.size(); at += 17) {
    std::string changed = octets;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_FALSE(read(changed)) << at;
  }
}

// Nothing in the header is signed: who makes a new one with the right digest still has to sign the manifest.
TEST_F(Firmware, TheManifestIsWhatCounts) {
  const std::string octets = make_file();
  const auto start = read_start(octets).value();
  const auto with_header = [&](auto edit) {
    Header header = start.header;
    edit(header);
    return write(header) + octets.substr(start.length);
  };
  EXPECT_TRUE(read(with_header([](Header&) {})));
  EXPECT_EQ(read(with_header([](Header& h) { h.version = "999"; })).error(), Fault(errc::malformed));
  EXPECT_EQ(read(with_header([](Header& h) { h.name = "Other"; })).error(), Fault(errc::malformed));
  EXPECT_EQ(read(with_header([](Header& h) { h.digest[5] = h.digest[5] == '0' ? '1' : '0'; })).error(),
            Fault(errc::bad_digest));
  // To leave out the version check in the header does not make an older level acceptable.
  target.level = "100.002.011.00000";
  EXPECT_EQ(judged(with_header([](Header& h) { h.version.clear(); })).error(), Fault(errc::older));

  auto file = read(octets).value();
  file.manifest_text += "x";
  EXPECT_EQ(judged(file).error(), Fault(errc::bad_signature));
}

TEST_F(Firmware, IsForItsModelsOnly) {
  target.object_id = "1.3.6.1.4.1.32473.1.320";
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::wrong_model));
  order.manifest.products = {"Harbour M320dn", "Northpress C8045"};
  EXPECT_TRUE(judged(make_file()));
  target.products = {"Northpress C8030"};
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::wrong_model));
  target.products.clear();
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::not_supported));
}

TEST_F(Firmware, AnOlderLevelTakesALeave) {
  order.manifest.version = "100.002.008.99999";
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::older));
  order.manifest.older_allowed = true;
  EXPECT_TRUE(judged(make_file()));
  order.manifest.older_allowed = false;
  order.manifest.version = target.level;  // the same again
  EXPECT_TRUE(judged(make_file()));
}

TEST_F(Firmware, ItsSignerIsJudged) {
  const std::string octets = make_file();
  const auto file = read(octets).value();
  EXPECT_EQ(judge(file, target, {}, now).error(), Fault(errc::not_trusted));
  EXPECT_EQ(judge(file, target, make_firmware_root("Northpress", now - 24h, now + 24h).chain, now).error(),
            Fault(errc::not_trusted));
  when = now + 24h * 366;
  EXPECT_EQ(judged(file).error(), Fault(errc::not_trusted));
  // A certificate under the same root for another use.
  auto key = trust::PrivateKey::generate_p256();
  auto certificate =
      trust::issue(root, {.subject = {.common_name = "device", .serial_number = "", .organization = ""},
                          .use = trust::Use::client,
                          .dns_names = {},
                          .not_before = now - 24h,
                          .not_after = now + 24h,
                          .public_key_der = key.public_key_der()});
  signer = {.key = key, .chain = {certificate.value()}};
  when = now;
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::not_trusted));
}

TEST_F(Firmware, EachDefectIsThatOne) {
  order.defect = Defect::truncated;
  EXPECT_EQ(read(make_file()).error(), Fault(errc::truncated));
  order.defect = Defect::bad_digest;
  EXPECT_EQ(read(make_file()).error(), Fault(errc::bad_digest));
  order.defect = Defect::bad_signature;
  EXPECT_EQ(judged(make_file()).error(), Fault(errc::bad_signature));
}

TEST_F(Firmware, WhatAManifestCannotHoldIsNotMade) {
  order.manifest.name = "two\nlines";
  EXPECT_EQ(make(order, signer).error(), Fault(errc::malformed));
  order.manifest.name = "";
  EXPECT_EQ(make(order, signer).error(), Fault(errc::malformed));
  order.manifest.name = "name";
  order.comments = {std::string(900, 'x')};
  EXPECT_EQ(make(order, signer).error(), Fault(errc::malformed));
}

TEST(Manifest, ReadsWhatItWrites) {
  Manifest manifest{.name = "n",
                    .version = "1.2",
                    .object_ids = {"1.3", "1.4"},
                    .products = {"A b"},
                    .older_allowed = true,
                    .outcome = Outcome::hangs,
                    .payload_octets = 77,
                    .payload_sha256 = std::string(64, 'a')};
  const std::string text = to_text(manifest);
  const auto read = parse_manifest(text);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(to_text(*read), text);
  EXPECT_EQ(read->object_ids, manifest.object_ids);
  EXPECT_EQ(read->outcome, Outcome::hangs);
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(parse_manifest(text.substr(0, n))) << n;
  EXPECT_FALSE(parse_manifest(text + "more: 1\n"));
  EXPECT_FALSE(parse_manifest("makeready-firmware: 2\n" + text.substr(22)));
}

TEST(Levels, AreComparedByTheirNumbers) {
  EXPECT_LT(compare_levels("1.9", "1.10"), 0);
  EXPECT_GT(compare_levels("MXT.076.001", "MXT.075.221"), 0);
  EXPECT_EQ(compare_levels("100.002", "100.2"), 0);
  EXPECT_LT(compare_levels("1.2", "1.2.1"), 0);
  EXPECT_LT(compare_levels("A1", "B0"), 0);
  EXPECT_EQ(compare_levels("", ""), 0);
  EXPECT_GT(compare_levels("99999999999999999999999", "9999999999999999999999"), 0);
}

TEST(Filler, IsTheSameForTheSameWords) {
  EXPECT_EQ(filler("a", 100), filler("a", 200).substr(0, 100));
  EXPECT_NE(filler("a", 100), filler("b", 100));
}

}  // namespace
}  // namespace mr::printer::firmware
