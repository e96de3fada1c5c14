// The server's keys and certificates: a root that issues the certificates of senders, the service's own certificate under it, and
// the envelope certificate to which agents seal their packages. Made at the first start, kept in the store.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "reference/protocol/trust/certificate.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/settings.hpp"

namespace mr::server {

struct Authority {
  trust::Credentials root;
  trust::Credentials service;   // TLS server, for settings.names
  trust::Credentials envelope;  // recipient of CMS
};

// Loads the authority, or makes and stores it. The root lives 20 years from now, the others 2 years; an expired service or
// envelope certificate, or one for other names, is made anew under the same root.
// lifetime: `runtime`, `store` and `settings` outlive the coroutine.
runtime::asio::awaitable<Result<Authority>> open_authority(runtime::Runtime& runtime, runtime::Store& store,
                                                           const Settings& settings);

}  // namespace mr::server
