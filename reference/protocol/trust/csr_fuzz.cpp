#include <openssl/evp.h>

#include <cstdlib>
#include <string>

#include "reference/protocol/trust/certificate.hpp"

namespace {

using namespace mr::trust;

std::string in_pem(const std::uint8_t* bytes, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  text.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size))));
  std::string pem = "-----BEGIN CERTIFICATE REQUEST-----\n";
  for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
  return pem + "-----END CERTIFICATE REQUEST-----\n";
}

}  // namespace

// Twice: as DER, put into PEM (which random changes seldom get past), and as the PEM itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  for (const std::string& text :
       {in_pem(bytes, size), std::string(reinterpret_cast<const char*>(bytes), size)}) {
    const auto csr = parse_csr(text);
    if (csr && (csr->subject.common_name != "agent" || csr->public_key_der.empty()))
      std::abort();  // signed by the seed's key
  }
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 1) return false;
  const std::string pem = make_csr(PrivateKey::generate_p256(), {"agent", "7", "Shop"});
  if (n == 0) {
    out.assign(pem.begin(), pem.end());
    return true;
  }
  std::string body = pem.substr(pem.find('\n') + 1);
  body.resize(body.find("-----"));
  std::erase(body, '\n');
  out.resize(body.size());
  const int size = EVP_DecodeBlock(out.data(), reinterpret_cast<const unsigned char*>(body.data()),
                                   static_cast<int>(body.size()));
  if (size <= 0) std::abort();
  while (!body.empty() && body.back() == '=') {
    body.pop_back();
    out.pop_back();
  }
  return true;
}
