// net-snmp's own command line tools against the library engine, over real UDP on loopback.
//
// A child serves one agent until it is ended; the tools run with no MIB texts and no configuration. Skipped
// where the tools, or the recording, are absent.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <map>

#include "simulators/printer/snmp/agent_library.hpp"
#include "simulators/printer/snmp/agent_library_shared.hpp"
#include "simulators/printer/snmp/test_table.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

struct Ran {
  int code = -1;
  std::string out;
};

// Runs a tool; its messages are part of its output.
Ran run(const std::string& command) {
  Ran ran;
  const std::string whole =
      "MIBS= MIBDIRS=/dev/null/none SNMPCONFPATH=/dev/null/none SNMP_PERSISTENT_DIR=/dev/null/none " +
      command + " 2>&1";
  FILE* pipe = ::popen(whole.c_str(), "r");
  if (pipe == nullptr) return ran;
  char part[4096];
  while (const std::size_t size = ::fread(part, 1, sizeof part, pipe)) ran.out.append(part, size);
  const int status = ::pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
  return ran;
}

// A value as the tools write it with -Ox -Ot and no MIB.
std::string as_tool(const Value& value) {
  switch (value.type()) {
    case Type::integer:
      return "INTEGER: " + std::to_string(*value.number());
    case Type::counter32:
      return "Counter32: " + std::to_string(*value.number());
    case Type::gauge32:
      return "Gauge32: " + std::to_string(*value.number());
    case Type::counter64:
      return "Counter64: " + std::to_string(*value.unsigned_number());
    case Type::time_ticks:
      return std::to_string(*value.number());
    case Type::oid:
      return "OID: ." + value.oid()->text();
    case Type::ip_address: {
      std::string text = "IpAddress: ";
      for (const char c : *value.octets()) text += std::to_string(static_cast<unsigned char>(c)) + ".";
      text.pop_back();
      return text;
    }
    case Type::octets: {
      if (value.octets()->empty()) return "\"\"";
      std::string text = "Hex-STRING:";
      for (const char c : *value.octets()) {
        char hex[4];
        std::snprintf(hex, sizeof hex, " %02X", static_cast<unsigned char>(c));
        text += hex;
      }
      return text;
    }
    default:
      return "?";
  }
}

// name and value of each variable of a tool's output, in its order. Hexadecimal goes on over several lines.
std::vector<std::pair<std::string, std::string>> variables_in(const std::string& out) {
  std::vector<std::pair<std::string, std::string>> all;
  std::size_t at = 0;
  while (at < out.size()) {
    std::size_t end = out.find('\n', at);
    if (end == std::string::npos) end = out.size();
    std::string line = out.substr(at, end - at);
    at = end + 1;
    while (!line.empty() && line.back() == ' ') line.pop_back();
    const auto equals = line.find(" = ");
    if (line.starts_with(".") && equals != std::string::npos) {
      all.emplace_back(line.substr(1, equals - 1), line.substr(equals + 3));
    } else if (!all.empty() && !line.empty()) {
      all.back().second += " " + line;
    }
  }
  return all;
}

