// What the server decides of a sender's message, apart from how messages are read and stored: pure functions,
// given to the server at its start.
//
// The defaults are the reference's decisions, one requirement each. A rogue (simulators/rogue) is a server
// with exactly one of them replaced: that is how a suite is shown to convict.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/trust/certificate.hpp"

namespace mr::server {

// What the store knows of a registration key when it is used.
struct KeyFacts {
  bool known = false;
  bool revoked = false;
  bool expired = false;
  bool account_open = false;
};

// What becomes of an upload whose idempotency key the sender has used before.
enum class RepeatedKey { first_receipt, conflict };

bool is_open(bool registration);  // REG-ONLY-WITHOUT-CERT: what a stranger is let in to ask
//= REG-KEY-WRONG
std::string key_refusal(const KeyFacts& facts);  // why the key may not be used, for the audit; empty: it may
std::string key_refusal_told(
    const std::string& why);  // what the stranger is told of it: the same for each reason
bool is_location(const std::optional<std::string>& location);      // REG-LOCATION
bool is_contact(const std::optional<std::string>& contact_email);  // REG-CONTACT
bool is_same_registration(bool same_public_key);  // REG-AGAIN, REG-CONFLICT: a used credential again
trust::Subject certificate_subject(const std::string& sender_id, const std::string& serial_number,
                                   const trust::Subject& asked);              // REG-CSR-SUBJECT
bool may_be_plain(model::SenderKind kind);                                    // UPL-AGENT-PLAIN
bool is_fingerprint_of(const std::string& told, const std::string& found);    // UPL-FINGERPRINT-WRONG
bool is_own_manifest(const std::string& told, const std::string& sender_id);  // PKG-SENDER
bool is_own_device(const std::string& device_account,
                   const std::string& sender_account);  // UPL-FOREIGN-DEVICE
RepeatedKey repeated_key(bool same_fingerprint);        // UPL-REPEAT, UPL-CONFLICT
bool is_listed(bool delivered_before);                  // ACT-REDELIVER: an action that is not answered

struct Decisions {
  std::function<bool(bool)> is_open = server::is_open;
  std::function<std::string(const KeyFacts&)> key_refusal = server::key_refusal;
  std::function<std::string(const std::string&)> key_refusal_told = server::key_refusal_told;
  std::function<bool(const std::optional<std::string>&)> is_location = server::is_location;
  std::function<bool(const std::optional<std::string>&)> is_contact = server::is_contact;
  std::function<bool(bool)> is_same_registration = server::is_same_registration;
  std::function<trust::Subject(const std::string&, const std::string&, const trust::Subject&)>
      certificate_subject = server::certificate_subject;
  std::function<bool(model::SenderKind)> may_be_plain = server::may_be_plain;
  std::function<bool(const std::string&, const std::string&)> is_fingerprint_of = server::is_fingerprint_of;
  package::Limits package_limits = {};  // PKG-LIMITS
  std::function<bool(const std::string&, const std::string&)> is_own_manifest = server::is_own_manifest;
  std::function<bool(const std::string&, const std::string&)> is_own_device = server::is_own_device;
  std::function<RepeatedKey(bool)> repeated_key = server::repeated_key;
  std::function<bool(bool)> is_listed = server::is_listed;
};

}  // namespace mr::server
