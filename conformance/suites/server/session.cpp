#include "conformance/suites/server/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace mr::suites::server {

using harness::blocked;
using harness::fail;
using harness::pass;
using report::Verdict;
using wire::Part;
using wire::Text;

namespace {

// How a body is told in the evidence: text as it is, the rest by size and digest.
std::string shown_body(const std::string& body) {
  if (body.empty()) return {};
  const bool text = wire::valid_utf8(body) && std::none_of(body.begin(), body.end(), [](char c) {
                      return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t';
                    });
  if (!text) return fmt::format("[{} octets, SHA-256 {}]", body.size(), wire::sha256_hex(body));
  if (body.size() > 3000) return fmt::format("{}... [{} octets]", body.substr(0, 3000), body.size());
  return body;
}

std::string shown(const wire::Response& response) {
  std::string out = fmt::format("HTTP/1.1 {} {}\n", response.status, response.reason);
  for (const auto& [name, value] : response.fields) out += fmt::format("{}: {}\n", name, value);
  return out + "\n" + shown_body(response.body);
}

std::string shown(std::string_view request) {
  const std::size_t end = request.find("\r\n\r\n");
  if (end == std::string_view::npos) return shown_body(std::string(request));
  std::string head(request.substr(0, end));
  head.erase(std::remove(head.begin(), head.end(), '\r'), head.end());
  if (head.size() > 3000)
    head = fmt::format("{}... [a header of {} octets]", head.substr(0, 3000), head.size());
  return head + "\n\n" + shown_body(std::string(request.substr(end + 4)));
}

const std::map<std::string_view, unsigned>& codes() {
  static const std::map<std::string_view, unsigned> table = {{"malformed-xml", 400},
                                                             {"doctype-refused", 400},
                                                             {"schema-violation", 400},
                                                             {"malformed-package", 400},
                                                             {"envelope-refused", 400},
                                                             {"fingerprint-mismatch", 400},
                                                             {"missing-header", 400},
                                                             {"location-required", 400},
                                                             {"contact-required", 400},
                                                             {"csr-refused", 400},
                                                             {"not-registered", 403},
                                                             {"registration-key-refused", 403},
                                                             {"foreign-device", 403},
                                                             {"not-found", 404},
                                                             {"method-not-allowed", 405},
                                                             {"registration-conflict", 409},
                                                             {"idempotency-conflict", 409},
                                                             {"body-too-large", 413},
                                                             {"package-limit", 413},
                                                             {"media-type", 415},
                                                             {"internal", 500},
                                                             {"not-implemented", 501},
                                                             {"range-not-satisfiable", 416},
                                                             {"busy", 503}};
  return table;
}

void put(std::string& out, std::string_view name, const std::optional<std::string>& text) {
  if (text) out += wire::tag(name, *text);
}

}  // namespace

std::string Form::inner() const {
  std::string out = before;
  put(out, "SenderKind", kind);
  put(out, "RegistrationKey", key);
  put(out, "Location", location);
  put(out, "ContactEmail", email);
  put(out, "HostName", host);
  put(out, "ProductName", product);
  put(out, "ProductVersion", version);
  put(out, "Csr", csr);
  return out + after;
}

std::string report_xml(const ReportWish& wish) {
  const std::string read = wire::wall_stamp(wish.read_ahead);
  std::string inner = wire::tag("ReportId", wish.id) + wire::tag("Sequence", "1") +
                      wire::tag("ReadTime", read) + wire::tag("Source", "agent");
  inner += wire::nest("Identity", wire::tag("SerialNumber", wish.serial) +
                                      wire::tag("Manufacturer", wish.manufacturer) +
                                      wire::tag("Model", "Suite 1"));
  return wire::document("DeviceReport", inner + wish.extra);
}

std::string entry_name(const std::string& report_id) { return "reports/" + report_id + ".xml"; }

std::string manifest_xml(const std::string& sender_id, const std::string& package_id,
                         const std::vector<Listed>& listed, std::string_view extra) {
  std::string inner = wire::tag("PackageId", package_id) + wire::tag("SenderId", sender_id) +
                      wire::tag("CreatedAt", wire::wall_stamp());
  for (const Listed& one : listed)
    inner += wire::nest("Report", wire::tag("Name", one.name) + wire::tag("ReportId", one.report_id));
  inner += extra;
  return wire::document("Manifest", inner);
}

