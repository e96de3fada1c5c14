// Section transport, its TLS part: versions, suites, and who is let in with which certificate.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;
using wire::TlsVersion;

enum Alert {
  handshake_failure = 40,
  bad_certificate = 42,
  unsupported_certificate = 43,
  expired = 45,
  unknown = 46,
  unknown_ca = 48,
  protocol_version = 70,
  insufficient_security = 71
};

// The handshake, or the first answer behind it (TLS 1.3 judges a client late), ends with one of these alerts.
Judgement ends_with(Session& s, const wire::TlsOptions& options, const std::vector<int>& alerts) {
  std::vector<std::string> expected;
  for (const int alert : alerts)
    expected.push_back(fmt::format("alert {} ({})", wire::alert_name(alert), alert));
  const auto wrong = [&](std::string message, std::string actual) {
    return Judgement{report::Verdict::fail, std::move(message), expected, {std::move(actual)}};
  };
  auto connection = s.connect(options);
  wire::Failure seen;
  if (!connection) {
    seen = connection.error();
  } else {
    const Reply reply =
        s.exchange(*connection, bytes_of(s.complete(post(path_schedule, media_xml, get_schedule_xml()))));
    if (reply.got) return wrong("the connection was served", reply.told());
    seen = reply.got.error();
  }
  if (seen.end != wire::End::alert) return wrong("refused without its alert", to_string(seen));
  if (std::find(alerts.begin(), alerts.end(), seen.alert) == alerts.end())
    return wrong("refused with another alert", to_string(seen));
  return pass();
}

Judgement handshake(Session& s) {
  wire::Handshake shown;
  auto connection = s.connect(s.tls(), &shown);
  if (!connection)
    return fail("no TLS with a good client",
                "a handshake in TLS 1.2 or 1.3, with a certificate of the CA given",
                to_string(connection.error()));
  if (!s.target().server_name().empty() && shown.chain_pem.empty())
    return fail("no certificate", "the server's certificate", "none");
  return pass();
}

Judgement answers(Session& s) {
  return refused(s.ask(post(path_schedule, media_xml, get_schedule_xml())), 403, {"not-registered"});
}

Judgement version_accepted(Session& s, TlsVersion version) {
  wire::TlsOptions options = s.tls();
  options.min = options.max = version;
  auto connection = s.connect(options);
  if (!connection)
    return fail(fmt::format("{} is refused", word(version)), "a handshake", to_string(connection.error()));
  return refused(
      s.exchange(*connection, bytes_of(s.complete(post(path_schedule, media_xml, get_schedule_xml())))), 403,
      {"not-registered"});
}
Judgement tls_1_2(Session& s) { return version_accepted(s, TlsVersion::v1_2); }
Judgement tls_1_3(Session& s) {
  wire::TlsOptions options = s.tls();
  options.min = options.max = TlsVersion::v1_3;
  auto connection = s.connect(options);
  if (connection) return pass();
  return {report::Verdict::warn,
          "TLS 1.3 is preferred, and refused",
          {"a handshake"},
          {to_string(connection.error())}};
}

Judgement version_refused(Session& s, TlsVersion version) {
  wire::TlsOptions options = s.tls();
  options.min = TlsVersion::v1_0;
  options.max = version;
  options.suites = "ALL:COMPLEMENTOFDEFAULT";
  return ends_with(s, options, {protocol_version});
}
Judgement tls_1_1(Session& s) { return version_refused(s, TlsVersion::v1_1); }
Judgement tls_1_0(Session& s) { return version_refused(s, TlsVersion::v1_0); }

// Whether the target speaks this version at all, with a good client: what a case shows in a version that it
// does not speak is the version's refusal, which has cases of its own.
Judgement speaks(Session& s, TlsVersion version) {
  wire::TlsOptions options = s.tls();
  options.min = options.max = version;
  auto connection = s.connect(options);
  return connection ? pass()
                    : harness::blocked(
                          fmt::format("{} is not spoken: {}", word(version), to_string(connection.error())));
}

