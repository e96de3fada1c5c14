#include "simulators/printer/control/control_server.hpp"

#include <utility>

namespace mr::printer {

using runtime::asio::awaitable;

ControlServer::ControlServer(runtime::Runtime& runtime, PrinterSite& site, Advance advance)
    : runtime_(runtime),
      advance_(std::move(advance)),
      control_(
          site, runtime.clock(),
          advance_ ? Control::Hooks{[this](std::chrono::seconds by) { asked_ = by; }} : Control::Hooks{}),
      service_(std::make_shared<runtime::HttpService>()),
      scope_(runtime.executor()) {
  service_->handle = [this](runtime::HttpRequest request, const runtime::HttpPeer&) {
    return handle(std::move(request));
  };
}

Result<std::unique_ptr<ControlServer>> ControlServer::open(runtime::Runtime& runtime, PrinterSite& site,
                                                           runtime::Endpoint at, Advance advance) {
  std::unique_ptr<ControlServer> server(new ControlServer(runtime, site, std::move(advance)));
  auto listener = runtime.network().listen(at);
  MR_TRY(listener);
  server->listener_ = std::move(*listener);
  server->scope_.spawn(server->accept());
  return server;
}

ControlServer::~ControlServer() {
  if (listener_) listener_->close();
  scope_.stop();
}

awaitable<void> ControlServer::accept() {
  while (!scope_.stopping()) {
    auto stream = co_await listener_->accept();
    if (scope_.stopping()) co_return;
    if (!stream) {
      if (stream.error().code == runtime::asio::error::operation_aborted) co_return;
      const bool woke = co_await runtime_.clock().sleep_for(std::chrono::milliseconds(50));
      if (!woke) co_return;
      continue;
    }
    if (scope_.running() > connections_max) {
      stream->reset();
      continue;
    }
    scope_.spawn(serve(std::move(*stream)));
  }
}

awaitable<void> ControlServer::serve(runtime::Stream stream) {
  co_await runtime::serve_http(std::move(stream), service_, runtime::HttpServerLimits{}, runtime_.clock());
}

awaitable<runtime::HttpResponse> ControlServer::handle(runtime::HttpRequest request) {
  runtime::HttpResponse response = control_.handle(request);
  if (const auto by = std::exchange(asked_, std::nullopt)) co_await advance_(*by);
  co_return response;
}

}  // namespace mr::printer
