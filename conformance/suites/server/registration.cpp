// Section registration: who becomes a sender, with what certificate, and who does not.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;

constexpr std::int64_t day = 86400;

wire::Request registration(const Form& form) { return post(path_registration, media_xml, form.xml()); }

// A registration that lacks nothing but what the case takes away. Null and a reason where there is no key.
std::optional<Form> good_form(Session& s, Judgement& why) {
  auto key = s.spare_key(why);
  if (!key) return {};
  return Form{.key = *key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
}
// Refused as told; if not, the key may be used now, and the next case takes another.
Judgement refused_form(Session& s, const Form& form, unsigned status, std::vector<std::string_view> codes) {
  auto found = refused(s.ask(registration(form)), status, std::move(codes));
  if (!found) s.forget_spare_key();
  return found;
}
template <class Change>
Judgement refused_when(Session& s, Change change, unsigned status, std::vector<std::string_view> codes) {
  Judgement why;
  auto form = good_form(s, why);
  if (!form) return why;
  change(*form);
  return refused_form(s, *form, status, std::move(codes));
}

Judgement key_accepted(Session& s) {
  Judgement why;
  s.register_agent(why, Control::key, {201});
  return why;
}

Judgement certificate(Session& s, const Sender& me) {
  const auto chain = wire::split_chain(me.certificate_pem);
  if (!chain)
    return fail("Certificate is no chain in PEM", "certificates in PEM, leaf first",
                to_string(chain.error()));
  const auto leaf = wire::read_certificate(chain->front());
  const std::int64_t now = wire::wall_seconds();
  s.stage().note(fmt::format("certificate: {}; {} to {}", leaf->subject, leaf->not_before, leaf->not_after));
  if (leaf->public_der != me.key.public_der())
    return fail("the certificate is for another key", "the CSR's public key", "another one");
  if (leaf->common_name != me.id)
    return fail("the common name is not the SenderId", me.id, leaf->common_name);
  if (leaf->uses != std::vector<std::string>{"clientAuth"})
    return fail("another extended key usage", "clientAuth", fmt::format("'{}'", fmt::join(leaf->uses, ", ")));
  if (leaf->authority) return fail("the certificate is a CA's", "no CA", "basicConstraints CA:TRUE");
  if (leaf->not_before > now)
    return fail("the certificate is not valid yet", "valid from now",
                fmt::format("{} s ahead", leaf->not_before - now));
  // An hour for clocks that differ and for the time since the registration.
  if (std::abs(leaf->not_after - (now + 397 * day)) > 3600) {
    return fail("another validity", "397 days from now",
                fmt::format("{:.2f} days from now",
                            static_cast<double>(leaf->not_after - now) / static_cast<double>(day)));
  }
  std::string reason;
  if (!wire::verifies_for_clients(me.certificate_pem, s.target().ca_pem(), reason))
    return fail("the certificate does not verify", "a chain to the target's CA, for clients", reason);
  return pass();
}

Judgement envelope(Session& s, const Sender& me) {
  const auto read = wire::read_certificate(me.envelope_pem);
  if (!read)
    return fail("EnvelopeCertificate cannot be read", "a certificate in PEM", to_string(read.error()));
  s.stage().note(fmt::format("envelope: {}; {} {} bits", read->subject, read->key_kind, read->key_bits));
  const bool strong = read->key_kind.starts_with("EC") ? read->key_bits >= 256
                                                       : read->key_kind == "RSA" && read->key_bits >= 2048;
  return strong ? pass()
                : fail("no key that can be sealed for", "an elliptic curve of 256 bits, or RSA of 2,048",
                       fmt::format("{} {} bits", read->key_kind, read->key_bits));
}

Judgement certificate_opens(Session& s) {
  Judgement why;
  const auto me = s.register_agent(why, Control::key, {201, 200});
  if (!me)
    return why.verdict == report::Verdict::fail
               ? harness::blocked("no sender could be registered: " + why.message)
               : why;
  return schedule(s.ask(post(path_schedule, media_xml, get_schedule_xml()), &*me));
}

Judgement csr_names(Session& s) {
  Judgement why;
  const auto key = s.fresh_key(why);
  if (!key) return why;
  const auto pair = wire::KeyPair::make(wire::KeyKind::p256);
  const wire::CsrWish wish{.common_name = "administrator",
                           .authority = true,
                           .server_use = true,
                           .dns_name = "eu.support.makeready.test"};
  wire::Element answer;
  const Reply reply = s.ask(registration({.key = *key, .csr = wire::make_csr(pair, wish)}));
  if (auto found = registered(reply, {201}, &answer); !found) return found;
  const auto leaf = wire::read_certificate(answer.value("Certificate"));
  if (!leaf) return fail("Certificate cannot be read", "a certificate", to_string(leaf.error()));
  s.stage().note("certificate: " + leaf->subject);
  if (leaf->common_name != answer.value("SenderId"))
    return fail("the CSR's name was taken", answer.value("SenderId"), leaf->common_name);
  if (leaf->subject.find("administrator") != std::string::npos)
    return fail("the CSR's name was taken", "CN=" + answer.value("SenderId"), leaf->subject);
  if (leaf->authority) return fail("the CSR's CA:TRUE was taken", "no CA", "a CA");
  if (std::find(leaf->uses.begin(), leaf->uses.end(), "serverAuth") != leaf->uses.end())
    return fail("the CSR's serverAuth was taken", "clientAuth", "serverAuth");
  if (std::find(leaf->dns_names.begin(), leaf->dns_names.end(), wish.dns_name) != leaf->dns_names.end())
    return fail("the CSR's dNSName was taken", "none of it", wish.dns_name);
  return pass();
}
Judgement csr_rsa(Session& s) {
  Judgement why;
  const auto key = s.fresh_key(why);
  if (!key) return why;
  return registered(
      s.ask(registration({.key = *key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::rsa2048))})),
      {201});
}