Judgement suite_refused(Session& s, std::string suites) {
  if (auto found = speaks(s, TlsVersion::v1_2); !found) return found;
  wire::TlsOptions options = s.tls();
  options.min = options.max = TlsVersion::v1_2;
  options.suites = std::move(suites);
  return ends_with(s, options, {handshake_failure, insufficient_security});
}
Judgement static_rsa(Session& s) { return suite_refused(s, "AES256-GCM-SHA384:AES128-GCM-SHA256"); }
Judgement cbc(Session& s) {
  return suite_refused(
      s,
      "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:"
      "ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA");
}
Judgement finite_field(Session& s) {
  return suite_refused(
      s,
      "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-CCM8:ECDHE-ECDSA-AES128-CCM8");
}

Judgement server_certificate(Session& s) {
  wire::Handshake shown;
  wire::TlsOptions options = s.tls();
  options.anchors_pem.clear();  // judged below, point by point
  auto connection = s.connect(options, &shown);
  if (!connection) return fail("no handshake", "a handshake", to_string(connection.error()));
  const auto leaf = shown.chain_pem.empty() ? wire::Failure{wire::End::malformed, "none"}
                                            : wire::read_certificate(shown.chain_pem.front());
  if (!leaf) return fail("no certificate", "a certificate", to_string(leaf.error()));
  s.stage().note(fmt::format("certificate: {}; {} {} bits; signed with {}", leaf->subject, leaf->key_kind,
                             leaf->key_bits, leaf->signature_digest));
  const std::int64_t now = wire::wall_seconds();
  if (now < leaf->not_before || now > leaf->not_after)
    return fail("the certificate is not valid now", "a valid one", "expired or not yet valid");
  const std::string name = s.target().server_name();
  const bool named = std::any_of(leaf->dns_names.begin(), leaf->dns_names.end(), [&](const std::string& dns) {
    return dns == name || (dns.starts_with("*.") && name.find('.') != std::string::npos &&
                           dns.substr(1) == name.substr(name.find('.')));
  });
  if (!named)
    return fail("the certificate has another name", "dNSName " + name,
                fmt::format("dNSName {}", fmt::join(leaf->dns_names, ", ")));
  if (std::find(leaf->uses.begin(), leaf->uses.end(), "serverAuth") == leaf->uses.end()) {
    return fail("the certificate is not for servers", "serverAuth",
                fmt::format("'{}'", fmt::join(leaf->uses, ", ")));
  }
  const bool strong = leaf->key_kind.starts_with("EC") ? leaf->key_bits >= 256
                      : leaf->key_kind == "RSA"        ? leaf->key_bits >= 2048
                                                       : true;
  if (!strong || leaf->signature_digest == "SHA1" || leaf->signature_digest == "MD5") {
    return fail("a weak key or signature", "RSA of 2,048 bits, a curve of 256 bits, no SHA-1 or MD5",
                fmt::format("{} {} bits, {}", leaf->key_kind, leaf->key_bits, leaf->signature_digest));
  }
  return pass();
}

Judgement asks_for_certificate(Session& s) {
  wire::Handshake shown;
  auto connection = s.connect(s.tls(), &shown);
  if (!connection) return fail("no handshake", "a handshake", to_string(connection.error()));
  return shown.certificate_asked ? pass()
                                 : fail("no client certificate is asked for", "a CertificateRequest", "none");
}

wire::TlsOptions presenting(Session& s, const wire::KeyPair& key, const std::string& chain,
                            std::optional<TlsVersion> version = {}) {
  wire::TlsOptions options = s.tls();
  if (version) options.min = options.max = *version;
  options.chain_pem = chain;
  options.key_pem = key.private_pem();
  return options;
}

