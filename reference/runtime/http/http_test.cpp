#include "reference/runtime/http/http.hpp"

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/test_seams.hpp"

namespace mr::runtime {
namespace {

using std::chrono::seconds;

// Answers with what it was asked: "METHOD target body-size".
asio::awaitable<HttpResponse> echo(HttpRequest request, const HttpPeer&) {
  HttpResponse response{200, {{"Content-Type", "text/plain"}}, {}};
  response.body = request.method + " " + request.target + " " + std::to_string(request.body.size());
  if (exchange::find(request.headers, "X-Trailer")) response.body += " trailer";
  co_return response;
}

asio::awaitable<void> read_all(Stream& stream, std::string& out) {
  for (;;) {
    std::array<char, 4096> bytes;
    const auto [ec, n] =
        co_await stream.async_read_some(asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    out.append(bytes.data(), n);
    if (ec) {
      out += ec == asio::error::eof ? "<eof>" : "<reset>";
      co_return;
    }
  }
}

struct HttpTest : testing::Test {
  asio::io_context context;
  ManualClock clock{context};
  Scope scope{context.get_executor()};
  std::shared_ptr<HttpService> service = std::make_shared<HttpService>();
  HttpServerLimits limits;
  std::optional<Stream> client;
  std::string answer;
  std::vector<unsigned> refused;

  void start() {
    service->handle = echo;
    service->refused = [this](unsigned status, std::string_view, const HttpPeer&) {
      refused.push_back(status);
    };
    auto [here, there] = memory_pair(context.get_executor());
    client.emplace(std::move(here));
    scope.spawn(serve_http(std::move(there), service, limits, clock));
    clock.settle();
  }
  void send(std::string_view bytes) {
    client->body().write(asio::buffer(bytes.data(), bytes.size()),
                         IoHandler([](boost::system::error_code, std::size_t) {}));
    clock.settle();
  }
  // Sends raw bytes to a new connection, ends it, and gives all that came back.
  std::string talk(std::string_view bytes) {
    start();
    answer.clear();
    scope.spawn(read_all(*client, answer));
    send(bytes);
    client->shut_send();
    clock.settle();
    clock.advance(seconds(10));
    EXPECT_TRUE(scope.idle());
    return answer;
  }
  Result<HttpReply> ask(HttpRequest request, bool keep = true, HttpClientLimits client_limits = {}) {
    auto reply = spawn_for<Result<HttpReply>>(
        context.get_executor(), exchange_http(*client, "a.test", std::move(request), keep, client_limits,
                                              clock, clock.now() + seconds(30)));
    clock.settle();
    if (!reply->has_value()) clock.advance(seconds(31));
    return **reply;
  }
  static unsigned status_of(std::string_view text) {
    return text.starts_with("HTTP/1.1 ") ? static_cast<unsigned>(std::stoi(std::string(text.substr(9, 3))))
                                         : 0;
  }
};

//= HTTP-REUSE type=test
TEST_F(HttpTest, CarriesManyExchangesOnOneConnection) {
  start();
  for (int i = 0; i < 3; ++i) {
    const auto reply = ask({"POST", "/x", {{"X-A", "b"}}, std::string(200'000, 'z')});
    ASSERT_FALSE(reply.has_error()) << to_string(reply.error());
    EXPECT_EQ(reply->response.status, 200u);
    EXPECT_EQ(reply->response.body, "POST /x 200000");
    EXPECT_EQ(exchange::find(reply->response.headers, "content-type"), "text/plain");
    EXPECT_TRUE(reply->reusable);
  }
}

TEST_F(HttpTest, KeepsAliveUntilOneSideSaysClose) {
  service->admit = [](const HttpHead&, const HttpPeer&) { return HttpAdmission{.body_bytes_max = 1 << 20}; };
  limits.requests_max = 3;
  start();
  EXPECT_TRUE(ask({"GET", "/1", {}, {}})->reusable);
  EXPECT_TRUE(ask({"POST", "/2", {}, "abc"})->reusable);
  const auto last = ask({"GET", "/3", {}, {}});
  EXPECT_EQ(last->response.body, "GET /3 0");
  EXPECT_FALSE(last->reusable);
  clock.settle();
  EXPECT_TRUE(scope.idle());

  limits.requests_max = 100;
  start();
  EXPECT_FALSE(ask({"GET", "/1", {}, {}}, false)->reusable);
  clock.settle();
  EXPECT_TRUE(scope.idle());
}

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
  const auto text = talk(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET "
      "/3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto one = text.find("GET /1 0"), two = text.find("POST /2 2"), three = text.find("GET /3 0");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_TRUE(text.ends_with("<eof>"));
}

TEST_F(HttpTest, ReadsChunkedBodiesAndDropsTrailers) {
  const auto text = talk(
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_NE(text.find("POST /c 7"), std::string::npos);
  EXPECT_EQ(text.find("trailer"), std::string::npos);
}

//= HTTP-HOST type=test
TEST_F(HttpTest, RefusesAmbiguousFramingAndCloses) {
  for (const std::string_view fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked, gzip\r\n",
        "X: a\r\n b\r\n", "Host: b\r\n"}) {
    const auto text = talk("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) +
                           "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_of(text), 400u) << fields;
    EXPECT_EQ(text.find("smuggled"), std::string::npos) << fields;
    EXPECT_TRUE(text.ends_with("<eof>")) << fields;
  }
}

TEST_F(HttpTest, RefusesBadChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body :
       {std::string("zz\r\nabc\r\n0\r\n\r\n"), std::string("-1\r\n\r\n"),
        std::string("3\r\nabcX\r\n0\r\n\r\n"), "3;" + std::string(2000, 'x') + "\r\nabc\r\n0\r\n\r\n",
        std::string("fffffffffffffffff\r\nabc"), "3;" + std::string(200'000, 'x')}) {
    EXPECT_EQ(status_of(talk(head + body)), 400u) << body.substr(0, 20);
  }
  std::string flood = head;
  for (int i = 0; i < 100; ++i) flood += "1;" + std::string(50, 'x') + "\r\na\r\n";
  EXPECT_EQ(status_of(talk(flood + "0\r\n\r\n")), 400u);
}

//= HTTP-BODY-LIMIT type=test
TEST_F(HttpTest, HoldsTheBodyLimitOfTheRequest) {
  service->admit = [](const HttpHead& head, const HttpPeer&) {
    if (head.target == "/closed") return HttpAdmission{.refusal = HttpResponse{403, {}, "no"}};
    return HttpAdmission{.body_bytes_max = 5};
  };
  EXPECT_EQ(status_of(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde")), 200u);
  EXPECT_EQ(status_of(talk("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n")), 413u);
  EXPECT_EQ(status_of(talk(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n")),
            413u);
  // Refused at the header: the body, which never comes, is not waited for.
  EXPECT_EQ(status_of(talk("POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")), 403u);
}

TEST_F(HttpTest, ARefusalWithoutABodyKeepsTheConnection) {
  service->admit = [](const HttpHead&, const HttpPeer&) {
    return HttpAdmission{.refusal = HttpResponse{403, {}, "no"}};
  };
  start();
  EXPECT_EQ(ask({"GET", "/", {}, {}})->response.status, 403u);
  EXPECT_EQ(ask({"GET", "/", {}, {}})->response.status, 403u);
}

//= HTTP-HEADER-LIMIT type=test
TEST_F(HttpTest, BoundsTheHeader) {
  EXPECT_EQ(status_of(talk("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16'000, 'x') + "\r\n\r\n")),
            200u);
  EXPECT_EQ(status_of(talk("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17'000, 'x') + "\r\n\r\n")),
            431u);
  EXPECT_EQ(status_of(talk("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(1'000'000, 'x'))), 431u);
}

//= HTTP-SLOW type=test
TEST_F(HttpTest, AnswersASlowHeaderAndBodyWith408AndClosesAnIdleOne) {
  for (const std::string_view part :
       {"GET / HTT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"}) {
    start();
    answer.clear();
    scope.spawn(read_all(*client, answer));
    clock.advance(seconds(59));
    send(part);
    clock.advance(seconds(301));
    EXPECT_EQ(status_of(answer), 408u) << part;
    clock.advance(seconds(3));
    EXPECT_TRUE(scope.idle());
  }
  start();
  answer.clear();
  scope.spawn(read_all(*client, answer));
  clock.advance(seconds(59));
  EXPECT_EQ(answer, "");
  clock.advance(seconds(2));
  EXPECT_EQ(answer, "<eof>");
  EXPECT_EQ(refused, (std::vector<unsigned>{408, 408}));
}

TEST_F(HttpTest, SaysContinueWhenTheBodyIsWanted) {
  start();
  scope.spawn(read_all(*client, answer));
  send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 100 Continue\r\n\r\n");
  send("abc");
  EXPECT_NE(answer.find("POST / 3"), std::string::npos);
}

// What a handler streams: `parts` of one octet value each, where the answer promises `promised` octets.
asio::awaitable<HttpResponse> streamed(std::vector<std::size_t> parts, std::uint64_t promised) {
  HttpResponse response{200, {}, {}};
  response.stream_bytes = promised;
  response.stream = [parts, next = std::size_t{0}]() mutable -> Result<std::string> {
    if (next == parts.size()) return Fault(http_errc::cut_short, "no more");
    const std::size_t size = parts[next++];
    return std::string(size, static_cast<char>('a' + next));
  };
  co_return response;
}

TEST_F(HttpTest, AStreamedAnswerIsSentPartByPart) {
  start();
  service->handle = [](HttpRequest, const HttpPeer&) { return streamed({3, 70'000, 1}, 70'004); };
  const auto reply = ask({"GET", "/", {}, {}});
  ASSERT_FALSE(reply.has_error());
  EXPECT_EQ(exchange::find(reply->response.headers, "Content-Length"), "70004");
  EXPECT_EQ(reply->response.body, "bbb" + std::string(70'000, 'c') + "d");
  EXPECT_TRUE(reply->reusable);
  EXPECT_FALSE(ask({"GET", "/", {}, {}}).has_error());
  const auto head = ask({"HEAD", "/", {}, {}});
  EXPECT_EQ(exchange::find(head->response.headers, "Content-Length"), "70004");
  EXPECT_EQ(head->response.body, "");
}

TEST_F(HttpTest, AStreamThatBreaksItsPromiseCutsTheConnection) {
  for (const auto& [parts, promised] :
       {std::pair{std::vector<std::size_t>{3}, 5u}, {{3, 3}, 5u}, {{3, 0, 2}, 5u}}) {
    start();
    service->handle = [parts = parts, promised = promised](HttpRequest, const HttpPeer&) {
      return streamed(parts, promised);
    };
    const auto reply = ask({"GET", "/", {}, {}});
    ASSERT_TRUE(reply.has_error());
    EXPECT_TRUE(scope.idle());
  }
}

TEST_F(HttpTest, HeadHasNoBody) {
  start();
  const auto reply = ask({"HEAD", "/", {}, {}});
  EXPECT_EQ(exchange::find(reply->response.headers, "content-length"), "8");
  EXPECT_EQ(reply->response.body, "");
  EXPECT_TRUE(reply->reusable);
}

// A server of given bytes, for the client.
struct HttpClientTest : HttpTest {
  Result<HttpReply> ask_one_that_says(std::string_view bytes, HttpClientLimits client_limits = {},
                                      bool ends = true) {
    auto [here, there] = memory_pair(context.get_executor());
    client.emplace(std::move(here));
    peer.emplace(std::move(there));
    peer->body().write(asio::buffer(bytes.data(), bytes.size()),
                       IoHandler([](boost::system::error_code, std::size_t) {}));
    if (ends) peer->shut_send();
    return ask({"GET", "/", {}, {}}, true, client_limits);
  }
  std::optional<Stream> peer;
};

TEST_F(HttpClientTest, SkipsInterimAnswers) {
  const auto reply = ask_one_that_says(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {}, false);
  ASSERT_FALSE(reply.has_error());
  EXPECT_EQ(reply->response.body, "ok");
  EXPECT_TRUE(reply->reusable);
}

TEST_F(HttpClientTest, DoesNotReuseAConnectionWithBytesLeft) {
  EXPECT_FALSE(
      ask_one_that_says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n")->reusable);
}

TEST_F(HttpClientTest, NamesWhatWentWrong) {
  EXPECT_EQ(ask_one_that_says("").error().code, http_errc::no_answer);
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 200 OK\r\nConte").error().code, http_errc::cut_short);
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab").error().code,
            http_errc::cut_short);
  EXPECT_EQ(ask_one_that_says("220 mail.test\r\n").error().code, http_errc::malformed);
  EXPECT_EQ(
      ask_one_that_says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
          .error()
          .code,
      http_errc::malformed);
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x')).error().code,
            http_errc::header_too_large);
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde", {.body_bytes_max = 4})
                .error()
                .code,
            http_errc::body_too_large);
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 101 Switching\r\n\r\n").error().code, http_errc::malformed);
  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(ask_one_that_says(interim).error().code, http_errc::malformed);
}

TEST_F(HttpClientTest, GivesUpAtTheDeadline) {
  EXPECT_EQ(ask_one_that_says("HTTP/1.1 200 OK\r\n", {}, false).error().code, asio::error::timed_out);
}

}  // namespace
}  // namespace mr::runtime
