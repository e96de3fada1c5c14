#include "simulators/printer/site/web_face.hpp"

#include <utility>

#include "reference/runtime/http/http.hpp"

namespace mr::printer {

using runtime::asio::awaitable;

namespace {

constexpr std::chrono::seconds handshake{20};

exchange::HttpResponse plain(unsigned status, std::string_view text) {
  return {.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(text) + "\n"};
}

// What one connection is served by; it stops at the printer's end.
struct Service {
  SitePages& pages;
  runtime::Clock& clock;
  std::shared_ptr<Connection> connection;
  bool secure;
};

awaitable<exchange::HttpResponse> answer(std::shared_ptr<Service> service, exchange::HttpRequest request) {
  if (service->connection->gone) co_return plain(503, "the printer went");
  const Moment now = service->clock.now().time_since_epoch();
  co_return service->pages.of(service->connection->index).answer(request, service->secure, now);
}

}  // namespace

// Shared with the coroutines, which may end after the face is gone.
struct WebFace::State {
  runtime::Runtime& runtime;
  SitePages& pages;
  Certify certify;
  std::map<std::size_t, std::shared_ptr<const trust::TlsServer>> certificates;  // by printer
  std::shared_ptr<const trust::TlsServer> settings(std::size_t index) {
    auto& made = certificates[index];
    if (!made)
      made = std::make_shared<const trust::TlsServer>(
          trust::TlsServer{.credentials = certify(index), .clients = {}});
    return made;
  }
};

const trust::Certificate& WebFace::certificate(std::size_t index) {
  MR_ASSERT(bool(state_->certify));
  return state_->settings(index)->credentials.chain.front();
}

Result<std::unique_ptr<WebFace>> WebFace::open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, SitePages& pages,
                                               Certify certify, StreamFace::Options options) {
  std::unique_ptr<WebFace> web(new WebFace());
  web->state_ = std::make_shared<State>(State{runtime, pages, std::move(certify), {}});
  auto face = ConnectionFace::open(
      runtime, std::move(addresses),
      {.serve = [state = web->state_](
                    std::shared_ptr<Connection> connection) { return serve(state, std::move(connection)); },
       .refused = {}},
      std::move(options), {.connections_max = 16});
  MR_TRY(face);
  web->face_ = std::move(*face);
  return web;
}

awaitable<void> WebFace::serve(std::shared_ptr<State> state, std::shared_ptr<Connection> connection) {
  runtime::Clock& clock = state->runtime.clock();
  runtime::Stream stream = std::move(connection->stream);
  const bool secure = bool(state->certify);
  if (secure) {
    const auto settings = state->settings(connection->index);
    auto secured =
        co_await state->runtime.network().secure(std::move(stream), settings, clock.now() + handshake);
    if (connection->gone || !secured) co_return;
    stream = std::move(*secured);
  }
  const auto service = std::make_shared<Service>(Service{state->pages, clock, connection, secure});
  const auto http = std::make_shared<runtime::HttpService>();
  http->handle = [service](runtime::HttpRequest request, const runtime::HttpPeer&) {
    return answer(service, std::move(request));
  };
  http->admit = [](const runtime::HttpHead&, const runtime::HttpPeer&) {
    return runtime::HttpAdmission{WebPages::body_max, {}};
  };
  http->refuse = plain;
  co_await runtime::serve_http(std::move(stream), http, runtime::HttpServerLimits{}, clock);
}

}  // namespace mr::printer
