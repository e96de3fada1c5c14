#include "conformance/suites/server/suite.hpp"

#include <algorithm>
#include <array>

namespace mr::suites::server {
namespace {

// What TLS alone decides: it is judged of a target too that answers something else than this protocol.
bool judged_by_handshake(std::string_view id) {
  static constexpr std::array ids = {"transport/answers",
                                     "transport/tls-1-3-accepted",
                                     "transport/tls-1-1-refused",
                                     "transport/tls-1-0-refused",
                                     "transport/suite-static-rsa-refused",
                                     "transport/suite-cbc-refused",
                                     "transport/suite-other-refused",
                                     "transport/server-certificate",
                                     "transport/certificate-asked",
                                     "transport/client-foreign-ca-tls-1-2",
                                     "transport/client-foreign-ca-tls-1-3",
                                     "transport/plain-http"};
  return std::ranges::find(ids, id) != ids.end();
}

}  // namespace

std::vector<harness::Case> cases() {
  const auto cast = std::make_shared<Cast>();
  std::vector<harness::Case> out;
  for (const auto& part : {transport_cases(), registration_cases(), http_cases(), xml_cases(), upload_cases(),
                           package_cases(), actions_cases(), permission_cases(), software_cases()}) {
    for (const Entry& entry : part) {
      harness::Case one{.id = "server/" + std::string(entry.id),
                        .title = std::string(entry.title),
                        .requirements = entry.requirements,
                        .needs = entry.needs,
                        .negative = entry.negative,
                        .slow = entry.slow,
                        .restarts = entry.restarts};
      if (entry.id != "transport/handshake")
        one.after = {judged_by_handshake(entry.id) ? "server/transport/handshake"
                                                   : "server/transport/answers"};
      if (!entry.after.empty()) one.after.push_back("server/" + std::string(entry.after));
      one.run = [cast, entry](harness::Stage& stage) {
        Session session(stage, *cast);
        if (entry.run != nullptr) return entry.run(session);
        Judgement why;
        const Sender* me = session.sender(Who::first, why);
        return me == nullptr ? why : entry.with(session, *me);
      };
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace mr::suites::server