Package package_of(const std::string& sender_id, const std::vector<ReportWish>& reports) {
  Package out;
  for (const ReportWish& one : reports) out.listed.push_back({entry_name(one.id), one.id});
  out.entries.push_back({"manifest.xml", manifest_xml(sender_id, out.id, out.listed)});
  for (const ReportWish& one : reports) out.entries.push_back({entry_name(one.id), report_xml(one)});
  return out;
}

std::string get_schedule_xml() {
  return wire::document("GetSchedule", wire::tag("SecurityMode", "normal") + wire::tag("Poll", "daily"));
}

std::string results_xml(const std::vector<std::string>& action_ids, std::string_view outcome) {
  std::string inner;
  for (const std::string& id : action_ids) {
    inner += wire::nest("Result", wire::tag("ActionId", id) + wire::tag("Outcome", outcome) +
                                      wire::tag("FinishedAt", wire::wall_stamp()));
  }
  return wire::document("SendActionResults", inner);
}

wire::Request post(std::string_view path, std::string_view media, std::string body) {
  wire::Request request{.target = std::string(path), .body = std::move(body)};
  if (!media.empty()) request.fields.emplace_back("Content-Type", media);
  return request;
}

std::string Reply::code() const {
  if (!got || got->media() != media_xml) return {};
  const auto read = wire::read_xml(got->body);
  return read && read->name == "Error" ? read->value("Code") : std::string();
}

std::string Reply::told() const {
  if (!got) return to_string(got.error());
  const std::string slug = code();
  if (!slug.empty()) return fmt::format("{} {}", got->status, slug);
  const std::string media = got->media();
  return fmt::format("{} {}", got->status, media.empty() ? "without a media type" : media);
}

wire::TlsOptions Session::tls(const Sender* who) {
  wire::TlsOptions options{.server_name = target().server_name(), .anchors_pem = target().ca_pem()};
  if (who != nullptr) {
    options.chain_pem = who->certificate_pem;
    options.key_pem = who->key.private_pem();
  }
  return options;
}

wire::Result<wire::Connection> Session::connect(const wire::TlsOptions& options,
                                                wire::Handshake* shown_here) {
  auto connection = wire::Connection::open(target().address(), patience());
  if (!connection) {
    stage_.note(fmt::format("connect {}: {}", to_string(target().address()), to_string(connection.error())));
    return connection.error();
  }
  auto handshake = connection->secure(options, patience());
  const std::string what =
      fmt::format("TLS to {} as '{}'{}", to_string(target().address()), options.server_name,
                  options.chain_pem.empty() ? "" : ", with a client certificate");
  if (!handshake) {
    stage_.note(fmt::format("{}: {}", what, to_string(handshake.error())));
    return handshake.error();
  }
  stage_.note(fmt::format("{}: {} {}", what, handshake->version, handshake->suite));
  if (shown_here != nullptr) *shown_here = std::move(*handshake);
  return connection;
}

wire::Request Session::complete(wire::Request request) {
  request.fields.insert(request.fields.begin(), {"Host", target().server_name()});
  if (request.method != "GET" && request.method != "HEAD")
    request.fields.emplace_back("Content-Length", std::to_string(request.body.size()));
  return request;
}

Reply Session::ask(const wire::Request& request, const Sender* who) { return ask(request, tls(who)); }

Reply Session::ask(const wire::Request& request, const wire::TlsOptions& options) {
  auto connection = connect(options);
  if (!connection) return {connection.error()};
  return exchange(*connection, wire::bytes_of(complete(request)));
}

Reply Session::send_raw(std::string_view bytes, const Sender* who, std::string_view described) {
  auto connection = connect(tls(who));
  if (!connection) return {connection.error()};
  return exchange(*connection, bytes, described);
}

