// The way to the server: runs a conversation over TLS until the server has decided. Outbound only; one
// connection per try.
//
// Nothing is sent before the server's certificate was judged good for its name (WP-4-05); after registration
// the client certificate is presented in each handshake (WP-8-03).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "reference/agent/settings.hpp"
#include "reference/protocol/exchange/conversation.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::agent {

// lifetime: `runtime` and `settings` outlive it and its coroutines.
class ServerLink {
 public:
  ServerLink(runtime::Runtime& runtime, const Settings& settings);

  // The operational credentials, presented from now on.
  void credentials(trust::Credentials credentials);

  // Repeats the conversation's request, with its pauses, until the server accepts or refuses. Empty where the
  // coroutine is cancelled, or `may_go` (asked before each try; empty: always) says that it may not leave any
  // more. `what` names it in the trace. lifetime: `conversation` is kept by value.
  template <class Reply>
  runtime::asio::awaitable<std::optional<std::variant<exchange::Accepted<Reply>, exchange::Refused>>>
  converse(std::string what, exchange::Conversation<Reply> conversation, std::function<bool()> may_go = {}) {
    exchange::Event event = exchange::Begin{};
    for (;;) {
      exchange::Action<Reply> action = conversation.resume(std::move(event));
      if (auto* send = std::get_if<exchange::Send>(&action)) {
        if (may_go && !may_go()) co_return std::nullopt;
        event = co_await attempt(std::move(send->request));
      } else if (auto* pause = std::get_if<exchange::Pause>(&action)) {
        paused(what, *pause);
        const bool woke = co_await runtime_.clock().sleep_for(pause->time);
        if (!woke) co_return std::nullopt;
        event = exchange::Elapsed{};
      } else if (auto* accepted = std::get_if<exchange::Accepted<Reply>>(&action)) {
        co_return std::move(*accepted);
      } else {
        co_return std::get<exchange::Refused>(std::move(action));
      }
      if (stopped(event)) co_return std::nullopt;
    }
  }

  // One try of one request, for what is no Conversation.
  runtime::asio::awaitable<Result<exchange::HttpResponse>> round_trip(exchange::HttpRequest request);
  std::uint64_t chance() { return chance_.next(); }
  void paused(const std::string& what, const exchange::Pause& pause);  // tells it to the trace

  // Resets the connections that are open: what is being sent goes no further.
  void cut();

  // This host's address as the server sees it, unless a translator stands between; empty before the first
  // connection.
  const std::optional<runtime::Address>& own_address() const { return own_address_; }

 private:
  runtime::asio::awaitable<exchange::Event> attempt(exchange::HttpRequest request);
  void refused(const Fault& fault);
  static bool stopped(const exchange::Event& event);

  runtime::Runtime& runtime_;
  const Settings& settings_;
  std::shared_ptr<const trust::TlsClient> tls_;
  runtime::Stream64 chance_;
  std::optional<runtime::Address> own_address_;
  std::set<runtime::Stream*> open_;  // of requests under way; each removes itself
};

}  // namespace mr::agent
