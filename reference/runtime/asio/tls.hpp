// TLS over any Stream with OpenSSL: settings become contexts, a handshake becomes a stream. Private to this
// module.
#pragma once

#include <map>
#include <memory>

#include "reference/runtime/network.hpp"

struct ssl_ctx_st;

namespace mr::runtime {

using TlsContext = std::shared_ptr<ssl_ctx_st>;

// One context per settings object, kept as long as it lives: a server makes its context once, not per
// connection.
class TlsContexts {
 public:
  Result<TlsContext> of(const std::shared_ptr<const trust::TlsClient>& settings);
  Result<TlsContext> of(const std::shared_ptr<const trust::TlsServer>& settings);

 private:
  template <class Settings>
  Result<TlsContext> cached(const std::shared_ptr<const Settings>& settings);
  std::map<std::weak_ptr<const void>, TlsContext, std::owner_less<>> contexts_;
};

// The context is passed as it came from `of`; its fault is the result.
asio::awaitable<Result<Stream>> secure_client(Stream plain, Result<TlsContext> context,
                                              std::shared_ptr<const trust::TlsClient> settings, Clock& clock,
                                              Instant deadline);
asio::awaitable<Result<Stream>> secure_server(Stream plain, Result<TlsContext> context,
                                              std::shared_ptr<const trust::TlsServer> settings, Clock& clock,
                                              Instant deadline);

}  // namespace mr::runtime