Judgement foreign_ca(Session& s, TlsVersion version) {
  if (auto found = speaks(s, version); !found) return found;
  const auto key = wire::KeyPair::make(wire::KeyKind::p256);
  return ends_with(s, presenting(s, key, wire::forge_certificate(key).chain_pem, version), {unknown_ca});
}
Judgement foreign_ca_1_2(Session& s) { return foreign_ca(s, TlsVersion::v1_2); }
Judgement foreign_ca_1_3(Session& s) { return foreign_ca(s, TlsVersion::v1_3); }

// A certificate of the registered sender's name, but of a foreign CA: the name alone must not open anything.
Judgement borrowed_name(Session& s, const Sender& me) {
  const auto key = wire::KeyPair::make(wire::KeyKind::p256);
  return ends_with(s, presenting(s, key, wire::forge_certificate(key, {.common_name = me.id}).chain_pem),
                   {unknown_ca});
}

// A certificate that the target's own CA issued as `what` says.
std::optional<std::string> issued(Session& s, const wire::KeyPair& key, std::string_view what,
                                  Judgement& why) {
  std::string folder = (std::filesystem::temp_directory_path() / "makeready-suite-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    why = harness::trouble("no temporary folder");
    return {};
  }
  std::ofstream(folder + "/request.pem") << wire::make_csr(key);
  auto pem =
      s.target().ask(Control::certificate, {{"CSR", folder + "/request.pem"}, {"WHAT", std::string(what)}});
  std::error_code ec;
  std::filesystem::remove_all(folder, ec);
  if (!pem) {
    why = harness::trouble(pem.error());
    return {};
  }
  return std::move(*pem);
}

Judgement issued_refused(Session& s, std::string_view what, const std::vector<int>& alerts,
                         wire::KeyKind kind = wire::KeyKind::p256) {
  const auto key = wire::KeyPair::make(kind);
  Judgement why;
  const auto pem = issued(s, key, what, why);
  if (!pem) return why;
  for (const TlsVersion version : {TlsVersion::v1_2, TlsVersion::v1_3}) {
    if (!speaks(s, version)) continue;
    if (auto found = ends_with(s, presenting(s, key, *pem, version), alerts); !found) return found;
  }
  return pass();
}
Judgement client_expired(Session& s) { return issued_refused(s, "expired", {expired}); }
Judgement client_early(Session& s) { return issued_refused(s, "not-yet-valid", {expired}); }
Judgement client_use(Session& s) { return issued_refused(s, "not-for-clients", {unknown}); }
Judgement client_weak(Session& s) {
  return issued_refused(s, "plain", {bad_certificate}, wire::KeyKind::rsa1024);
}

Judgement unregistered_certificate(Session& s) {
  const auto key = wire::KeyPair::make(wire::KeyKind::p256);
  Judgement why;
  const auto pem = issued(s, key, "plain", why);
  if (!pem) return why;
  return refused(s.ask(post(path_schedule, media_xml, get_schedule_xml()), presenting(s, key, *pem)), 403,
                 {"not-registered"});
}

// Not in TLS: the port speaks nothing else. Whatever the answer is, it is no success.
Judgement plain_http(Session& s) {
  auto connection = wire::Connection::open(s.target().address(), s.patience());
  if (!connection) return fail("no connection", "a connection", to_string(connection.error()));
  const Reply reply =
      s.exchange(*connection, bytes_of(s.complete(post(path_registration, media_xml, "<x/>"))));
  if (!reply.got)
    return reply.got.error().end == wire::End::timed_out
               ? fail("a plain request hangs", "the end of the connection", reply.told())
               : pass();
  return reply.got->status == 400
             ? pass()
             : fail("HTTP without TLS is served", "the end of the connection, or 400", reply.told());
}

}  // namespace