class Tools : public testing::Test {
 protected:
  void SetUp() override {
    if (run("snmpget -V").code != 0) GTEST_SKIP() << "the snmp tools are not installed";
    const auto file = shared_folder() / "recordings" / "ricoh_mpc3002.snmprec";
    if (std::filesystem::exists(file)) device_.held = read_table(file);
    const bool recorded = !device_.held.empty();
    if (!recorded) device_.held[{1, 3, 6, 1, 2, 1, 1, 1, 0}] = Value::octets("a printer");
    recorded_ = recorded;

    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    ::inet_pton(AF_INET, "127.61.0.1", &at.sin_addr);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    socklen_t size = sizeof at;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size);
    where_ = "127.61.0.1:" + std::to_string(ntohs(at.sin_port));
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) serve(socket);
    ::close(socket);
  }
  void TearDown() override {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  [[noreturn]] void serve(int socket) {
    ::alarm(120);  // whatever becomes of the parent
    auto agent = std::move(*shared_library()->agent(
        std::string("\x80\x00\x1f\x88\x04tools", 10), every_user(), device_,
        [](snmp::Version, std::string_view community) {
          return community == "public" ? std::optional<snmp::Access>(snmp::Access{}) : std::nullopt;
        },
        [](const snmp::UsmUser&, snmp::SecurityLevel, std::string_view context) {
          return context.empty() ? std::optional<snmp::Access>(snmp::Access{}) : std::nullopt;
        }));
    for (;;) {
      std::byte datagram[65536];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          ::recvfrom(socket, datagram, sizeof datagram, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 0) continue;
      const auto answer =
          shared_library()->answer(*agent, {datagram, static_cast<std::size_t>(got)}, {9, 100}, {});
      if (answer)
        ::sendto(socket, answer->data(), answer->size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  void expect_the_whole_device(const Ran& walk) {
    EXPECT_EQ(walk.code, 0) << walk.out;
    auto got = variables_in(walk.out);
    if (!got.empty() && got.back().second.starts_with("No more variables")) got.pop_back();
    ASSERT_EQ(got.size(), device_.held.size());
    std::size_t i = 0;
    for (const auto& [name, value] : device_.held) {
      EXPECT_EQ(got[i].first, name.text());
      EXPECT_EQ(got[i].second, as_tool(value)) << name.text();
      ++i;
    }
  }

  TestTable device_;
  bool recorded_ = false;
  std::string where_;
  pid_t child_ = -1;
};

const std::string wait_a_little = " -t 2 -r 1 ";
const std::string plain = " -On -Ox -Ot ";

}  // namespace

//= PRN-WALK type=test
TEST_F(Tools, SnmpwalkGetsEveryVariableOnceInOrder) {
  if (!recorded_) GTEST_SKIP() << "no recordings";
  expect_the_whole_device(run("snmpwalk -v2c -c public" + wait_a_little + plain + where_ + " .1.3"));
}

TEST_F(Tools, SnmpbulkwalkWithPrivacyGetsEveryVariableOnceInOrder) {
  if (!recorded_) GTEST_SKIP() << "no recordings";
  expect_the_whole_device(run(
      "snmpbulkwalk -v3 -l authPriv -u u42 -a SHA-256 -A auth-passphrase -x AES -X priv-passphrase -Cr50" +
      wait_a_little + plain + where_ + " .1.3"));
}

TEST_F(Tools, SnmpgetInVersionOne) {
  const Ran got = run("snmpget -v1 -c public" + wait_a_little + plain + where_ + " .1.3.6.1.2.1.1.1.0");
  EXPECT_EQ(got.code, 0) << got.out;
  const auto variables = variables_in(got.out);
  ASSERT_EQ(variables.size(), 1u);
  EXPECT_EQ(variables[0].second, as_tool(device_.held.at({1, 3, 6, 1, 2, 1, 1, 1, 0})));
}

TEST_F(Tools, AnotherCommunityIsMetWithSilence) {
  const Ran got = run("snmpget -v2c -c other -t 0.3 -r 0 " + where_ + " .1.3.6.1.2.1.1.1.0");
  EXPECT_NE(got.code, 0);
  EXPECT_NE(got.out.find("Timeout"), std::string::npos) << got.out;
}

TEST_F(Tools, SnmpgetInEveryCombinationOfProtocols) {
  const char* auths[] = {"", "MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
  const char* privs[] = {"", "DES", "AES", "AES-192", "AES-256"};
  int answered = 0;
  for (int auth = 0; auth < 7; ++auth) {
    for (int priv = 0; priv < 5; ++priv) {
      if (auth == 0 && priv != 0) continue;
      std::string command = "snmpget -v3 -u u" + std::to_string(auth) + std::to_string(priv) + " -l ";
      command += priv ? "authPriv" : auth ? "authNoPriv" : "noAuthNoPriv";
      if (auth) command += std::string(" -A auth-passphrase -a ") + auths[auth];
      if (priv) command += std::string(" -X priv-passphrase -x ") + privs[priv];
      const Ran got = run(command + wait_a_little + plain + where_ + " .1.3.6.1.2.1.1.1.0");
      EXPECT_EQ(got.code, 0) << command << ": " << got.out;
      answered += got.code == 0;
    }
  }
  EXPECT_EQ(answered, 31);
}