Reply Session::exchange(wire::Connection& connection, std::string_view bytes, std::string_view described) {
  stage_.note("> " + (described.empty() ? shown(bytes) : std::string(described)));
  const auto sent = connection.send(bytes, patience());
  if (!sent) stage_.note("sending: " + to_string(sent.error()));  // an answer may have come all the same
  std::string early;
  Reply reply{wire::read_response(connection, early, patience())};
  if (!reply.got && !sent && sent.error().end == wire::End::alert) reply.got = sent.error();
  stage_.note("< " + (reply.got ? shown(*reply.got) : to_string(reply.got.error())));
  return reply;
}

std::optional<std::string> Session::fresh_key(Judgement& why, harness::Control which) {
  if (!target().claims(which)) {
    why = harness::skipped(fmt::format("the target file has no control command '{}'", word(which)));
    return {};
  }
  auto key = target().ask(which);
  if (!key) {
    why = harness::trouble(key.error());
    return {};
  }
  return std::move(*key);
}

std::optional<std::string> Session::spare_key(Judgement& why) {
  if (!cast_.spare_key) cast_.spare_key = fresh_key(why);
  return cast_.spare_key;
}

std::optional<Sender> Session::register_agent(Judgement& why, harness::Control which,
                                              std::vector<unsigned> statuses) {
  auto key = fresh_key(why, which);
  if (!key) return {};
  Sender out{.key = wire::KeyPair::make(wire::KeyKind::p256)};
  out.registration_key = *key;
  out.form = Form{.key = *key, .csr = wire::make_csr(out.key)}.xml();
  const Reply reply = ask(post(path_registration, media_xml, out.form));
  wire::Element answer;
  why = registered(reply, std::move(statuses), &answer);
  if (!why) return {};
  out.id = answer.value("SenderId");
  out.account = answer.value("AccountId");
  out.certificate_pem = answer.value("Certificate");
  out.envelope_pem = answer.value("EnvelopeCertificate");
  for (const wire::Element* one : answer.all("Capability")) out.capabilities.push_back(one->text);
  out.answer = reply.got->body;
  return out;
}

std::optional<Sender> Session::enrol(Judgement& why, harness::Control which) {
  auto made = register_agent(why, which, {201, 200});
  if (!made) {
    if (why.verdict == Verdict::fail) why = blocked("no sender could be registered: " + why.message);
    return {};
  }
  const Reply opens = ask(post(path_schedule, media_xml, get_schedule_xml()), &*made);
  if (opens.got && !opens.is(403)) return made;
  why = blocked("a new sender's certificate opens nothing: " + opens.told());
  return {};
}

const Sender* Session::sender(Who who, Judgement& why) {
  auto& place = cast_.senders[static_cast<int>(who)];
  if (!place) {
    place = enrol(why, who == Who::stranger ? harness::Control::other_key : harness::Control::key);
  }
  return place ? &*place : nullptr;
}

std::string Session::new_serial() { return fmt::format("SUITE-{}-{}", cast_.run, ++cast_.serials); }

wire::Request Session::upload_body(const std::string& body, std::string_view media, const std::string& key,
                                   const std::string& fingerprint) {
  wire::Request request = post(path_reports, media, body);
  if (!key.empty()) request.fields.emplace_back("Idempotency-Key", key);
  if (!fingerprint.empty()) request.fields.emplace_back("Content-Fingerprint", fingerprint);
  return request;
}

wire::Request Session::upload(const Sender& who, const std::string& zip, const std::string& key) {
  const auto sealed = wire::seal(zip, who.envelope_pem);
  stage_.note(fmt::format("sealed {}", zip.size() < 20000 ? fmt::format("a zip of {} octets, SHA-256 {}",
                                                                        zip.size(), wire::sha256_hex(zip))
                                                          : fmt::format("a zip of {} octets", zip.size())));
  return upload_body(sealed ? *sealed : std::string("no envelope could be made"), media_sealed, key,
                     "sha-256=" + wire::sha256_hex(zip));
}

Judgement error_body(const wire::Response& response) {
  const std::string rule = "application/xml with an Error of the table (ERR-BODY)";
  if (response.media() != media_xml)
    return fail("an error without its body", rule,
                fmt::format("{}, media type '{}'", response.status, response.media()));
  const auto read = wire::read_xml(response.body);
  if (!read) return fail("an error that cannot be read", rule, to_string(read.error()));
  if (const auto fault = wire::shape_fault(*read, "Error", {{"Code", Text::slug}, {"Detail"}});
      !fault.empty()) {
    return fail("an error of another shape", rule, fault);
  }
  const auto known = codes().find(read->value("Code"));
  if (known == codes().end()) return pass();  // a code of a later part of the text
  if (known->second != response.status)
    return fail("an error code with another status", fmt::format("{} {}", known->second, known->first),
                fmt::format("{} {}", response.status, known->first));
  return pass();
}

