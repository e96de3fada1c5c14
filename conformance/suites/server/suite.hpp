// The server suite: what a communication server owes to its senders, seen from the wire alone. One file per
// section of conformance/requirements, of the same name.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/suites/server/session.hpp"

namespace mr::suites::server {

// A case of this suite. `run` gets the session; `with` the session and a registered agent, and is blocked
// without one.
struct Entry {
  std::string_view id;  // without "server/"
  std::string_view title;
  std::vector<std::string> requirements;
  Judgement (*run)(Session&) = nullptr;
  Judgement (*with)(Session&, const Sender&) = nullptr;
  bool negative = false;
  std::vector<harness::Control> needs = {};
  bool slow = false, restarts = false;
  std::string_view after = {};  // what it stands on, besides server/transport/answers; without "server/"
};

std::vector<Entry> transport_cases();
std::vector<Entry> http_cases();
std::vector<Entry> xml_cases();
std::vector<Entry> registration_cases();
std::vector<Entry> upload_cases();
std::vector<Entry> package_cases();
std::vector<Entry> actions_cases();
std::vector<Entry> permission_cases();
std::vector<Entry> software_cases();

// All of them, in the order of the sections. Every case comes after server/transport/answers; those with a
// sender are blocked where none can be registered.
std::vector<harness::Case> cases();

// Requirements of the server's sections that no case judges, and why.
const std::map<std::string, std::string>& not_judged();

}  // namespace mr::suites::server
