// Each rogue server differs from the reference in its point and in nothing else: the same questions are put
// to both, and the answers that differ are exactly those that the table names.
#include <gtest/gtest.h>

#include "reference/protocol/exchange/register.hpp"
#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

using Answers = std::map<std::string, std::string>;  // question -> answer

std::string uuid(int n) { return "7f0c1a52-0000-4000-8000-" + std::to_string(100'000'000'000 + n); }

// Asks a server everything that the rogues answer otherwise. Ids and times are left out of the answers, so
// that two servers that do the same give the same.
class Interview {
 public:
  explicit Interview(const rogue::RogueServer* rogue) : service(rogue) {}

  Answers hold() {
    registration();
    refused_keys();
    handshakes();
    requests();
    uploads();
    packages();
    actions();
    software();
    power_cut();
    return answers;
  }

 private:
  using Response = Result<exchange::HttpResponse>;

  void note(const std::string& question, const Response& response) {
    answers[question] = response ? ServiceWorld::code_of(response) : response.error().code.message();
  }
  std::string key_of(const std::string& account = "Example") { return service.make_key(account); }
  Response ask_to_register(const model::RegisterForManagement& request) {
    return service.ask(
        {"POST", "/v1/registration", {{"Content-Type", "application/xml"}}, schema::encode(request)});
  }
  model::RegisterForManagement request_with(const std::string& key) {
    return service.registration(key, trust::PrivateKey::generate_p256());
  }

  // An agent that takes its registration as it comes: one that checks it would refuse some rogues.
  Client enroll(const std::string& account = "Example") {
    const trust::PrivateKey key = trust::PrivateKey::generate_p256();
    const auto response = ask_to_register(service.registration(key_of(account), key));
    const auto got = schema::decode_register_response(response.value().body).value();
    return {got.sender_id,
            {key, trust::Certificate::chain_from_pem(got.certificate).value()},
            trust::Certificate::from_pem(got.envelope_certificate).value()};
  }

  void registration() {
    const trust::PrivateKey key = trust::PrivateKey::generate_p256();
    model::RegisterForManagement request = service.registration(key_of(), key);
    request.csr = trust::make_csr(key, {.common_name = "administrator"});
    const auto first = ask_to_register(request);
    note("registered", first);
    const auto got = schema::decode_register_response(first.value().body).value();
    const auto leaf = trust::Certificate::from_pem(got.certificate).value();
    answers["subject is the sender's id"] = std::to_string(leaf.common_name() == got.sender_id);
    const auto until = leaf.not_after() - service.server_host.clock().wall();
    answers["days of the certificate"] = std::to_string(std::chrono::round<std::chrono::days>(until).count());
    note("registered again", ask_to_register(request));
    note("another key pair", ask_to_register(request_with(*request.registration_key)));
    request = request_with(key_of());
    request.location.reset();
    note("no location", ask_to_register(request));
    request = request_with(key_of());
    request.contact_email = "nobody";
    note("no contact", ask_to_register(request));
  }

  void refused_keys() {
    const auto told = [&](const std::string& question, const std::string& key) {
      const auto response = ask_to_register(request_with(key));
      note(question, response);
      if (response->status == 403) details.insert(response->body);
    };
    told("unknown key", "MR1-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH");
    std::string key = key_of();
    ASSERT_TRUE(service.run(service.server_host, service.server->registry().revoke_key(key)));
    told("revoked key", key);
    const auto account =
        service.run(service.server_host, service.server->registry().account("Example")).value();
    key = service.run(service.server_host, service.server->registry().make_key(account, std::chrono::days(0)))
              .value();
    told("expired key", key);
    key = key_of("Closed");
    const auto closed =
        service.run(service.server_host, service.server->registry().account("Closed")).value();
    ASSERT_TRUE(service.run(service.server_host, service.server->registry().close_account(closed)));
    told("key of a closed account", key);
    answers["ways to refuse a key"] = details.size() > 1 ? "told apart" : "alike";
  }

  void handshakes() {
    const exchange::HttpRequest request{"GET", "/", {}, {}};
    const trust::TlsClient usual = service.tls;
    for (const auto version : {trust::TlsVersion::v1_1, trust::TlsVersion::v1_2, trust::TlsVersion::v1_3}) {
      service.tls.version_min = service.tls.version_max = version;
      note(std::string(trust::to_text(version)), service.ask(request));
    }
    service.tls = usual;
    const auto other = trust::make_authority({.common_name = "Other Root"}, trust::Time{},
                                             trust::Time(std::chrono::hours(24 * 365 * 80)));
    const trust::PrivateKey key = trust::PrivateKey::generate_p256();
    note("certificate of an unknown CA", service.ask(request, factory_certificate(other, key, "SN")));
  }

  void requests() {
    note("unknown path, stranger", service.ask({"GET", "/nowhere", {}, {}}));
    const Client client = enroll();
    note("unknown path", service.ask({"GET", "/nowhere", {}, {}}, client.credentials));
    const auto other_method = service.ask({"GET", "/v1/schedule", {}, {}}, client.credentials);
    note("other method", other_method);
    answers["Allow"] = other_method ? exchange::find(other_method->headers, "Allow").value_or("none") : "";
    exchange::HttpRequest schedule = query();
    schedule.body.append(1024 * 1024, ' ');
    note("body too large", service.ask(schedule, client.credentials));
    schedule = query();
    schedule.body.insert(schedule.body.find("?>") + 2, "<!DOCTYPE x [<!ENTITY a \"b\">]>");
    note("doctype", service.ask(schedule, client.credentials));
  }

  static exchange::HttpRequest query() {
    auto conversation = exchange::schedule_query({});
    return std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request;
  }

  void uploads() {
    const Client client = enroll(), second = enroll();
    const Client stranger = enroll("Another");
    const auto send = [&](const exchange::HttpRequest& request, const Client& sender) {
      return service.ask(request, sender.credentials);
    };
    const auto upload = upload_request(client, {report_of("Maker", "SN-1", "r-1")}, uuid(1));
    note("upload", send(upload, client));
    note("upload again", send(upload, client));
    note("other package, same key",
         send(upload_request(client, {report_of("Maker", "SN-2", "r-2")}, uuid(1)), client));
    note("key of another sender",
         send(upload_request(second, {report_of("Maker", "SN-3", "r-3")}, uuid(1)), second));
    exchange::HttpRequest request = upload_request(client, {report_of("Maker", "SN-4", "r-4")}, uuid(2));
    set(request, "Content-Fingerprint", "sha-256=" + std::string(64, '0'));
    note("fingerprint of another zip", send(request, client));
    request = upload_request(client, {report_of("Maker", "SN-5", "r-5")}, uuid(3));
    request.body = "no envelope";
    note("no envelope", send(request, client));
    note("manifest of another sender",
         send(upload_request(as(second, client), {report_of("Maker", "SN-6", "r-6")}, uuid(4)), client));
    note("device of another account",
         send(upload_request(stranger, {report_of("Maker", "SN-1", "r-7")}, uuid(5)), stranger));
  }

  void packages() {
    const Client client = enroll();
    model::Manifest manifest;
    manifest.package_id = uuid(9);
    manifest.sender_id = client.sender_id;
    manifest.created_at = model::Stamp::from_ms(1'772'000'000'000);
    const auto zip = exchange::make_package(manifest, {report_of("Maker", "SN-8", "r-8")}).value();
    exchange::HttpRequest plain{"POST",
                                "/v1/reports",
                                {{"Content-Type", "application/zip"},
                                 {"Idempotency-Key", uuid(6)},
                                 {"Content-Fingerprint", exchange::fingerprint(zip)}},
                                std::string(reinterpret_cast<const char*>(zip.data()), zip.size())};
    note("plain zip", service.ask(plain, client.credentials));
    // Headers that claim 5 MiB: beyond a limit, or, where there is none, not what is inflated.
    std::string claims(reinterpret_cast<const char*>(zip.data()), zip.size());
    const std::string size("\0\0\x50\0", 4);
    claims.replace(claims.find("PK\3\4") + 22, 4, size);
    claims.replace(claims.find("PK\1\2") + 24, 4, size);
    const auto octets = std::as_bytes(std::span(claims));
    auto conversation = exchange::upload(octets, uuid(7), client.envelope);
    note("package that claims too much",
         service.ask(std::get<exchange::Send>(conversation.value().resume(exchange::Begin{})).request,
                     client.credentials));
  }

  void actions() {
    const Client client = enroll(), second = enroll();
    const auto account =
        service.run(service.server_host, service.server->registry().account("Example")).value();
    ASSERT_TRUE(service.run(service.server_host, service.server->users().add(
                                                     {"ann", server::Role::support_administrator, account})));
    server::QueueRequest request;
    request.sender_id = client.sender_id;
    request.kind = "SendReports";
    request.requested_by = "ann";
    const auto id = service.run(service.server_host, service.server->dispatch().queue(request));
    ASSERT_TRUE(id);
    answers["actions of another sender"] = listed(second);
    answers["actions"] = listed(client);
    answers["actions, the second time"] = listed(client);
    answers["result of another sender"] = settle(second, *id);
    answers["actions after the result of another sender"] = listed(client);
    answers["result"] = settle(client, *id);
    answers["actions after the result"] = listed(client);
    const auto first = service.run(service.server_host, service.server->dispatch().queue(request));
    const auto then = service.run(service.server_host, service.server->dispatch().queue(request));
    answers["order of actions"] = comes_before(client, first.value(), then.value());
  }
  std::string comes_before(const Client& client, const std::string& one, const std::string& other) {
    const auto response = service.ask(query(), client.credentials);
    if (!response || response->status != 200) return ServiceWorld::code_of(response);
    const auto actions = schema::decode_get_schedule_response(response->body).value().actions;
    const auto at = [&](const std::string& id) {
      return std::ranges::find(actions, id, &model::Action::action_id) - actions.begin();
    };
    return at(one) < at(other) ? "as queued" : "otherwise";
  }
  // How many actions are listed.
  std::string listed(const Client& client) {
    const auto response = service.ask(query(), client.credentials);
    if (!response || response->status != 200) return ServiceWorld::code_of(response);
    return std::to_string(schema::decode_get_schedule_response(response->body).value().actions.size());
  }
  // How many results are acknowledged.
  std::string settle(const Client& client, const std::string& id) {
    model::SendActionResults sent;
    sent.results.push_back({.action_id = id,
                            .outcome = model::Outcome::performed,
                            .finished_at = model::Stamp::from_ms(1'772'000'000'000)});
    auto conversation = exchange::action_results(sent);
    const auto response = service.ask(
        std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request, client.credentials);
    if (!response || response->status != 200) return ServiceWorld::code_of(response);
    return std::to_string(schema::decode_acknowledgement(response->body).value().action_ids.size());
  }

  void software() {
    const Client client = enroll(), second = enroll();
    ASSERT_TRUE(
        service.run(service.server_host, service.server->software().add({.id = "fw-1", .file_name = "a.DLM"},
                                                                        std::string("firmware"), "ann")));
    const auto queued = service.run(service.server_host, queue_upgrade(client.sender_id));
    ASSERT_TRUE(queued);
    const exchange::HttpRequest request{"GET", "/v1/software/fw-1", {}, {}};
    const auto own = service.ask(request, client.credentials);
    note("software", own);
    answers["ETag"] = own && exchange::find(own->headers, "ETag") ? "there" : "none";
    note("software of another sender", service.ask(request, second.credentials));
  }
  // Into the store, because this action needs a permission that no question here is about.
  asio::awaitable<Result<void>> queue_upgrade(std::string sender_id) {
    auto begun = co_await service.server->store().begin();
    MR_CO_TRY(begun);
    MR_CO_TRY((*begun)->execute(
        "INSERT INTO action (id, sender_id, device_id, kind, requested_by, queued_ms, software_id) "
        "VALUES ('upgrade', $1, '', 'UpgradeDevice', 'ann', 0, 'fw-1')",
        {sender_id}));
    const auto committed = co_await (*begun)->commit();
    co_return committed;
  }

  void power_cut() {
    const Client client = enroll();
    const auto upload = upload_request(client, {report_of("Maker", "SN-10", "r-10")}, uuid(8));
    ASSERT_TRUE(service.ask(upload, client.credentials));
    service.reboot();
    const bool kept =
        service.count("SELECT COUNT(*) FROM upload WHERE sender_id = $1", {client.sender_id}) == 1;
    answers["upload after a power cut"] = kept ? "kept" : "lost";
  }

  static void set(exchange::HttpRequest& request, std::string_view name, std::string value) {
    for (auto& [field, old] : request.headers) {
      if (field == name) old = value;
    }
  }
  // Who seals for the one and writes the manifest of the other.
  static Client as(const Client& name, const Client& sender) {
    return {name.sender_id, sender.credentials, sender.envelope};
  }

  ServiceWorld service;
  Answers answers;
  std::set<std::string> details;
};

const Answers& reference() {
  static const Answers answers = Interview(nullptr).hold();
  return answers;
}

// The questions that the two answer differently.
std::set<std::string> differing(const Answers& one, const Answers& other) {
  std::set<std::string> names;
  for (const auto& [question, answer] : one) {
    const auto found = other.find(question);
    if (found == other.end() || found->second != answer) names.insert(question);
  }
  return names;
}

const std::map<std::string, std::set<std::string>, std::less<>> convictions = {
    {"accepts-closed-account", {"key of a closed account"}},
    {"accepts-expired-key", {"expired key"}},
    {"accepts-foreign-device", {"device of another account"}},
    {"accepts-foreign-manifest", {"manifest of another sender"}},
    {"accepts-old-tls", {"TLSv1.1"}},
    {"accepts-plain-zip", {"plain zip"}},
    {"accepts-revoked-key", {"revoked key"}},
    {"acknowledges-early", {"upload after a power cut"}},
    {"admits-doctype", {"doctype"}},
    {"answers-conflict-as-bad-request", {"another key pair", "other package, same key"}},
    {"answers-not-found-as-ok", {"unknown path", "software of another sender"}},
    {"answers-too-large-as-bad-request", {"body too large", "package that claims too much"}},
    {"forgets-delivered-actions", {"actions, the second time", "actions after the result of another sender"}},
    {"forgets-used-keys", {"registered again", "another key pair"}},
    {"gives-away-registration", {"another key pair"}},
    {"has-no-package-limits", {"package that claims too much"}},
    {"ignores-fingerprint", {"fingerprint of another zip"}},
    {"lists-foreign-actions", {"actions of another sender"}},
    {"lists-newest-first", {"order of actions"}},
    {"lives-in-the-past", {"days of the certificate"}},
    {"loses-results", {"actions after the result"}},
    {"miscalls-envelopes", {"no envelope", "plain zip"}},
    {"needs-no-contact", {"no contact"}},
    {"needs-no-location", {"no location"}},
    {"never-conflicts", {"other package, same key"}},
    {"omits-allow", {"Allow"}},
    {"omits-etag", {"ETag"}},
    {"reads-strangers", {"unknown path, stranger", "TLSv1.2", "TLSv1.3"}},
    {"refuses-repeats", {"upload again"}},
    {"refuses-tls-1-2", {"TLSv1.2"}},
    {"serves-software-to-others", {"software of another sender"}},
    {"shares-idempotency-keys", {"key of another sender"}},
    {"stores-repeats", {"upload again", "other package, same key"}},
    {"takes-results-of-others", {"result of another sender", "actions after the result of another sender"}},
    {"takes-subject-of-csr", {"subject is the sender's id"}},
    {"tells-why-key-is-refused", {"ways to refuse a key"}},
};

TEST(RogueServers, TheReferenceAnswersAsTheProtocolSays) {
  const Answers& is = reference();
  const Answers expected = {
      {"Allow", "POST"},
      {"ETag", "there"},
      {"TLSv1.2", "not-registered"},
      {"TLSv1.3", "not-registered"},
      {"upload after a power cut", "kept"},
      {"actions", "1"},
      {"actions after the result", "0"},
      {"actions after the result of another sender", "1"},
      {"actions of another sender", "0"},
      {"actions, the second time", "1"},
      {"another key pair", "registration-conflict"},
      {"body too large", "body-too-large"},
      {"days of the certificate", "397"},
      {"device of another account", "foreign-device"},
      {"doctype", "doctype-refused"},
      {"expired key", "registration-key-refused"},
      {"fingerprint of another zip", "fingerprint-mismatch"},
      {"key of a closed account", "registration-key-refused"},
      {"key of another sender", "status 201"},
      {"manifest of another sender", "foreign-device"},
      {"no contact", "contact-required"},
      {"no envelope", "envelope-refused"},
      {"no location", "location-required"},
      {"order of actions", "as queued"},
      {"other method", "method-not-allowed"},
      {"other package, same key", "idempotency-conflict"},
      {"package that claims too much", "package-limit"},
      {"plain zip", "envelope-refused"},
      {"registered", "status 201"},
      {"registered again", "status 200"},
      {"result", "1"},
      {"result of another sender", "0"},
      {"revoked key", "registration-key-refused"},
      {"software", "status 200"},
      {"software of another sender", "not-found"},
      {"subject is the sender's id", "1"},
      {"unknown key", "registration-key-refused"},
      {"unknown path", "not-found"},
      {"unknown path, stranger", "not-registered"},
      {"upload", "status 201"},
      {"upload again", "status 200"},
      {"ways to refuse a key", "alike"},
  };
  for (const auto& [question, answer] : expected) {
    ASSERT_TRUE(is.contains(question)) << question;
    EXPECT_EQ(is.at(question), answer) << question;
  }
  EXPECT_NE(is.at("TLSv1.1").find("protocol_version"), std::string::npos) << is.at("TLSv1.1");
  EXPECT_NE(is.at("certificate of an unknown CA").find("unknown_ca"), std::string::npos)
      << is.at("certificate of an unknown CA");
  EXPECT_EQ(Interview(nullptr).hold(), is) << "the same twice";
}

TEST(RogueServers, EachIsConvictedOfItsPointAndNothingElse) {
  const Answers& honest = reference();  // before the first rogue: there is one world at a time
  for (const rogue::RogueServer& rogue : rogue::rogue_servers()) {
    SCOPED_TRACE(rogue.name);
    const auto differs = differing(honest, Interview(&rogue).hold());
    if (rogue.name == "asks-for-no-certificate") {
      // Nobody is known to it, so that nothing but registration is left.
      for (const char* question :
           {"upload", "actions", "software", "unknown path", "certificate of an unknown CA"})
        EXPECT_TRUE(differs.contains(question)) << question;
      for (const char* question : {"registered", "unknown key", "TLSv1.1", "unknown path, stranger"})
        EXPECT_FALSE(differs.contains(question)) << question;
      continue;
    }
    const auto expected = convictions.find(rogue.name);
    ASSERT_NE(expected, convictions.end()) << "a rogue that nothing here convicts";
    EXPECT_EQ(differs, expected->second);
  }
  for (const auto& [name, questions] : convictions)
    EXPECT_NE(rogue::find_rogue_server(name), nullptr) << name;
}

}  // namespace
}  // namespace mr::hostile
