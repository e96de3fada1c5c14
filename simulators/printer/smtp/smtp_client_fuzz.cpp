// Replies of arbitrary octets, whole and cut: the session ends, says the same, and sends a bounded amount.
#include <cstdlib>

#include "simulators/printer/smtp/smtp_client.hpp"

namespace {
std::string talk(std::string_view octets, std::size_t cut) {
  mr::printer::SmtpClient client("printer",
                                 {"p@example", {"a@example", "b@example"}, "Subject: x\r\n\r\n.\r\n..x"});
  std::string out = client.received(octets.substr(0, cut));
  out += client.received(octets.substr(cut));
  client.broke();
  if (client.end() == mr::printer::SmtpClient::End::none || out.size() > 1000) std::abort();
  return out + client.reason();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(bytes), size);
  if (talk(octets, size) != talk(octets, size == 0 ? 0 : bytes[size - 1] * size / 256)) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const std::string_view seeds[] = {
      "220 x\r\n250-a\r\n250 b\r\n250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n250 taken\r\n221 bye\r\n",
      "421 busy\r\n", "220 x\n500 what\n250 helo\n"};
  if (n >= std::size(seeds)) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
