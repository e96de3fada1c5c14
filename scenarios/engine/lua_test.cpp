#include "scenarios/engine/lua.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::scenarios {
namespace {

const Figures figures = {{"printers", 6}, {"reports_stored", 18}};

boost::system::error_code code_of(const std::string& expression) {
  const auto result = evaluate(expression, figures);
  return result ? boost::system::error_code() : result.error().code;
}

TEST(Lua, JudgesFigures) {
  EXPECT_TRUE(evaluate("reports_stored == printers * 3", figures).value());
  EXPECT_FALSE(evaluate("reports_stored > printers * 3", figures).value());
  EXPECT_TRUE(evaluate("math.max(printers, 2) == 6 and tostring(printers) == '6'", figures).value());
}

TEST(Lua, AnUnknownFigureIsAnErrorWithItsName) {
  const auto result = evaluate("reports == 1", figures);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, lua_errc::failed);
  EXPECT_THAT(result.error().detail, testing::HasSubstr("'reports'"));
}

TEST(Lua, ErrorsAreToldApart) {
  EXPECT_EQ(code_of("printers =="), lua_errc::syntax);
  EXPECT_EQ(code_of("printers + 1"), lua_errc::not_boolean);
  EXPECT_EQ(code_of("printers.x == 1"), lua_errc::failed);
  EXPECT_EQ(code_of("(function() while true do end end)()"), lua_errc::budget);
  EXPECT_EQ(code_of("(function() local t = {} for i = 1, 1e5 do t[i] = {i, i, i, i} end return true end)()"),
            lua_errc::memory);
}

TEST(Lua, NothingLeadsOutOfTheSandbox) {
  for (const char* name :
       {"os",      "io",        "load",           "loadstring", "dofile",       "loadfile",     "require",
        "package", "debug",     "collectgarbage", "pcall",      "setmetatable", "getmetatable", "rawget",
        "print",   "coroutine", "string",         "_G",         "math.random",  "table.move"}) {
    const auto result = evaluate(std::string(name) + " ~= nil", figures);
    EXPECT_TRUE(!result || !*result) << name;
  }
  EXPECT_EQ(code_of("tostring({}) == ''"), lua_errc::failed);  // an address
}

TEST(Lua, PairsGoesInOrder) {
  EXPECT_TRUE(evaluate("(function() local s = '' for k in pairs({c = 1, a = 1, b = 1, [2] = 1, [10] = 1}) do "
                       "s = s .. k end "
                       "return s == '210abc' end)()",
                       figures)
                  .value());
}

}  // namespace
}  // namespace mr::scenarios
