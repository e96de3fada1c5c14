#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {

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
      const bool root = entry.id == "transport/handshake";
      if (entry.id == "transport/answers") one.after = {"server/transport/handshake"};
      if (!root && one.after.empty()) one.after = {"server/transport/answers"};
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
