// Servers that decide one thing otherwise.
#include "simulators/rogue/servers.hpp"

namespace mr::rogue {
namespace {

using server::Decisions;
using server::KeyFacts;

template <class Change>
Decisions with(Change change) {
  Decisions decisions;
  change(decisions);
  return decisions;
}

// A key's facts with one of them overlooked.
template <class Overlook>
Decisions overlooking(Overlook overlook) {
  Decisions decisions;
  decisions.key_refusal = [overlook](KeyFacts facts) {
    overlook(facts);
    return server::key_refusal(facts);
  };
  return decisions;
}

}  // namespace

std::span<const RogueServer> decision_rogues() {
  static const RogueServer rogues[] = {
      {.name = "accepts-closed-account",
       .requirement = "REG-KEY-WRONG",
       .sentence = "registers an agent with a key of a closed account",
       .decisions = [] { return overlooking([](KeyFacts& facts) { facts.account_open = true; }); }},
      {.name = "accepts-expired-key",
       .requirement = "REG-KEY-WRONG",
       .sentence = "registers an agent with a key that has expired",
       .decisions = [] { return overlooking([](KeyFacts& facts) { facts.expired = false; }); }},
      {.name = "accepts-foreign-device",
       .requirement = "UPL-FOREIGN-DEVICE",
       .sentence = "stores a report for a device of another account",
       .decisions =
           [] {
             return with(
                 [](Decisions& d) { d.is_own_device = [](const auto&, const auto&) { return true; }; });
           }},
      {.name = "accepts-foreign-manifest",
       .requirement = "PKG-SENDER",
       .sentence = "stores a package whose manifest names another sender",
       .decisions =
           [] {
             return with(
                 [](Decisions& d) { d.is_own_manifest = [](const auto&, const auto&) { return true; }; });
           }},
      {.name = "accepts-plain-zip",
       .requirement = "UPL-AGENT-PLAIN",
       .sentence = "takes an agent's package without its envelope",
       .decisions =
           [] {
             return with([](Decisions& d) { d.may_be_plain = [](model::SenderKind) { return true; }; });
           }},
      {.name = "accepts-revoked-key",
       .requirement = "REG-KEY-WRONG",
       .sentence = "registers an agent with a key that was revoked",
       .decisions = [] { return overlooking([](KeyFacts& facts) { facts.revoked = false; }); }},
      {.name = "forgets-delivered-actions",
       .requirement = "ACT-REDELIVER",
       .sentence = "lists an action once, answered or not",
       .decisions =
           [] {
             return with(
                 [](Decisions& d) { d.is_listed = [](bool delivered_before) { return !delivered_before; }; });
           }},
      {.name = "gives-away-registration",
       .requirement = "REG-CONFLICT",
       .sentence = "answers a used key again, whoever has it now",
       .decisions =
           [] { return with([](Decisions& d) { d.is_same_registration = [](bool) { return true; }; }); }},
      {.name = "has-no-package-limits",
       .requirement = "PKG-LIMITS",
       .sentence = "unpacks whatever a package claims to be",
       .decisions =
           [] {
             return with([](Decisions& d) {
               d.package_limits.entries = 65'535;
               d.package_limits.entry_bytes = d.package_limits.total_bytes = std::size_t{1} << 30;
               d.package_limits.ratio = 1'000'000;
             });
           }},
      {.name = "ignores-fingerprint",
       .requirement = "UPL-FINGERPRINT-WRONG",
       .sentence = "stores a package that is not the one which the header tells of",
       .decisions =
           [] {
             return with(
                 [](Decisions& d) { d.is_fingerprint_of = [](const auto&, const auto&) { return true; }; });
           }},
      {.name = "needs-no-contact",
       .requirement = "REG-CONTACT",
       .sentence = "registers an agent without a contact e-mail",
       .decisions =
           [] { return with([](Decisions& d) { d.is_contact = [](const auto&) { return true; }; }); }},
      {.name = "needs-no-location",
       .requirement = "REG-LOCATION",
       .sentence = "registers an agent without a location",
       .decisions =
           [] { return with([](Decisions& d) { d.is_location = [](const auto&) { return true; }; }); }},
      {.name = "never-conflicts",
       .requirement = "UPL-CONFLICT",
       .sentence = "answers another package under a used key with the first receipt",
       .decisions =
           [] {
             return with([](Decisions& d) {
               d.repeated_key = [](bool) { return server::RepeatedKey::first_receipt; };
             });
           }},
      {.name = "reads-strangers",
       .requirement = "REG-ONLY-WITHOUT-CERT",
       .sentence = "reads the request of somebody who is not registered before it refuses it",
       .decisions = [] { return with([](Decisions& d) { d.is_open = [](bool) { return true; }; }); }},
      {.name = "refuses-repeats",
       .requirement = "UPL-REPEAT",
       .sentence = "calls every repeat of an upload a conflict",
       .decisions =
           [] {
             return with(
                 [](Decisions& d) { d.repeated_key = [](bool) { return server::RepeatedKey::conflict; }; });
           }},
      {.name = "takes-subject-of-csr",
       .requirement = "REG-CSR-SUBJECT",
       .sentence = "issues a certificate with the name that the request asks for",
       .decisions =
           [] {
             return with([](Decisions& d) {
               d.certificate_subject = [](const std::string& sender_id, const std::string&,
                                          const trust::Subject& asked) {
                 trust::Subject subject = asked;
                 if (subject.common_name.empty()) subject.common_name = sender_id;
                 return subject;
               };
             });
           }},
      {.name = "tells-why-key-is-refused",
       .requirement = "ERR-NO-LEAK",
       .sentence = "tells a stranger which reason made a key unacceptable",
       .decisions =
           [] {
             return with([](Decisions& d) {
               d.key_refusal_told = [](const std::string& why) {
                 return "the registration key is not accepted: " + why;
               };
             });
           }},
  };
  return rogues;
}

}  // namespace mr::rogue
