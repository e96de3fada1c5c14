#include "conformance/wire/http.hpp"

#include <gtest/gtest.h>

namespace mr::wire {
namespace {

// The same answer must come of any cut of the bytes.
Result<Response> read(std::string_view bytes, std::size_t step, bool ended = true) {
  ResponseReader reader;
  Result<bool> whole = false;
  for (std::size_t at = 0; at < bytes.size() && whole && !*whole; at += step)
    whole = reader.feed(bytes.substr(at, step));
  if (whole && !*whole && ended) whole = reader.end();
  if (!whole) return whole.error();
  if (!*whole) return Failure{End::timed_out, "more is expected"};
  return reader.response();
}
Result<Response> read(std::string_view bytes) {
  const auto all = read(bytes, bytes.size() + 1), one = read(bytes, 1);
  EXPECT_EQ(all.has_value(), one.has_value()) << bytes;
  if (all && one) {
    EXPECT_EQ(all->body, one->body);
  } else if (!all && !one) {
    EXPECT_EQ(all.error().end, one.error().end) << to_string(all.error()) << " / " << to_string(one.error());
  }
  return all;
}
End failure(std::string_view bytes) {
  const auto got = read(bytes);
  return got ? End::local : got.error().end;
}

TEST(ResponseReader, ReadsTheThreeFramings) {
  const auto sized = read(
      "HTTP/1.1 201 Created\r\nContent-Type: application/xml; charset=utf-8\r\ncontent-length:  3 "
      "\r\n\r\nabc");
  ASSERT_TRUE(sized) << to_string(sized.error());
  EXPECT_EQ(sized->status, 201u);
  EXPECT_EQ(sized->media(), "application/xml");
  EXPECT_EQ(sized->body, "abc");
  const auto chunks = read(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: "
      "t\r\n\r\n");
  ASSERT_TRUE(chunks) << to_string(chunks.error());
  EXPECT_EQ(chunks->body, "abc0123456789");
  const auto until_end = read("HTTP/1.0 404 \r\n\r\nnot here");
  ASSERT_TRUE(until_end) << to_string(until_end.error());
  EXPECT_TRUE(until_end->to_the_end);
  EXPECT_EQ(until_end->body, "not here");
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n")->body, "");
}

TEST(ResponseReader, PassesInterimResponsesOverAndLeavesTheRest) {
  ResponseReader reader;
  const auto whole =
      reader.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 400");
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ(reader.response().status, 200u);
  EXPECT_EQ(reader.rest(), "HTTP/1.1 400");
  std::string flood;
  for (int i = 0; i < 9; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(failure(flood), End::malformed);
}

TEST(ResponseReader, RefusesWhatIsNoResponse) {
  for (const char* text : {"SSH-2.0-OpenSSH\r\n", "<html>", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
                           "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 999 Odd\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", "HTTP/1.1 200 OK\r\n: c\r\n\r\n",
                           "HTTP/1.1 200 OK\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\x01\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\nx",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
                           "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
    EXPECT_EQ(failure(text), End::malformed) << text;
  }
}

TEST(ResponseReader, TellsAnEarlyEndFromNoAnswer) {
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), End::malformed);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"), End::malformed);
  EXPECT_EQ(failure("HTTP/1.1 20"), End::malformed);
  ResponseReader nothing;
  EXPECT_EQ(nothing.end().error().end, End::closed);
}

TEST(ResponseReader, HoldsItsLimits) {
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"), End::too_large);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"), End::malformed);
  EXPECT_EQ(failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n"), End::too_large);
  std::string fields = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 201; ++i) fields += "A: b\r\n";
  EXPECT_EQ(failure(fields + "\r\n"), End::too_large);
  ResponseReader reader;
  EXPECT_EQ(reader.feed("HTTP/1.1 200 OK\r\nA: " + std::string(70000, 'x')).error().end, End::too_large);
  EXPECT_EQ(reader.feed("more").error().end, End::too_large) << "it stays failed";
  ResponseReader endless(false, {.body_bytes = 10});
  EXPECT_EQ(endless.feed("HTTP/1.1 200 OK\r\n\r\n01234567890").error().end, End::too_large);
}

TEST(Request, IsWrittenAsItStands) {
  const Request request{
      .method = "GET", .target = "/ x", .version = "HTTP/9", .fields = {{"A", "1"}, {"A", "2"}}, .body = "b"};
  EXPECT_EQ(bytes_of(request), "GET / x HTTP/9\r\nA: 1\r\nA: 2\r\n\r\nb");
  EXPECT_EQ(chunked("abcdefghijklmnopqrs", 16), "10\r\nabcdefghijklmnop\r\n3\r\nqrs\r\n0\r\n\r\n");
  EXPECT_EQ(chunked("", 16), "0\r\n\r\n");
}

}  // namespace
}  // namespace mr::wire