const std::string unknown_key = "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH";
Judgement key_refused(Session& s, std::optional<std::string> key) {
  const Form form{.key = std::move(key), .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
  return refused(s.ask(registration(form)), 403, {"registration-key-refused"});
}
Judgement key_wrong(Session& s) { return key_refused(s, unknown_key); }
Judgement key_missing(Session& s) { return key_refused(s, std::nullopt); }
Judgement key_empty(Session& s) { return key_refused(s, ""); }
Judgement key_of(Session& s, Control which) {
  Judgement why;
  const auto key = s.fresh_key(why, which);
  return key ? key_refused(s, *key) : why;
}
Judgement key_revoked(Session& s) { return key_of(s, Control::revoked_key); }
Judgement key_expired(Session& s) { return key_of(s, Control::expired_key); }
Judgement key_closed(Session& s) { return key_of(s, Control::closed_key); }

// The answer must not tell an unknown key from one that was good once.
Judgement key_alike(Session& s) {
  const auto answer_to = [&](const std::string& key) {
    return s.ask(registration({.key = key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))}));
  };
  const Reply unknown = answer_to(unknown_key);
  if (auto found = refused(unknown, 403, {"registration-key-refused"}); !found) return found;
  bool any = false;
  for (const Control which : {Control::revoked_key, Control::expired_key, Control::closed_key}) {
    if (!s.target().claims(which)) continue;
    Judgement why;
    const auto key = s.fresh_key(why, which);
    if (!key) return why;
    const Reply reply = answer_to(*key);
    if (auto found = refused(reply, 403, {"registration-key-refused"}); !found)
      continue;  // found by the case of that key
    any = true;
    if (reply.got->body != unknown.got->body) {
      return fail("the answer tells why the key is refused",
                  "the same body as for an unknown key: " + unknown.got->body,
                  fmt::format("{}: {}", word(which), reply.got->body));
    }
  }
  return any ? pass()
             : harness::skipped("the target file tells no revoked, expired or closed key that is refused");
}
Judgement key_unspoken(Session& s) {
  const Reply reply = s.ask(
      registration({.key = unknown_key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))}));
  if (!reply.got) return fail("no answer", "a refusal", reply.told());
  return reply.got->body.find(unknown_key) == std::string::npos
             ? pass()
             : fail("the answer repeats the key", "an Error without the key", reply.got->body);
}
Judgement without_location(Session& s) {
  return refused_when(s, [](Form& f) { f.location.reset(); }, 400, {"location-required"});
}
Judgement empty_location(Session& s) {
  return refused_when(s, [](Form& f) { f.location = ""; }, 400, {"location-required"});
}
Judgement blank_location(Session& s) {
  return refused_when(s, [](Form& f) { f.location = " \t\n "; }, 400, {"location-required"});
}
Judgement without_contact(Session& s) {
  return refused_when(s, [](Form& f) { f.email.reset(); }, 400, {"contact-required"});
}
Judgement no_address(Session& s) {
  return refused_when(s, [](Form& f) { f.email = "the caretaker"; }, 400, {"contact-required"});
}
Judgement two_addresses(Session& s) {
  return refused_when(s, [](Form& f) { f.email = "a@example.test, b@example.test"; }, 400,
                      {"contact-required"});
}

