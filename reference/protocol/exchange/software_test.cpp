#include "reference/protocol/exchange/software.hpp"

#include <gtest/gtest.h>

namespace mr::exchange {
namespace {

const std::string tag = "\"0f0f\"";

SoftwareFetch fetch(std::uint64_t size, std::uint64_t offset = 0, std::string etag = {}) {
  SoftwareFetch::Options options;
  options.software_id = "sw-1";
  options.size = size;
  options.offset = offset;
  options.etag = std::move(etag);
  options.range_bytes = 4;
  options.failures_max = 5;
  return SoftwareFetch(options);
}

Arrived part(const std::string& body, std::uint64_t first, std::uint64_t size,
             const std::string& etag = tag) {
  const std::string range = "bytes " + std::to_string(first) + "-" + std::to_string(first + body.size() - 1) +
                            "/" + std::to_string(size);
  return {{206, {{"content-range", range}, {"etag", etag}}, body}, 0};
}

std::string header(const SoftwareFetch::Action& action, std::string_view name) {
  const auto* send = std::get_if<Send>(&action);
  return send == nullptr ? "no request" : find(send->request.headers, name).value_or("");
}

std::string slug(const SoftwareFetch::Action& action) {
  const auto* refused = std::get_if<Refused>(&action);
  return refused == nullptr ? "not refused" : refused->code;
}

//= SW-RANGE type=test
//= SW-IF-RANGE type=test
TEST(Software, FetchesRangesInOrderUnderOneETag) {
  auto fetching = fetch(10);
  auto action = fetching.resume(Begin{});
  ASSERT_TRUE(std::holds_alternative<Send>(action));
  EXPECT_EQ(std::get<Send>(action).request.method, "GET");
  EXPECT_EQ(std::get<Send>(action).request.target, "/v1/software/sw-1");
  EXPECT_EQ(header(action, "Range"), "bytes=0-3");
  EXPECT_EQ(header(action, "If-Range"), "") << "nothing is known of the file yet";
  std::string got;
  for (const auto& [range, body] :
       {std::pair{"bytes=0-3", "abcd"}, {"bytes=4-7", "efgh"}, {"bytes=8-9", "ij"}}) {
    EXPECT_EQ(header(action, "Range"), range);
    action = fetching.resume(part(body, got.size(), 10));
    ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Part>(action)) << range;
    EXPECT_EQ(std::get<SoftwareFetch::Part>(action).offset, got.size());
    EXPECT_EQ(std::get<SoftwareFetch::Part>(action).etag, tag);
    got += std::get<SoftwareFetch::Part>(action).octets;
    action = fetching.resume(SoftwareFetch::Kept{});
    if (got.size() < 10) {
      EXPECT_EQ(header(action, "If-Range"), tag);
    }
  }
  EXPECT_EQ(got, "abcdefghij");
  ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Fetched>(action));
  EXPECT_EQ(std::get<SoftwareFetch::Fetched>(action).etag, tag);
}

//= SW-RESUME type=test
TEST(Software, ResumesAtTheFirstOctetThatWasNotKept) {
  auto fetching = fetch(10, 8, tag);
  auto action = fetching.resume(Begin{});
  EXPECT_EQ(header(action, "Range"), "bytes=8-9");
  EXPECT_EQ(header(action, "If-Range"), tag);
  action = fetching.resume(part("ij", 8, 10));
  ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Part>(action));
  EXPECT_TRUE(std::holds_alternative<SoftwareFetch::Fetched>(fetching.resume(SoftwareFetch::Kept{})));

  auto whole = fetch(10, 10, tag);
  EXPECT_TRUE(std::holds_alternative<SoftwareFetch::Fetched>(whole.resume(Begin{})))
      << "nothing is left to ask for";
}

TEST(Software, TakesLessThanWasAskedForAndAsksForTheRest) {
  auto fetching = fetch(4);
  auto action = fetching.resume(Begin{});
  action = fetching.resume(part("ab", 0, 4));
  ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Part>(action));
  action = fetching.resume(SoftwareFetch::Kept{});
  EXPECT_EQ(header(action, "Range"), "bytes=2-3");
}

TEST(Software, StartsAnewWhenTheFileChangedAndGivesUpWhenItGoesOnChanging) {
  const auto begun = [] {
    auto fetching = fetch(8);
    (void)fetching.resume(Begin{});
    (void)fetching.resume(part("abcd", 0, 8));
    (void)fetching.resume(SoftwareFetch::Kept{});
    return fetching;
  };
  const SoftwareFetch::Event changes[] = {part("efgh", 4, 8, "\"other\""),
                                          Arrived{{200, {{"ETag", "\"other\""}}, "ABCDEFGH"}, 0},
                                          SoftwareFetch::TooLarge{}};
  for (const auto& change : changes) {
    auto fetching = begun();
    auto action = fetching.resume(change);
    ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Restart>(action)) << change.index();
    action = fetching.resume(SoftwareFetch::Kept{});
    EXPECT_EQ(header(action, "Range"), "bytes=0-3");
    EXPECT_EQ(header(action, "If-Range"), "") << "the old file is forgotten";
  }
  auto fetching = begun();
  SoftwareFetch::Action action;
  for (int i = 0; i < 4; ++i) {
    action = fetching.resume(part("efgh", 4, 8, "\"other" + std::to_string(i) + "\""));
    if (!std::holds_alternative<SoftwareFetch::Restart>(action)) break;
    (void)fetching.resume(SoftwareFetch::Kept{});
    (void)fetching.resume(part("abcd", 0, 8, "\"new" + std::to_string(i) + "\""));
    (void)fetching.resume(SoftwareFetch::Kept{});
  }
  EXPECT_EQ(slug(action), "unstable");
}

