// Serves Control over plain HTTP.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "reference/runtime/http/http.hpp"
#include "reference/runtime/runtime.hpp"
#include "simulators/printer/control/control.hpp"

namespace mr::printer {

class ControlServer {
 public:
  // Lets time pass at once, as AsioProcess::advance does. Empty: 501.
  using Advance = std::function<runtime::asio::awaitable<void>(runtime::Duration)>;
  static constexpr std::size_t connections_max = 32;

  // Listens at once; port 0 takes a free one. lifetime: `runtime` and `site` outlive it. errors: of
  // Network::listen.
  static Result<std::unique_ptr<ControlServer>> open(runtime::Runtime& runtime, PrinterSite& site,
                                                     runtime::Endpoint at, Advance advance);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  runtime::Endpoint endpoint() const { return listener_->local(); }

 private:
  ControlServer(runtime::Runtime& runtime, PrinterSite& site, Advance advance);
  runtime::asio::awaitable<void> accept();
  runtime::asio::awaitable<void> serve(runtime::Stream stream);
  runtime::asio::awaitable<runtime::HttpResponse> handle(runtime::HttpRequest request);

  runtime::Runtime& runtime_;
  Advance advance_;
  std::optional<std::chrono::seconds> asked_;  // by the request in hand
  Control control_;
  std::shared_ptr<runtime::HttpService> service_;
  std::unique_ptr<runtime::Listener> listener_;
  runtime::Scope scope_;
};

}  // namespace mr::printer
