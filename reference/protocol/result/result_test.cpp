#include "reference/protocol/result/result.hpp"

#include <gtest/gtest.h>

namespace mr::result_test {
enum class errc { too_long = 1 };
std::string_view describe(errc) { return "too long"; }
}  // namespace mr::result_test
MR_ERRC(mr::result_test, errc, "result_test")

namespace mr {
namespace {

Result<int> half(int n) {
  if (n % 2) return Fault(result_test::errc::too_long, "n is " + std::to_string(n));
  return n / 2;
}
Result<int> quarter(int n) {
  const auto once = half(n);
  MR_TRY(once);
  return half(*once);
}

TEST(Result, CarriesTheFirstFault) {
  EXPECT_EQ(*quarter(8), 2);
  const auto fault = quarter(6).error();
  EXPECT_EQ(fault.code, result_test::errc::too_long);
  EXPECT_EQ(to_string(fault), "n is 3: too long");
  EXPECT_STREQ(fault.code.category().name(), "result_test");
}

TEST(Result, AskingForAnAbsentValueAborts) { EXPECT_DEATH(half(3).value(), "n is 3: too long"); }

TEST(Assert, PrintsTheConditionThenAborts) { EXPECT_DEATH(MR_ASSERT(1 + 1 == 3), "broken: 1 \\+ 1 == 3"); }

}  // namespace
}  // namespace mr