Judgement refused(const Reply& reply, unsigned status, std::vector<std::string_view> wanted) {
  std::vector<std::string> expected;
  for (const auto code : wanted) expected.push_back(fmt::format("{} {}", status, code));
  const auto wrong = [&](std::string message) {
    return Judgement{Verdict::fail, std::move(message), expected, {reply.told()}};
  };
  if (!reply.got) return wrong("no answer that could be read");
  if (reply.got->status != status)
    return wrong(reply.got->status < 300 ? "accepted" : "refused in another way");
  if (auto body = error_body(*reply.got); !body) return body;
  const std::string code = reply.code();
  if (std::find(wanted.begin(), wanted.end(), code) == wanted.end())
    return wrong("refused for another reason");
  return pass();
}

Judgement answered(const Reply& reply, std::vector<unsigned> statuses, std::string_view root,
                   const std::vector<Part>& parts, wire::Element* read_here) {
  std::vector<std::string> expected;
  for (const unsigned status : statuses) expected.push_back(fmt::format("{} {}", status, root));
  const auto wrong = [&](std::string message, std::string actual) {
    return Judgement{Verdict::fail, std::move(message), expected, {std::move(actual)}};
  };
  if (!reply.got) return wrong("no answer that could be read", reply.told());
  if (std::find(statuses.begin(), statuses.end(), reply.got->status) == statuses.end()) {
    return wrong(reply.got->status >= 400 ? "refused" : "another status", reply.told());
  }
  if (reply.got->media() != media_xml) return wrong("another media type", reply.told());
  auto read = wire::read_xml(reply.got->body);
  if (!read) return wrong("an answer that cannot be read", to_string(read.error()));
  if (const auto fault = wire::shape_fault(*read, root, parts); !fault.empty())
    return wrong("an answer of another shape", fault);
  if (read_here != nullptr) *read_here = std::move(*read);
  return pass();
}

Judgement registered(const Reply& reply, std::vector<unsigned> statuses, wire::Element* read) {
  return answered(reply, std::move(statuses), "RegisterForManagementResponse",
                  {{"SenderId", Text::identifier},
                   {"AccountId", Text::identifier},
                   {"Certificate"},
                   {"EnvelopeCertificate"},
                   {"ReportTimeOfDay", Text::time_of_day, 0},
                   {"Capability", Text::slug, 0, 0}},
                  read);
}

Judgement receipt(const Reply& reply, std::vector<unsigned> statuses, wire::Element* read) {
  return answered(
      reply, std::move(statuses), "Receipt",
      {{"PackageId", Text::uuid},
       {"IdempotencyKey", Text::uuid},
       {"StoredAt", Text::stamp},
       {"Report", Text::none, 0, 0, {{"ReportId", Text::identifier}, {"DeviceId", Text::identifier}}}},
      read);
}

Judgement schedule(const Reply& reply, wire::Element* read) {
  return answered(reply, {200}, "GetScheduleResponse",
                  {{"Action",
                    Text::none,
                    0,
                    0,
                    {{"ActionId", Text::identifier},
                     {"Kind", Text::word},
                     {"DeviceId", Text::identifier, 0},
                     {"Manufacturer", Text::any, 0},
                     {"SerialNumber", Text::any, 0},
                     {"Parameter", Text::none, 0, 0, {{"Name"}, {"Value"}}},
                     {"NotBefore", Text::stamp, 0},
                     {"RequestedBy", Text::any, 0}}}},
                  read);
}

Judgement acknowledged(const Reply& reply, wire::Element* read) {
  return answered(reply, {200}, "Acknowledgement",
                  {{"ReceivedAt", Text::stamp}, {"ActionId", Text::identifier, 0, 0}}, read);
}

}  // namespace mr::suites::server