std::vector<Entry> transport_cases() {
  return {
      //= TLS-PORT type=test
      //= TLS-VERSION type=test
      {"transport/handshake",
       "The service port completes a TLS handshake with a certificate of the CA given",
       {"TLS-PORT", "TLS-VERSION"},
       handshake},
      //= TLS-CLIENT-CERT type=test
      //= REG-CERT-REQUIRED type=test
      //= ERR-BODY type=test
      {"transport/answers",
       "Without a certificate a request is answered 403 not-registered, with an Error",
       {"TLS-CLIENT-CERT", "REG-CERT-REQUIRED", "ERR-BODY"},
       answers},
      {"transport/tls-1-2-accepted", "TLS 1.2 is accepted", {"TLS-VERSION"}, tls_1_2},
      {"transport/tls-1-3-accepted", "TLS 1.3, which is preferred, is accepted", {"TLS-VERSION"}, tls_1_3},
      {"transport/tls-1-1-refused",
       "TLS 1.1 ends with protocol_version",
       {"TLS-VERSION"},
       tls_1_1,
       nullptr,
       true},
      {"transport/tls-1-0-refused",
       "TLS 1.0 ends with protocol_version",
       {"TLS-VERSION"},
       tls_1_0,
       nullptr,
       true},
      //= TLS-SUITES type=test
      {"transport/suite-static-rsa-refused",
       "A suite without forward secrecy is refused",
       {"TLS-SUITES"},
       static_rsa,
       nullptr,
       true},
      {"transport/suite-cbc-refused",
       "A suite without authenticated encryption is refused",
       {"TLS-SUITES"},
       cbc,
       nullptr,
       true},
      {"transport/suite-other-refused",
       "Suites beside ECDHE with AES-GCM or ChaCha20-Poly1305 are refused",
       {"TLS-SUITES"},
       finite_field,
       nullptr,
       true},
      //= TLS-WEAK-KEY type=test
      {"transport/server-certificate",
       "The server's certificate has its name, its use and a strong key",
       {"TLS-WEAK-KEY"},
       server_certificate},
      {"transport/certificate-asked",
       "The handshake asks for a client certificate",
       {"TLS-CLIENT-CERT"},
       asks_for_certificate},
      //= TLS-CLIENT-BAD type=test
      {"transport/client-foreign-ca-tls-1-2",
       "A client certificate of an unknown CA ends TLS 1.2 with unknown_ca",
       {"TLS-CLIENT-BAD"},
       foreign_ca_1_2,
       nullptr,
       true},
      {"transport/client-foreign-ca-tls-1-3",
       "A client certificate of an unknown CA ends TLS 1.3 with unknown_ca",
       {"TLS-CLIENT-BAD"},
       foreign_ca_1_3,
       nullptr,
       true},
      {"transport/client-borrowed-name",
       "A sender's name in a certificate of a foreign CA opens nothing",
       {"TLS-CLIENT-BAD"},
       nullptr,
       borrowed_name,
       true},
      {"transport/client-expired",
       "An expired client certificate ends the handshake with certificate_expired",
       {"TLS-CLIENT-BAD"},
       client_expired,
       nullptr,
       true,
       {Control::certificate}},
      {"transport/client-not-yet-valid",
       "A client certificate that is not yet valid ends the handshake with certificate_expired",
       {"TLS-CLIENT-BAD"},
       client_early,
       nullptr,
       true,
       {Control::certificate}},
      {"transport/client-not-for-clients",
       "A certificate that is not for clients ends the handshake with certificate_unknown",
       {"TLS-CLIENT-BAD"},
       client_use,
       nullptr,
       true,
       {Control::certificate}},
      {"transport/client-weak-key",
       "A client certificate with an RSA key of 1,024 bits ends the handshake with bad_certificate",
       {"TLS-WEAK-KEY", "TLS-CLIENT-BAD"},
       client_weak,
       nullptr,
       true,
       {Control::certificate}},
      {"transport/client-unregistered",
       "A good certificate of nobody registered is answered 403 not-registered",
       {"REG-CERT-REQUIRED"},
       unregistered_certificate,
       nullptr,
       true,
       {Control::certificate}},
      {"transport/plain-http", "HTTP without TLS is not served", {"TLS-PORT"}, plain_http, nullptr, true},
  };
}

}  // namespace mr::suites::server
