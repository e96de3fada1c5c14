// The server side of HTTP, on bytes from anyone, over a connection in memory. A smuggled request shows as a
// request that the handler sees although the connection had been refused: that aborts.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "reference/runtime/http/http.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/runtime/test_seams.hpp"

namespace {

using namespace mr::runtime;

struct Seen {
  bool refused = false;
};

asio::awaitable<HttpResponse> answer(std::shared_ptr<Seen> seen, HttpRequest request) {
  if (seen->refused) std::abort();
  co_return HttpResponse{200, {}, std::move(request.body)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  asio::io_context context(1);
  ManualClock clock(context);
  auto seen = std::make_shared<Seen>();
  auto service = std::make_shared<HttpService>();
  service->handle = [seen](HttpRequest request, const HttpPeer&) { return answer(seen, std::move(request)); };
  service->admit = [](const HttpHead& head, const HttpPeer&) {
    return HttpAdmission{.body_bytes_max = head.target.size() * 100};
  };
  service->refused = [seen](unsigned, std::string_view, const HttpPeer&) { seen->refused = true; };
  auto [client, server] = memory_pair(context.get_executor());
  {
    Scope scope(context.get_executor());
    scope.spawn(serve_http(std::move(server), service, {}, clock));
    client.body().write(asio::buffer(bytes, size), IoHandler([](boost::system::error_code, std::size_t) {}));
    clock.settle();
    client.shut_send();
    clock.advance(std::chrono::minutes(10));
    if (!scope.idle()) std::abort();  // it must end in bounded time
  }
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const std::vector<std::string> seeds = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST /v1/reports HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcdGET /2 HTTP/1.1\r\nHost: "
      "a\r\n\r\n",
      "POST /v1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX: "
      "y\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
      "POST / HTTP/1.0\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  if (n >= seeds.size()) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