TEST(Software, AWholeAnswerOfTheRightSizeIsTakenAtTheStart) {
  auto fetching = fetch(4);
  (void)fetching.resume(Begin{});
  auto action = fetching.resume(Arrived{{200, {{"ETag", tag}}, "abcd"}, 0});
  ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Part>(action));
  EXPECT_TRUE(std::holds_alternative<SoftwareFetch::Fetched>(fetching.resume(SoftwareFetch::Kept{})));
}

TEST(Software, AnotherSizeEndsIt) {
  const SoftwareFetch::Event answers[] = {part("abcd", 0, 9), Arrived{{416, {}, ""}, 0},
                                          Arrived{{200, {{"ETag", tag}}, "abc"}, 0}};
  for (const auto& answer : answers) {
    auto fetching = fetch(8);
    (void)fetching.resume(Begin{});
    EXPECT_TRUE(std::holds_alternative<SoftwareFetch::WrongSize>(fetching.resume(answer))) << answer.index();
  }
}

TEST(Software, DoubtfulAnswersAreAskedForAgain) {
  Arrived no_range = part("abcd", 0, 8), weak = part("abcd", 0, 8, "W/\"x\""), other = part("abcd", 2, 8),
          longer = part("abcdef", 0, 8), cut = part("abcd", 0, 8);
  no_range.response.headers.erase(no_range.response.headers.begin());
  cut.response.body.pop_back();
  for (const Arrived& answer :
       {no_range, weak, other, longer, cut, Arrived{{503, {{"Retry-After", "90"}}, ""}, 0}}) {
    auto fetching = fetch(8);
    (void)fetching.resume(Begin{});
    auto action = fetching.resume(answer);
    ASSERT_TRUE(std::holds_alternative<Pause>(action));
    if (answer.response.status == 503) {
      EXPECT_GE(std::get<Pause>(action).time, std::chrono::seconds(90));
    }
    EXPECT_EQ(header(fetching.resume(Elapsed{}), "Range"), "bytes=0-3");
  }
}

TEST(Software, GivesUpAfterTooManyFailuresInARowOnly) {
  auto fetching = fetch(8);
  (void)fetching.resume(Begin{});
  const auto fail = [&](int times) {
    SoftwareFetch::Action action;
    for (int i = 0; i < times; ++i) {
      action = fetching.resume(Failed{Fault(errc::wrong_reply), 0});
      if (std::holds_alternative<Pause>(action)) (void)fetching.resume(Elapsed{});
    }
    return action;
  };
  EXPECT_TRUE(std::holds_alternative<Pause>(fail(5)));
  ASSERT_TRUE(std::holds_alternative<SoftwareFetch::Part>(fetching.resume(part("abcd", 0, 8))))
      << "a success starts the count anew";
  (void)fetching.resume(SoftwareFetch::Kept{});
  EXPECT_TRUE(std::holds_alternative<Pause>(fail(5)));
  EXPECT_EQ(slug(fail(1)), "unavailable");
}

TEST(Software, ARefusalEndsIt) {
  auto fetching = fetch(8);
  (void)fetching.resume(Begin{});
  const auto action = fetching.resume(Arrived{{404, {}, ""}, 0});
  ASSERT_TRUE(std::holds_alternative<Refused>(action));
  EXPECT_EQ(std::get<Refused>(action).status, 404u);
}

TEST(Software, ContentRangesAndETagsAreReadStrictly) {
  EXPECT_EQ(parse_content_range("bytes 0-3/8"), (ContentRange{0, 3, 8}));
  EXPECT_EQ(parse_content_range("Bytes 4-7/8"), (ContentRange{4, 7, 8}));
  for (const char* bad :
       {"", "bytes", "bytes 0-3", "bytes 0-3/*", "bytes */8", "bytes 4-3/8", "bytes 0-8/8", "bytes 0-3/8 ",
        "items 0-3/8", "bytes +0-3/8", "bytes 0-3/99999999999999999999", "bytes  0-3/8"}) {
    EXPECT_FALSE(parse_content_range(bad)) << bad;
  }
  EXPECT_TRUE(is_strong_etag("\"\""));
  EXPECT_TRUE(is_strong_etag(tag));
  for (const std::string& bad :
       {std::string("W/\"x\""), std::string("x"), std::string("\""), std::string("\"a\"b\""),
        std::string("\"a b\""), "\"" + std::string(255, 'x') + "\""}) {
    EXPECT_FALSE(is_strong_etag(bad)) << bad;
  }
}

}  // namespace
}  // namespace mr::exchange
