#include "scenarios/checks/http_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::scenarios {
namespace {

using Side = HttpReader::Side;

std::vector<HttpMessage> read(Side side, std::string_view bytes, std::size_t piece, bool finish = false) {
  std::vector<HttpMessage> messages;
  HttpReader reader(side, [&](const HttpMessage& message) { messages.push_back(message); });
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string_view part = bytes.substr(at, piece);
    reader.feed(std::as_bytes(std::span(part.data(), part.size())),
                runtime::Instant(std::chrono::seconds(at)));
  }
  if (finish) reader.finish();
  return messages;
}

TEST(HttpReader, ReadsMessagesWhateverThePieces) {
  const std::string bytes =
      "POST /a HTTP/1.1\r\nContent-Length: 5\r\nX:  y \r\n\r\nhello"
      "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
      "GET /c HTTP/1.1\r\n\r\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    const auto messages = read(Side::requests, bytes, piece);
    ASSERT_EQ(messages.size(), 3u) << piece;
    EXPECT_EQ(messages[0].method, "POST");
    EXPECT_EQ(messages[0].body, "hello");
    EXPECT_EQ(messages[0].field("x"), "y");
    EXPECT_EQ(messages[1].target, "/b");
    EXPECT_EQ(messages[1].body, "abcde");
    EXPECT_EQ(messages[1].field("T"), "1");
    EXPECT_EQ(messages[2].target, "/c");
    EXPECT_TRUE(messages[2].whole);
  }
}

TEST(HttpReader, SkipsInterimAnswersAndReadsToTheEnd) {
  const auto messages = read(
      Side::responses,
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\n\r\nuntil the end", 4, true);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].status, 204u);
  EXPECT_EQ(messages[1].status, 200u);
  EXPECT_EQ(messages[1].body, "until the end");
  EXPECT_TRUE(messages[1].whole);
}

TEST(HttpReader, GivesWhatBrokeOff) {
  const auto messages = read(Side::requests, "POST /a HTTP/1.1\r\nContent-Length: 50\r\n\r\nhel", 9, true);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_FALSE(messages[0].whole);
  EXPECT_EQ(messages[0].body, "hel");
}

TEST(HttpReader, KnowsWhatIsNoHttp) {
  for (const char* text : {"hello there, this is no request\r\n\r\n", "GET /\r\n\r\n"}) {
    HttpReader reader(Side::requests, [](const HttpMessage&) { FAIL(); });
    reader.feed(std::as_bytes(std::span(std::string_view(text))), {});
    EXPECT_TRUE(reader.broken());
  }
  HttpReader endless(Side::requests, [](const HttpMessage&) { FAIL(); });
  const std::string much(HttpReader::head_bytes_max + 1, 'a');
  endless.feed(std::as_bytes(std::span(much)), {});
  EXPECT_TRUE(endless.broken());
}

TEST(HttpReader, TellsWhenAMessageBegan) {
  std::vector<HttpMessage> messages;
  HttpReader reader(Side::requests, [&](const HttpMessage& message) { messages.push_back(message); });
  const auto feed = [&](std::string_view text, int second) {
    reader.feed(std::as_bytes(std::span(text)), runtime::Instant(std::chrono::seconds(second)));
  };
  feed("GET / HTTP/1.1\r\n", 1);
  feed("\r\nGET /b HTTP", 2);
  feed("/1.1\r\n\r\n", 3);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].began, runtime::Instant(std::chrono::seconds(1)));
  EXPECT_EQ(messages[1].began, runtime::Instant(std::chrono::seconds(2)));
}

}  // namespace
}  // namespace mr::scenarios
