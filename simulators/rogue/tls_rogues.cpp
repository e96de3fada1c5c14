// Servers that settle one thing of TLS otherwise.
#include "simulators/rogue/rogue_network.hpp"
#include "simulators/rogue/servers.hpp"

namespace mr::rogue {

std::span<const RogueServer> tls_rogues() {
  static const RogueServer rogues[] = {
      {.name = "accepts-old-tls",
       .requirement = "TLS-VERSION",
       .sentence = "speaks TLS 1.1, and with it suites without authenticated encryption",
       .host =
           [](runtime::Runtime& host) {
             return with_tls(
                 host, [](trust::TlsServer& settings) { settings.version_min = trust::TlsVersion::v1_1; });
           }},
      {.name = "asks-for-no-certificate",
       .requirement = "TLS-CLIENT-CERT",
       .sentence = "asks for no client certificate, so that nobody is known to it",
       .host =
           [](runtime::Runtime& host) {
             return with_tls(host, [](trust::TlsServer& settings) { settings.clients.reset(); });
           }},
      {.name = "refuses-tls-1-2",
       .requirement = "TLS-VERSION",
       .sentence = "speaks TLS 1.3 only",
       .host =
           [](runtime::Runtime& host) {
             return with_tls(
                 host, [](trust::TlsServer& settings) { settings.version_min = trust::TlsVersion::v1_3; });
           }},
  };
  return rogues;
}

}  // namespace mr::rogue
