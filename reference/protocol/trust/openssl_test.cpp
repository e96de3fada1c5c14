// What this module makes, read by the openssl command, and the other way round. Skipped where there is none.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reference/protocol/trust/envelope.hpp"
#include "reference/protocol/trust/test_authority.hpp"

namespace mr::trust {
namespace {

using namespace test;

class OpensslCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("openssl version > /dev/null 2>&1") != 0)
      GTEST_SKIP() << "the openssl command is not installed";
    std::string pattern = (std::filesystem::temp_directory_path() / "trust-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }
  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  std::string read(const std::string& name) {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int openssl(const std::string& arguments) {
    return std::system(("cd '" + folder_.string() + "' && openssl " + arguments + " > out 2> err").c_str());
  }
  std::filesystem::path folder_;
};

TEST_F(OpensslCommand, VerifiesOurPathStrictly) {
  const auto authority = root();
  auto issuance = leaf(PrivateKey::generate_p256(), Use::authority, {});
  issuance.subject.common_name = "Between";
  const auto between = issued(authority, issuance);
  write("root.pem", authority.chain[0].pem());
  write("between.pem", between.chain[0].pem());
  write("leaf.pem", issued(between, leaf(between.key)).chain[0].pem());
  const std::string at =
      std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  const std::string verify =
      "verify -x509_strict -attime " + at + " -CAfile root.pem -untrusted between.pem ";
  EXPECT_EQ(openssl(verify + "-purpose sslserver -verify_hostname a.example leaf.pem"), 0) << read("err");
  EXPECT_NE(openssl(verify + "-purpose sslclient leaf.pem"), 0);
  EXPECT_NE(openssl(verify + "-purpose sslserver -verify_hostname b.example leaf.pem"), 0);
}

TEST_F(OpensslCommand, VerifiesOurRequest) {
  write("csr.pem", make_csr(PrivateKey::generate_p256(), {"agent", "7", "Shop"}));
  EXPECT_EQ(openssl("req -verify -noout -subject -in csr.pem"), 0) << read("err");
  EXPECT_NE(read("out").find("CN = agent"), std::string::npos) << read("out");
}

TEST_F(OpensslCommand, ReadsOurEnvelopesAndWeItsOwn) {
  const auto authority = root();
  for (const bool rsa : {false, true}) {
    const auto key = rsa ? key_of(EVP_RSA_gen(2048)) : PrivateKey::generate_p256();
    const auto recipient = issued(authority, leaf(key), key);
    write("key.pem", key.pem());
    write("cert.pem", recipient.chain[0].pem());
    const std::string content = "meters\r\nand more\n";
    const auto sealed = seal(std::as_bytes(std::span(content)), recipient.chain[0]).value();
    write("sealed", {reinterpret_cast<const char*>(sealed.data()), sealed.size()});
    EXPECT_EQ(
        openssl("cms -decrypt -binary -inform DER -in sealed -inkey key.pem -recip cert.pem -out opened"), 0)
        << read("err");
    EXPECT_EQ(read("opened"), content);

    write("content", content);
    for (const std::string options :
         {"", rsa ? "-keyopt rsa_padding_mode:oaep" : "-keyopt ecdh_kdf_md:sha384"}) {
      ASSERT_EQ(
          openssl("cms -encrypt -binary -aes-256-gcm -outform DER -in content -out theirs -recip cert.pem " +
                  options),
          0)
          << read("err");
      const std::string theirs = read("theirs");
      const auto opened = open(std::as_bytes(std::span(theirs)), recipient, 1000);
      ASSERT_TRUE(opened) << to_string(opened.error());
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(opened->data()), opened->size()), content);
    }
  }
}

}  // namespace
}  // namespace mr::trust