Judgement again(Session& s, const Sender& me) {
  const Reply reply = s.ask(post(path_registration, media_xml, me.form));
  wire::Element answer;
  if (auto found = registered(reply, {200}, &answer); !found) return found;
  for (const std::string_view name : {"SenderId", "AccountId", "Certificate", "EnvelopeCertificate"}) {
    const auto first = wire::read_xml(me.answer);
    if (first && first->value(name) != answer.value(name))
      return fail(fmt::format("another {}", name), first->value(name), answer.value(name));
  }
  return pass();
}
Judgement conflict(Session& s, const Sender& me) {
  const Form form{.key = me.registration_key,
                  .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
  return refused(s.ask(registration(form)), 409, {"registration-conflict"});
}
// What a refused second key pair leaves: the first still registers again, and its certificate still opens.
Judgement conflict_leaves(Session& s) {
  Judgement why;
  auto mine = s.enrol(why);
  if (!mine) return why;
  const Form other{.key = mine->registration_key,
                   .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
  s.ask(registration(other));
  if (auto found = registered(s.ask(post(path_registration, media_xml, mine->form)), {200}); !found)
    return found;
  return schedule(s.ask(post(path_schedule, media_xml, get_schedule_xml()), &*mine));
}

Judgement bad_csr(Session& s, std::string csr) {
  return refused_when(s, [&](Form& f) { f.csr = std::move(csr); }, 400, {"csr-refused"});
}
Judgement csr_garbage(Session& s) {
  return bad_csr(
      s, "-----BEGIN CERTIFICATE REQUEST-----\nMIIBnot a request\n-----END CERTIFICATE REQUEST-----\n");
}
Judgement csr_empty(Session& s) { return bad_csr(s, ""); }
Judgement csr_signature(Session& s) {
  return bad_csr(s, wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256), {.broken_signature = true}));
}
Judgement csr_weak(Session& s) {
  return bad_csr(s, wire::make_csr(wire::KeyPair::make(wire::KeyKind::rsa1024)));
}
Judgement csr_curve(Session& s) {
  return bad_csr(s, wire::make_csr(wire::KeyPair::make(wire::KeyKind::p384)));
}
Judgement csr_two(Session& s) {
  return bad_csr(s, wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256)) +
                        wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256)));
}

// After refusals of each kind the key registers still: nothing of them was stored.
Judgement refusals_leave_the_key(Session& s) {
  Judgement why;
  const auto key = s.fresh_key(why);
  if (!key) return why;
  const auto pair = wire::KeyPair::make(wire::KeyKind::p256);
  Form form{.key = *key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
  for (auto* field : {&form.location, &form.email, &form.csr}) {
    const auto good = *field;
    *field = field == &form.csr ? std::optional<std::string>("no request") : std::nullopt;
    if (const Reply reply = s.ask(registration(form)); reply.got && reply.got->status < 300)
      return harness::blocked("a registration that is wrong was accepted");
    *field = good;
  }
  form.csr = wire::make_csr(pair);
  return registered(s.ask(registration(form)), {201});
}

// SHOULD: schema, key, location, contact, CSR.
Judgement order(Session& s) {
  Judgement why;
  const auto key = s.spare_key(why);
  if (!key) return why;
  const std::pair<Form, std::string_view> steps[] = {
      {{.key = unknown_key, .location = {}, .email = {}, .csr = "x"}, "registration-key-refused"},
      {{.key = *key, .location = {}, .email = {}, .csr = "x"}, "location-required"},
      {{.key = *key, .email = {}, .csr = "x"}, "contact-required"},
      {{.key = *key, .csr = "x"}, "csr-refused"},
  };
  for (const auto& [form, code] : steps) {
    const Reply reply = s.ask(registration(form));
    if (reply.code() != code)
      return {report::Verdict::warn, "judged in another order", {std::string(code)}, {reply.told()}};
  }
  return pass();
}

Judgement schema_kind(Session& s) {
  return refused_when(s, [](Form& f) { f.kind = "printer"; }, 400, {"schema-violation"});
}
Judgement schema_missing(Session& s) {
  return refused_when(s, [](Form& f) { f.host.reset(); }, 400, {"schema-violation"});
}
Judgement foreign(Session& s) {
  Judgement why;
  const auto key = s.fresh_key(why);
  if (!key) return why;
  Form form{.key = *key, .csr = wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256))};
  form.after = "<f:Cabinet xmlns:f=\"urn:foreign\"><f:Shelf>3</f:Shelf></f:Cabinet>";
  return registered(s.ask(registration(form)), {201});
}
Judgement device_without_certificate(Session& s) {
  Form form{.kind = "device", .email = {}, .csr = {}};
  form.after = wire::tag("Manufacturer", "Suite Example Inc") + wire::tag("Model", "Suite 1") +
               wire::tag("SerialNumber", s.new_serial()) +
               wire::tag("Csr", wire::make_csr(wire::KeyPair::make(wire::KeyKind::p256)));
  const Reply reply = s.ask(registration(form));
  if (!reply.is(403))
    return fail("a device without its factory certificate is not refused", "403", reply.told());
  return error_body(*reply.got);
}

}  // namespace

