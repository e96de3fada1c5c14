#include "reference/runtime/http/head.hpp"

#include <gtest/gtest.h>

namespace mr::runtime {
namespace {

std::string with(std::string_view fields, std::string_view line = "POST /v1/reports HTTP/1.1") {
  return std::string(line) + "\r\n" + std::string(fields) + "\r\n";
}

unsigned refusal_of(std::string_view bytes, HttpServerLimits limits = {}) {
  const auto read = read_head(bytes, limits);
  const auto* refusal = std::get_if<HeadRefusal>(&read);
  return refusal ? refusal->status : 0;
}

TEST(ReadHead, ReadsWhatIsSound) {
  const auto read = read_head(with("Host: a.test:8443\r\nContent-Length: 5\r\nX-A:\t b c \r\nConnection: x, "
                                   "Close\r\nExpect: 100-Continue\r\n"),
                              {});
  const auto* head = std::get_if<ReadHead>(&read);
  ASSERT_NE(head, nullptr);
  EXPECT_EQ(head->head.method, "POST");
  EXPECT_EQ(head->head.target, "/v1/reports");
  EXPECT_EQ(head->head.host, "a.test:8443");
  EXPECT_EQ(head->head.content_length, 5u);
  EXPECT_EQ(exchange::find(head->head.headers, "x-a"), "b c");
  EXPECT_FALSE(head->keep_alive);
  EXPECT_TRUE(head->expects_continue);
}

TEST(ReadHead, TakesTheAbsoluteForm) {
  const auto target = [](std::string_view line) {
    const auto read = read_head(with("Host: a\r\n", line), {});
    return std::get<ReadHead>(read).head.target;
  };
  EXPECT_EQ(target("GET http://a.test/x?y HTTP/1.1"), "/x?y");
  EXPECT_EQ(target("GET HTTPS://a.test HTTP/1.1"), "/");
  EXPECT_EQ(target("GET http://a.test?y HTTP/1.1"), "/?y");
  EXPECT_EQ(target("OPTIONS * HTTP/1.1"), "*");
}

TEST(ReadHead, Http10ClosesUnlessAskedNotTo) {
  const auto keep = [](std::string_view fields) {
    const auto read = read_head(with(fields, "GET / HTTP/1.0"), {});
    return std::get<ReadHead>(read).keep_alive;
  };
  EXPECT_FALSE(keep(""));
  EXPECT_TRUE(keep("Connection: keep-alive\r\n"));
}

// Each case differs from a sound head in one thing, so that it is refused for that.
struct Vector {
  const char* what;
  unsigned status;
  std::string bytes;
};

//= HTTP-HOST type=test
TEST(ReadHead, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string host = "Host: a\r\n";
  const std::vector<Vector> vectors = {
      {"length beside coding", 400, with(host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")},
      {"coding beside length", 400, with(host + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n")},
      {"unknown coding with length", 400, with(host + "Transfer-Encoding: gzip\r\nContent-Length: 4\r\n")},
      {"unknown coding", 501, with(host + "Transfer-Encoding: gzip, chunked\r\n")},
      {"chunked not last", 400, with(host + "Transfer-Encoding: chunked, gzip\r\n")},
      {"chunked twice", 400, with(host + "Transfer-Encoding: chunked, chunked\r\n")},
      {"two codings fields", 400,
       with(host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
      {"identity", 400, with(host + "Transfer-Encoding: identity\r\n")},
      {"empty coding", 400, with(host + "Transfer-Encoding:\r\n")},
      {"coding with parameter", 400, with(host + "Transfer-Encoding: chunked;q=1\r\n")},
      {"coding with vertical tab", 400,
       with(host + "Transfer-Encoding: \x0b"
                   "chunked\r\n")},
      {"HTTP/1.0 chunked", 400, with(host + "Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0")},
      {"two equal lengths", 400, with(host + "Content-Length: 4\r\nContent-Length: 4\r\n")},
      {"two lengths", 400, with(host + "Content-Length: 4\r\nContent-Length: 5\r\n")},
      {"list of lengths", 400, with(host + "Content-Length: 4, 4\r\n")},
      {"signed length", 400, with(host + "Content-Length: +4\r\n")},
      {"negative length", 400, with(host + "Content-Length: -4\r\n")},
      {"hex length", 400, with(host + "Content-Length: 0x4\r\n")},
      {"empty length", 400, with(host + "Content-Length:\r\n")},
      {"length over 64 bits", 413, with(host + "Content-Length: 99999999999999999999\r\n")},
      {"folded field", 400, with(host + "X-A: b\r\n c\r\n")},
      {"folded coding", 400, with(host + "Transfer-Encoding:\r\n chunked\r\n")},
      {"folded first field", 400, with(" " + host)},
      {"space before colon", 400, with(host + "Content-Length : 4\r\n")},
      {"no colon", 400, with(host + "Content-Length\r\n")},
      {"empty name", 400, with(host + ": x\r\n")},
      {"no Host", 400, with("X-A: b\r\n")},
      {"two Hosts", 400, with(host + host)},
      {"empty Host", 400, with("Host:\r\n")},
      {"list in Host", 400, with("Host: a, b\r\n")},
      {"user in Host", 400, with("Host: me@a\r\n")},
      {"bare CR", 400, with(host + "X-A: b\rTransfer-Encoding: chunked\r\n")},
      {"bare LF", 400, with(host + "X-A: b\nTransfer-Encoding: chunked\r\n")},
      {"NUL", 400, with(host + std::string("X-A: b\0c\r\n", 10))},
      {"unknown expectation", 417, with(host + "Expect: 200-maybe\r\n")},
      {"HTTP/2.0", 505, with(host, "GET / HTTP/2.0")},
      {"no version", 400, with(host, "GET /")},
      {"lower case version", 400, with(host, "GET / http/1.1")},
      {"two spaces", 400, with(host, "GET  / HTTP/1.1")},
      {"tab", 400, with(host, "GET\t/ HTTP/1.1")},
      {"relative target", 400, with(host, "GET x HTTP/1.1")},
      {"fragment", 400, with(host, "GET /#x HTTP/1.1")},
      {"no method", 400, with(host, " / HTTP/1.1")},
      {"method with colon", 400, with(host, "G:T / HTTP/1.1")},
  };
  EXPECT_EQ(refusal_of(with(host)), 0u);
  for (const auto& vector : vectors) EXPECT_EQ(refusal_of(vector.bytes), vector.status) << vector.what;
}

TEST(ReadHead, HoldsItsLimits) {
  std::string fields = "Host: a\r\n";
  for (int i = 0; i < 99; ++i) fields += "X-A: b\r\n";
  EXPECT_EQ(refusal_of(with(fields)), 0u);
  EXPECT_EQ(refusal_of(with(fields + "X-A: b\r\n")), 431u);
  EXPECT_EQ(refusal_of(with("Host: a\r\n", "GET /" + std::string(4095, 'x') + " HTTP/1.1")), 0u);
  EXPECT_EQ(refusal_of(with("Host: a\r\n", "GET /" + std::string(4096, 'x') + " HTTP/1.1")), 414u);
}

}  // namespace
}  // namespace mr::runtime
