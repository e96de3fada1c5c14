#include "reference/server/decisions.hpp"

namespace mr::server {

//= REG-ONLY-WITHOUT-CERT
bool is_open(bool registration) { return registration; }

std::string key_refusal(const KeyFacts& facts) {
  if (!facts.known) return "unknown key";
  if (facts.revoked) return "revoked key";
  if (facts.expired) return "expired key";
  if (!facts.account_open) return "closed account";
  return {};
}

std::string key_refusal_told(const std::string&) { return "the registration key is not accepted"; }

//= REG-LOCATION
bool is_location(const std::optional<std::string>& location) {
  return location && !model::is_blank(*location);
}

//= REG-CONTACT
bool is_contact(const std::optional<std::string>& contact_email) {
  return contact_email && model::is_email_address(*contact_email);
}

//= REG-AGAIN
//= REG-CONFLICT
bool is_same_registration(bool same_public_key) { return same_public_key; }

//= REG-CSR-SUBJECT
trust::Subject certificate_subject(const std::string& sender_id, const std::string& serial_number,
                                   const trust::Subject&) {
  trust::Subject subject;
  subject.common_name = sender_id;
  subject.serial_number = serial_number;
  return subject;
}

//= UPL-AGENT-PLAIN
bool may_be_plain(model::SenderKind kind) { return kind == model::SenderKind::device; }

//= UPL-FINGERPRINT-WRONG
bool is_fingerprint_of(const std::string& told, const std::string& found) { return told == found; }

//= PKG-SENDER
bool is_own_manifest(const std::string& told, const std::string& sender_id) { return told == sender_id; }

//= UPL-FOREIGN-DEVICE
bool is_own_device(const std::string& device_account, const std::string& sender_account) {
  return device_account == sender_account;
}

//= UPL-REPEAT
//= UPL-CONFLICT
RepeatedKey repeated_key(bool same_fingerprint) {
  return same_fingerprint ? RepeatedKey::first_receipt : RepeatedKey::conflict;
}

//= ACT-REDELIVER
bool is_listed(bool) { return true; }

}  // namespace mr::server