std::vector<Entry> registration_cases() {
  std::vector<Entry> cases = {
      //= REG-KEY type=test
      {"registration/key-accepted",
       "An agent with an unused key is registered",
       {"REG-KEY"},
       key_accepted,
       nullptr,
       false,
       {Control::key}},
      //= REG-CERT type=test
      {"registration/certificate",
       "The certificate has the CSR's key, the SenderId as name, clientAuth, and 397 days",
       {"REG-CERT"},
       nullptr,
       certificate},
      //= UPL-AGENT-CMS type=test
      {"registration/envelope",
       "The envelope certificate has a key that can be sealed for",
       {"UPL-AGENT-CMS"},
       nullptr,
       envelope},
      {"registration/certificate-opens",
       "The certificate opens the rest of the service",
       {"REG-CERT-REQUIRED"},
       certificate_opens,
       nullptr,
       false,
       {Control::key}},
      //= REG-CSR-SUBJECT type=test
      {"registration/csr-names-ignored",
       "Names and extensions that a CSR asks for are not in the certificate",
       {"REG-CSR-SUBJECT"},
       csr_names,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-rsa-accepted",
       "A CSR with an RSA key of 2,048 bits is accepted",
       {"REG-CSR"},
       csr_rsa,
       nullptr,
       false,
       {Control::key}},
      //= REG-KEY-WRONG type=test
      {"registration/key-wrong",
       "An unknown key is answered 403 registration-key-refused",
       {"REG-KEY-WRONG"},
       key_wrong,
       nullptr,
       true},
      {"registration/key-revoked",
       "A revoked key is answered 403 registration-key-refused",
       {"REG-KEY-WRONG"},
       key_revoked,
       nullptr,
       true,
       {Control::revoked_key}},
      {"registration/key-expired",
       "An expired key is answered 403 registration-key-refused",
       {"REG-KEY-WRONG"},
       key_expired,
       nullptr,
       true,
       {Control::expired_key}},
      {"registration/key-of-closed-account",
       "A key of a closed account is answered 403 registration-key-refused",
       {"REG-KEY-WRONG"},
       key_closed,
       nullptr,
       true,
       {Control::closed_key}},
      //= ERR-NO-LEAK type=test
      {"registration/key-refusals-alike",
       "An unknown key and one that was good once are answered alike",
       {"REG-KEY-WRONG", "ERR-NO-LEAK"},
       key_alike,
       nullptr,
       true},
      //= REG-KEY-SECRET type=test
      {"registration/key-not-repeated",
       "The answer to a refused key does not repeat it",
       {"REG-KEY-SECRET", "ERR-NO-LEAK"},
       key_unspoken,
       nullptr,
       true},
      //= REG-KEY-MISSING type=test
      {"registration/key-missing",
       "A registration without a key is answered 403 registration-key-refused",
       {"REG-KEY-MISSING"},
       key_missing,
       nullptr,
       true},
      {"registration/key-empty",
       "A registration with an empty key is answered 403 registration-key-refused",
       {"REG-KEY-MISSING"},
       key_empty,
       nullptr,
       true},
      //= REG-LOCATION type=test
      {"registration/location-missing",
       "A registration without Location is answered 400 location-required",
       {"REG-LOCATION"},
       without_location,
       nullptr,
       true,
       {Control::key}},
      {"registration/location-empty",
       "An empty Location is answered 400 location-required",
       {"REG-LOCATION"},
       empty_location,
       nullptr,
       true,
       {Control::key}},
      {"registration/location-blank",
       "A Location of white space is answered 400 location-required",
       {"REG-LOCATION"},
       blank_location,
       nullptr,
       true,
       {Control::key}},
      //= REG-CONTACT type=test
      {"registration/contact-missing",
       "An agent without ContactEmail is answered 400 contact-required",
       {"REG-CONTACT"},
       without_contact,
       nullptr,
       true,
       {Control::key}},
      {"registration/contact-no-address",
       "A ContactEmail that is no address is answered 400 contact-required",
       {"REG-CONTACT"},
       no_address,
       nullptr,
       true,
       {Control::key}},
      {"registration/contact-two-addresses",
       "Two addresses in ContactEmail are answered 400 contact-required",
       {"REG-CONTACT"},
       two_addresses,
       nullptr,
       true,
       {Control::key}},
      //= REG-AGAIN type=test
      {"registration/again",
       "The same registration again is answered 200 with the same answer",
       {"REG-AGAIN"},
       nullptr,
       again},
      //= REG-CONFLICT type=test
      {"registration/conflict",
       "The same key with another public key is answered 409 registration-conflict",
       {"REG-CONFLICT"},
       nullptr,
       conflict,
       true},
      {"registration/conflict-leaves-the-first",
       "A conflict leaves the first registration as it is",
       {"REG-CONFLICT"},
       conflict_leaves,
       nullptr,
       false,
       {Control::key}},
      //= REG-CSR type=test
      {"registration/csr-garbage",
       "A CSR that is none is answered 400 csr-refused",
       {"REG-CSR"},
       csr_garbage,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-empty",
       "An empty CSR is answered 400 csr-refused",
       {"REG-CSR"},
       csr_empty,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-bad-signature",
       "A CSR with a bad signature is answered 400 csr-refused",
       {"REG-CSR"},
       csr_signature,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-weak-key",
       "A CSR with an RSA key of 1,024 bits is answered 400 csr-refused",
       {"REG-CSR", "TLS-WEAK-KEY"},
       csr_weak,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-other-curve",
       "A CSR with a P-384 key is answered 400 csr-refused",
       {"REG-CSR"},
       csr_curve,
       nullptr,
       true,
       {Control::key}},
      {"registration/csr-two",
       "Two CSRs are answered 400 csr-refused",
       {"REG-CSR"},
       csr_two,
       nullptr,
       true,
       {Control::key}},
      //= REG-KEY-NOTHING type=test
      {"registration/refusals-leave-the-key",
       "A key that came with refused registrations registers still",
       {"REG-KEY-NOTHING", "REG-CSR"},
       refusals_leave_the_key,
       nullptr,
       false,
       {Control::key}},
      //= REG-ORDER type=test
      {"registration/order",
       "A registration is judged by key, location, contact, CSR",
       {"REG-ORDER"},
       order,
       nullptr,
       false,
       {Control::key}},
      {"registration/schema-kind",
       "An unknown SenderKind is answered 400 schema-violation",
       {"XML-SCHEMA"},
       schema_kind,
       nullptr,
       true,
       {Control::key}},
      {"registration/schema-missing",
       "A registration without HostName is answered 400 schema-violation",
       {"XML-SCHEMA"},
       schema_missing,
       nullptr,
       true,
       {Control::key}},
      {"registration/foreign-ignored",
       "Foreign elements at the end of a registration are ignored",
       {"XML-FOREIGN"},
       foreign,
       nullptr,
       false,
       {Control::key}},
      //= REG-ONLY-WITHOUT-CERT type=test
      {"registration/device-without-certificate",
       "A device without its factory certificate is answered 403",
       {"REG-CERT-REQUIRED"},
       device_without_certificate,
       nullptr,
       true},
  };
  // These end in a registration that must be new.
  for (Entry& one : cases) {
    for (const std::string_view id :
         {"registration/csr-names-ignored", "registration/csr-rsa-accepted", "registration/foreign-ignored",
          "registration/refusals-leave-the-key"}) {
      if (one.id == id) one.after = "registration/key-accepted";
    }
  }
  return cases;
}

}  // namespace mr::suites::server
