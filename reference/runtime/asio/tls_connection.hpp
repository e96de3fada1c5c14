// What the certificate call-back, which is set per context, finds at the SSL object it is called for. Private
// to this module.
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>

#include "reference/protocol/trust/tls.hpp"
#include "reference/runtime/clock.hpp"

namespace mr::runtime {

struct PeerCheck {
  const trust::PeerPolicy* policy = nullptr;  // lifetime: the settings, which the connection keeps
  Clock* clock = nullptr;
  trust::Judgement judgement;             // out
  std::vector<trust::Certificate> chain;  // out: as presented, leaf first
};

// The slot of SSL objects where the PeerCheck is.
int peer_check_slot();

// The oldest error of OpenSSL's queue as text; empties the queue.
std::string openssl_reason();

}  // namespace mr::runtime
