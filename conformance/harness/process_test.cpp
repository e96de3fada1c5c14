#include "conformance/harness/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mr::harness {
namespace {

wire::Deadline soon() { return wire::Deadline::in(wire::Milliseconds(10000)); }

TEST(Run, GivesOutputAndCode) {
  std::string why;
  const auto done = run({.command = {"sh", "-c", "echo out; echo err >&2; echo $WORD; exit 3"},
                         .environment = {{"WORD", "given"}}},
                        soon(), why);
  ASSERT_TRUE(done) << why;
  EXPECT_EQ(done->exit_code, 3);
  EXPECT_EQ(done->out, "out\ngiven\n");
  EXPECT_EQ(done->err, "err\n");
}

TEST(Run, TellsAProgramThatIsNotThereAndOneThatDoesNotEnd) {
  std::string why;
  EXPECT_FALSE(run({.command = {"/no/such/program"}}, soon(), why));
  EXPECT_NE(why.find("No such file"), std::string::npos) << why;
  const auto from = wire::ticks();
  EXPECT_FALSE(
      run({.command = {"sh", "-c", "sleep 60 & sleep 60"}}, wire::Deadline::in(wire::Milliseconds(50)), why));
  EXPECT_NE(why.find("did not end in time"), std::string::npos) << why;
  EXPECT_LT(wire::ticks() - from, std::chrono::seconds(30));
}

TEST(Run, BoundsWhatItKeeps) {
  std::string why;
  const auto done = run({.command = {"sh", "-c", "head -c 2000000 /dev/zero"}}, soon(), why);
  ASSERT_TRUE(done) << why;
  EXPECT_EQ(done->exit_code, 0);
  EXPECT_LE(done->out.size(), 300u * 1024);
}

TEST(Child, EndsWithItsWholeGroup) {
  std::string why;
  std::string folder = (std::filesystem::temp_directory_path() / "process_test_XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  pid_t grandchild = 0;
  {
    auto child = Child::start(
        {.command = {"sh", "-c", "sleep 60 & echo $!; wait"}, .stdout_file = folder + "/out"}, why);
    ASSERT_TRUE(child) << why;
    EXPECT_TRUE(child->running());
    EXPECT_EQ(child->state(), "running");
    const auto deadline = soon();
    while (grandchild == 0 && !deadline.passed()) {
      std::ifstream(folder + "/out") >> grandchild;
      wire::pause(wire::Milliseconds(2));
    }
    ASSERT_GT(grandchild, 0);
    EXPECT_FALSE(child->wait(wire::Deadline::in(wire::Milliseconds(5))));
  }
  // It is dead: gone, or a zombie that nobody has reaped.
  const auto dead = [&] {
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    std::stringstream text;
    text << stat.rdbuf();
    return !stat || text.str().find(") Z") != std::string::npos;
  };
  const auto deadline = soon();
  while (!dead() && !deadline.passed()) wire::pause(wire::Milliseconds(2));
  EXPECT_TRUE(dead());
  std::filesystem::remove_all(folder);
}

TEST(Child, StopsWhenAskedOrIsMadeTo) {
  std::string why;
  auto willing = Child::start({.command = {"sleep", "60"}}, why);
  ASSERT_TRUE(willing) << why;
  EXPECT_TRUE(willing->stop(SIGTERM, soon()));
  auto deaf = Child::start({.command = {"sh", "-c", "trap '' TERM; sleep 60; sleep 60"}}, why);
  ASSERT_TRUE(deaf) << why;
  wire::pause(wire::Milliseconds(100));  // until it is deaf
  EXPECT_FALSE(deaf->stop(SIGTERM, wire::Deadline::in(wire::Milliseconds(100))));
  EXPECT_FALSE(deaf->running());
  auto short_lived = Child::start({.command = {"sh", "-c", "exit 4"}}, why);
  ASSERT_TRUE(short_lived) << why;
  EXPECT_EQ(short_lived->wait(soon()), 4);
  EXPECT_EQ(short_lived->state(), "exit 4");
}

}  // namespace
}  // namespace mr::harness
