#include "reference/agent/server_link.hpp"

#include "reference/runtime/http/http.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {
constexpr auto connect_time = std::chrono::seconds(30);
constexpr auto exchange_time = std::chrono::minutes(5);
constexpr std::size_t reply_bytes_max = 4 * 1024 * 1024;
// The stream's place in the set of open ones, for as long as it lives.
class Registration {
 public:
  Registration(std::set<runtime::Stream*>& open, runtime::Stream& stream) : open_(open), stream_(&stream) {
    open_.insert(stream_);
  }
  ~Registration() { open_.erase(stream_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::set<runtime::Stream*>& open_;
  runtime::Stream* stream_;
};

}  // namespace

ServerLink::ServerLink(runtime::Runtime& runtime, const Settings& settings)
    : runtime_(runtime),
      settings_(settings),
      chance_(runtime.entropy().stream("agent/" + runtime.host() + "/backoff")) {
  auto tls = std::make_shared<trust::TlsClient>();
  tls->server_name = settings.server_name;
  //= TLS-SERVER-VALID
  tls->server = trust::PeerPolicy{
      .anchors = settings.server_roots, .use = trust::Use::server, .name = settings.server_name};
  tls_ = std::move(tls);
}

void ServerLink::credentials(trust::Credentials credentials) {
  auto tls = std::make_shared<trust::TlsClient>(*tls_);
  tls->credentials = std::move(credentials);
  tls_ = std::move(tls);
}

awaitable<Result<exchange::HttpResponse>> ServerLink::round_trip(exchange::HttpRequest request) {
  runtime::Clock& clock = runtime_.clock();
  const auto addresses = co_await runtime_.network().resolve(settings_.server_name);
  MR_CO_TRY(addresses);
  Fault last(runtime::asio::error::make_error_code(runtime::asio::error::host_not_found),
             settings_.server_name);
  for (const runtime::Address& address : *addresses) {
    const runtime::Endpoint server{address, settings_.server_port};
    auto plain = co_await runtime_.network().connect(server, clock.now() + connect_time);
    if (!plain) {
      last = plain.error();
      if (last.detail.empty()) last.detail = to_string(server);
      continue;
    }
    own_address_ = plain->local().address;
    auto stream = co_await runtime_.network().secure(std::move(*plain), tls_, clock.now() + connect_time);
    if (!stream) refused(stream.error());
    MR_CO_TRY(stream);
    runtime::HttpClientLimits limits;
    limits.body_bytes_max = reply_bytes_max;
    const Registration registration(open_, *stream);
    auto reply = co_await runtime::exchange_http(*stream, settings_.server_name, std::move(request), false,
                                                 limits, clock, clock.now() + exchange_time);
    MR_CO_TRY(reply);
    co_return std::move(reply->response);
  }
  co_return last;
}

void ServerLink::cut() {
  for (runtime::Stream* stream : open_) stream->reset();
}

// The server's certificate was not accepted here. An alert that came from the server says something about
// this side, and is no news of it.
void ServerLink::refused(const Fault& fault) {
  if (fault.code.category() != trust::alert_category() || fault.detail.starts_with("alert from the peer"))
    return;
  runtime_.trace().emit({.kind = "agent.server_refused",
                         .fields = {{"why", trust::describe(static_cast<trust::Alert>(fault.code.value()))},
                                    {"detail", fault.detail}}});
}

awaitable<exchange::Event> ServerLink::attempt(exchange::HttpRequest request) {
  auto response = co_await round_trip(std::move(request));
  if (!response) {
    exchange::Failed failed{response.error(), chance_.next()};
    co_return failed;
  }
  exchange::Arrived arrived{std::move(*response), chance_.next()};
  co_return arrived;
}

void ServerLink::paused(const std::string& what, const exchange::Pause& pause) {
  runtime_.trace().emit(
      {.kind = "agent.retry",
       .fields = {
           {"what", what}, {"why", pause.why}, {"pause_ms", static_cast<std::int64_t>(pause.time.count())}}});
}

bool ServerLink::stopped(const exchange::Event& event) {
  const auto* failed = std::get_if<exchange::Failed>(&event);
  return failed != nullptr && failed->fault.code == runtime::asio::error::operation_aborted;
}

}  // namespace mr::agent
