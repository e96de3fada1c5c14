// Quirks as net-snmp's own tools tell of them, over UDP on loopback. A child serves one printer through the
// native engine until it is ended. Skipped where the tools are absent.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "simulators/printer/quirks/test_printer.hpp"

using namespace mr;
using namespace mr::printer;

namespace {

struct Ran {
  int code = -1;
  std::string out;
};

Ran run(const std::string& command) {
  Ran ran;
  FILE* pipe = ::popen(
      ("MIBS= MIBDIRS=/dev/null/none SNMPCONFPATH=/dev/null/none SNMP_PERSISTENT_DIR=/dev/null/none " +
       command + " 2>&1")
          .c_str(),
      "r");
  if (pipe == nullptr) return ran;
  char part[4096];
  while (const std::size_t size = ::fread(part, 1, sizeof part, pipe)) ran.out.append(part, size);
  const int status = ::pclose(pipe);
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
  return ran;
}

class QuirkTools : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (run("snmpget -V").code != 0) GTEST_SKIP() << "the snmp tools are not installed";
  }
  void TearDown() override { end(); }

  void serve(const std::vector<std::string>& quirks, const std::string& wrong_answers = "[]") {
    end();
    const auto how = test::behaviour(quirks, wrong_answers);
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    ::inet_pton(AF_INET, "127.61.0.2", &at.sin_addr);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    socklen_t size = sizeof at;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size);
    where_ = " 127.61.0.2:" + std::to_string(ntohs(at.sin_port)) + " ";
    ASSERT_NE(shared_library(), nullptr);  // started before the fork
    child_ = ::fork();
    ASSERT_GE(child_, 0);
    if (child_ == 0) {
      ::alarm(60);  // whatever becomes of the parent
      test::Printers p(GetParam());
      p.behave(how);
      for (;;) {
        std::byte datagram[65536];
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const ssize_t got =
            ::recvfrom(socket, datagram, sizeof datagram, 0, reinterpret_cast<sockaddr*>(&from), &length);
        if (got < 0) continue;
        for (const OutDatagram& out : p.send(snmp::Bytes(datagram, datagram + got)))
          ::sendto(socket, out.payload.data(), out.payload.size(), 0, reinterpret_cast<sockaddr*>(&from),
                   length);
      }
    }
    ::close(socket);
  }
  void end() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = -1;
  }
  Ran tool(const std::string& name, const std::string& what, const std::string& options = "") {
    return run(name + " -v2c -c public -On -t 1 -r 0 " + options + where_ + what);
  }

  std::string where_;
  pid_t child_ = -1;
};
INSTANTIATE_TEST_SUITE_P(Engines, QuirkTools, testing::Values("native", "net-snmp"), test::engine_name);

bool has(const Ran& ran, const std::string& text) { return ran.out.find(text) != std::string::npos; }

}  // namespace

TEST_P(QuirkTools, AnInstanceThatIsThereButNotInAWalk) {
  serve({"walk-passes-over", "life-count-integer"});
  // snmpwalk asks for the instance itself where the walk gave nothing, so it is switched off.
  const Ran walk = tool("snmpbulkwalk", ".1.3.6.1.2.1.43.5.1.1.17", "-Ci -Cr5"),
            next = tool("snmpgetnext", ".1.3.6.1.2.1.43.5.1.1.17"),
            get = tool("snmpget", ".1.3.6.1.2.1.43.5.1.1.17.1");
  EXPECT_FALSE(has(walk, ".1.3.6.1.2.1.43.5.1.1.17.1 = ")) << walk.out;
  EXPECT_TRUE(has(next, ".1.3.6.1.2.1.43.5.1.1.18.1 = ")) << next.out;
  EXPECT_TRUE(has(get, "STRING: \"")) << get.out;
  const Ran life = tool("snmpget", ".1.3.6.1.2.1.43.10.2.1.4.1.1");
  EXPECT_TRUE(has(life, "INTEGER: ")) << life.out;
}

TEST_P(QuirkTools, AWalkInGenErr) {
  serve({"walk-ends-in-error"});
  const Ran walk = tool("snmpwalk", ".1.3");
  EXPECT_NE(walk.code, 0);
  EXPECT_TRUE(has(walk, "Reason: (genError)"))
      << walk.out.substr(walk.out.size() > 400 ? walk.out.size() - 400 : 0);
}

TEST_P(QuirkTools, AWalkThatGoesRound) {
  serve({"walk-loops"});
  const Ran walk = tool("snmpwalk", ".1.3.6.1.2.1.43.11");
  EXPECT_TRUE(has(walk, "OID not increasing")) << walk.out;
  serve({"walk-repeats=1.3.6.1.2.1.43.12"});
  const Ran stands = tool("snmpbulkwalk", ".1.3.6.1.2.1.43.12");
  EXPECT_TRUE(has(stands, "OID not increasing")) << stands.out;
}

TEST_P(QuirkTools, AWalkOfAQuirkyPrinterIsWhole) {
  serve({"supply-rows-sparse", "alerts-twice", "level-some", "supply-language=zh"});
  const Ran walk = tool("snmpwalk", ".1.3"), bulk = tool("snmpbulkwalk", ".1.3", "-Cr40");
  EXPECT_EQ(walk.code, 0);
  EXPECT_EQ(bulk.code, 0);
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_GT(lines(walk.out), 200);
  EXPECT_EQ(lines(walk.out), lines(bulk.out));
  EXPECT_FALSE(has(walk, "not increasing"));
  EXPECT_TRUE(has(walk, ".1.3.6.1.2.1.43.11.1.1.9.1.11 = INTEGER: -3")) << "the second row has the index 11";
}

TEST_P(QuirkTools, WrongAnswers) {
  serve({}, R"([{"what": "malformed", "kind": "value-over"}])");
  Ran got = tool("snmpget", ".1.3.6.1.2.1.1.5.0");
  EXPECT_NE(got.code, 0);
  EXPECT_FALSE(has(got, "1.3.6.1.2.1.1.5.0 = ")) << got.out;
  serve({}, R"([{"what": "error", "status": "tooBig", "times": 1}])");
  got = tool("snmpget", ".1.3.6.1.2.1.1.5.0");
  EXPECT_TRUE(has(got, "(tooBig)")) << got.out;
  EXPECT_EQ(tool("snmpget", ".1.3.6.1.2.1.1.5.0").code, 0) << "once only";
  serve({}, R"([{"what": "wrong-request-id"}])");
  got = tool("snmpget", ".1.3.6.1.2.1.1.5.0");
  EXPECT_TRUE(has(got, "Timeout")) << got.out;
}
