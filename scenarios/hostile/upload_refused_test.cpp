// Uploads: refused whole, with their codes and nothing stored but an audit record; accepted exactly once.
#include <gtest/gtest.h>
#include <zlib.h>

#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/trust/envelope.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

const std::string key_a = "7f0c1a52-0000-4000-8000-00000000000a",
                  key_b = "7f0c1a52-0000-4000-8000-00000000000b";

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

void set(exchange::Headers& headers, std::string_view name, std::string value) {
  for (auto& [key, old] : headers) {
    if (key == name) old = value;
  }
}
void drop(exchange::Headers& headers, std::string_view name) {
  std::erase_if(headers, [&](const auto& field) { return field.first == name; });
}

// An entry of a zip that our own packer would not make.
struct Raw {
  std::string name, content;
  std::size_t declared;  // uncompressed size, as the archive says it
};

package::Bytes zip_of(const std::vector<Raw>& entries) {
  std::string archive, directory;
  const auto number = [](std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  };
  for (const Raw& entry : entries) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, entry.content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(entry.content.data()));
    stream.avail_in = static_cast<uInt>(entry.content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(entry.content.data()),
                           static_cast<uInt>(entry.content.size()));
    const std::size_t offset = archive.size();
    const auto fields = [&](std::string& out) {
      number(out, 20, 2), number(out, 0, 2), number(out, 8, 2), number(out, 0, 2), number(out, 0x21, 2);
      number(out, crc, 4), number(out, packed.size(), 4), number(out, entry.declared, 4),
          number(out, entry.name.size(), 2), number(out, 0, 2);
    };
    archive += "PK\3\4";
    fields(archive);
    archive += entry.name + packed;
    directory += "PK\1\2";
    number(directory, 20, 2);
    fields(directory);
    number(directory, 0, 2), number(directory, 0, 2), number(directory, 0, 2), number(directory, 0, 4),
        number(directory, offset, 4);
    directory += entry.name;
  }
  const std::size_t start = archive.size();
  archive += directory + "PK\5\6";
  number(archive, 0, 4), number(archive, entries.size(), 2), number(archive, entries.size(), 2),
      number(archive, directory.size(), 4);
  number(archive, start, 4), number(archive, 0, 2);
  const auto bytes = bytes_of(archive);
  return package::Bytes(bytes.begin(), bytes.end());
}

struct UploadRefused : testing::Test {
  ServiceWorld service;
  const Client client = service.register_agent();
  const std::map<std::string, std::int64_t> before = service.counts();

  void expect_refused(exchange::HttpRequest request, const std::string& code) {
    const auto audits = service.audits();
    EXPECT_EQ(ServiceWorld::code_of(service.ask(std::move(request), client.credentials)), code);
    EXPECT_EQ(service.counts(), before) << code;
    EXPECT_EQ(service.audits(), audits + 1) << code;
  }
  // The request of any zip, sealed and with its own fingerprint.
  exchange::HttpRequest sealed(const package::Bytes& zip) {
    exchange::HttpRequest request = upload_request(client, {report_of("Maker", "SN1", "r1")}, key_a);
    const auto envelope = trust::seal(zip, client.envelope).value();
    request.body.assign(reinterpret_cast<const char*>(envelope.data()), envelope.size());
    set(request.headers, "Content-Fingerprint", exchange::fingerprint(zip));
    return request;
  }
  package::Bytes good_zip() {
    model::Manifest manifest;
    manifest.package_id = key_b;
    manifest.sender_id = client.sender_id;
    manifest.created_at = model::Stamp::from_ms(1);
    return exchange::make_package(manifest, {report_of("Maker", "SN1", "r1")}).value();
  }
  std::vector<package::Entry> good_entries() { return package::unpack(good_zip()).value(); }
  exchange::HttpRequest with_report(std::string xml) {
    auto entries = good_entries();
    entries[1].content = std::move(xml);
    return sealed(package::pack(entries).value());
  }
};

//= PKG-WHOLE type=test
TEST_F(UploadRefused, ATruncatedZip) {
  const package::Bytes zip = good_zip();
  for (const std::size_t left :
       {std::size_t{0}, std::size_t{10}, zip.size() / 2, zip.size() - 22, zip.size() - 1}) {
    expect_refused(sealed(package::Bytes(zip.begin(), zip.begin() + static_cast<std::ptrdiff_t>(left))),
                   "malformed-package");
  }
}

//= PKG-LIMITS type=test
TEST_F(UploadRefused, AZipBomb) {
  const std::string manifest = good_entries()[0].content;
  constexpr std::size_t mib = 1 << 20;
  // What it holds, truly declared: one large entry; many that are each within bounds; and one that says 10
  // bytes.
  expect_refused(sealed(zip_of({{"manifest.xml", manifest, manifest.size()},
                                {"reports/r1.xml", std::string(64 * mib, '\0'), 64 * mib}})),
                 "package-limit");
  std::vector<Raw> many = {{"manifest.xml", manifest, manifest.size()}};
  for (int i = 0; i < 20; ++i)
    many.push_back({"reports/r" + std::to_string(i) + ".xml", std::string(4 * mib, '\0'), 4 * mib});
  expect_refused(sealed(zip_of(many)), "package-limit");
  exchange::HttpRequest lie = sealed(zip_of(
      {{"manifest.xml", manifest, manifest.size()}, {"reports/r1.xml", std::string(64 * mib, '\0'), 10}}));
  const auto audits = service.audits();
  const std::string code = ServiceWorld::code_of(service.ask(std::move(lie), client.credentials));
  EXPECT_TRUE(code == "package-limit" || code == "malformed-package") << code;
  EXPECT_EQ(service.counts(), before);
  EXPECT_EQ(service.audits(), audits + 1);
}

//= XML-DOCTYPE type=test
//= PKG-SCHEMA type=test
TEST_F(UploadRefused, XmlThatIsNotAReport) {
  const std::string good = schema::encode(report_of("Maker", "SN1", "r1"));
  std::string doctype = good;
  doctype.insert(doctype.find("?>") + 2, "\n<!DOCTYPE DeviceReport SYSTEM \"file:///etc/passwd\">");
  expect_refused(with_report(doctype), "doctype-refused");
  expect_refused(with_report(good.substr(0, good.size() / 2)), "malformed-xml");
  expect_refused(with_report("<?xml version=\"1.0\"?><Other xmlns=\"urn:makeready:remote-services:1\"/>"),
                 "schema-violation");
  std::string unknown = good;
  unknown.replace(unknown.find("<Identity>"), 10, "<Identity><Colour>red</Colour>");
  expect_refused(with_report(unknown), "schema-violation");
}

//= PKG-MANIFEST type=test
//= PKG-SENDER type=test
TEST_F(UploadRefused, APackageThatIsNotItsManifest) {
  auto entries = good_entries();
  entries.push_back({"reports/extra.xml", entries[1].content});
  expect_refused(sealed(package::pack(entries).value()), "malformed-package");
  entries = good_entries();
  std::swap(entries[0], entries[1]);
  expect_refused(sealed(package::pack(entries).value()), "malformed-package");
  entries = good_entries();
  auto manifest = schema::decode_manifest(entries[0].content).value();
  manifest.sender_id = "somebody-else";
  entries[0].content = schema::encode(manifest);
  expect_refused(sealed(package::pack(entries).value()), "foreign-device");
}

//= UPL-KEY type=test
//= UPL-FINGERPRINT type=test
//= UPL-FINGERPRINT-WRONG type=test
//= UPL-AGENT-PLAIN type=test
//= UPL-ENVELOPE-BAD type=test
TEST_F(UploadRefused, FieldsAndEnvelopes) {
  const exchange::HttpRequest good = sealed(good_zip());
  auto request = good;
  drop(request.headers, "Idempotency-Key");
  expect_refused(request, "missing-header");
  request = good;
  set(request.headers, "Idempotency-Key", "not-a-uuid");
  expect_refused(request, "missing-header");
  request = good;
  drop(request.headers, "Content-Fingerprint");
  expect_refused(request, "missing-header");
  request = good;
  set(request.headers, "Content-Fingerprint", "sha-256=" + std::string(64, '0'));
  expect_refused(request, "fingerprint-mismatch");
  request = good;
  set(request.headers, "Content-Type", "text/plain");
  expect_refused(request, "media-type");
  request = good;
  const auto zip = good_zip();
  request.body.assign(reinterpret_cast<const char*>(zip.data()), zip.size());
  expect_refused(request, "envelope-refused");
  set(request.headers, "Content-Type", "application/zip");
  expect_refused(request, "envelope-refused");
  request = good;
  request.body[request.body.size() / 2] ^= 1;
  expect_refused(request, "envelope-refused");
  request = good;
  const auto other = trust::make_authority({.common_name = "other"}, trust::Time{},
                                           trust::Time(std::chrono::hours(1'000'000)));
  const auto foreign = trust::seal(zip, other.chain.front()).value();
  request.body.assign(reinterpret_cast<const char*>(foreign.data()), foreign.size());
  expect_refused(request, "envelope-refused");
}

//= UPL-FOREIGN-DEVICE type=test
TEST_F(UploadRefused, ADeviceOfAnotherAccount) {
  const Client other = service.register_agent("Another Ltd");
  ASSERT_EQ(service.ask(upload_request(other, {report_of("Maker", "SN1", "o1")}, key_a), other.credentials)
                .value()
                .status,
            201u);
  const auto stored = service.counts();
  // One foreign device refuses the whole package, the own ones in it too.
  const auto request =
      upload_request(client, {report_of("Maker", "SN7", "r0"), report_of("Maker", "SN1", "r1")}, key_a);
  EXPECT_EQ(ServiceWorld::code_of(service.ask(request, client.credentials)), "foreign-device");
  EXPECT_EQ(service.counts(), stored);
}

//= UPL-DEVICE-SERIAL type=test
//= DEV-ONE type=test
TEST(DeviceUpload, ADeviceReportsItselfOnly) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  const trust::Credentials maker = maker_root();
  const trust::Credentials factory = factory_certificate(maker, key, "SN-1");
  ServiceWorld service(7, rogue::StoreDefect::none, {maker.chain.front()});
  const auto account = service.run(service.server_host, service.server->registry().account("Example"));
  ASSERT_TRUE(
      service.run(service.server_host, service.server->registry().expect_device(*account, "Maker", "SN-1")));
  const auto asked = service.device_registration("SN-1", key);
  const auto registered =
      service.ask(exchange::post("/v1/registration", exchange::media_xml, schema::encode(asked)), factory);
  const auto reply = schema::decode_register_response(registered.value().body).value();
  const trust::Credentials own{key, trust::Certificate::chain_from_pem(reply.certificate).value()};
  const auto upload = [&](const std::string& serial, const std::string& idempotency_key) {
    model::Manifest manifest;
    manifest.package_id = idempotency_key;
    manifest.sender_id = reply.sender_id;
    manifest.created_at = model::Stamp::from_ms(1);
    const auto zip = exchange::make_package(manifest, {report_of("Maker", serial, "r1")}).value();
    auto conversation = exchange::upload(zip, idempotency_key, std::nullopt).value();
    return service.ask(std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request, own);
  };
  const auto before = service.counts();
  EXPECT_EQ(ServiceWorld::code_of(upload("SN-2", key_a)), "foreign-device");
  EXPECT_EQ(service.counts(), before);
  EXPECT_EQ(upload("SN-1", key_b).value().status, 201u);
  // An agent of the same account reads it too: it is one device.
  const Client agent = service.register_agent("Example");
  EXPECT_EQ(service.ask(upload_request(agent, {report_of("Maker", "SN-1", "r2")}, key_a), agent.credentials)->status,
            201u);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM device WHERE serial_number = 'SN-1'"), 1);
  EXPECT_EQ(service.count("SELECT COUNT(DISTINCT device_id) FROM report"), 1);
}

//= UPL-REPEAT type=test
//= UPL-CONFLICT type=test
//= UPL-REPORT-ONCE type=test
//= UPL-KEY-SCOPE type=test
TEST_F(UploadRefused, AcceptedOnceHoweverOftenItIsSent) {
  const auto request =
      upload_request(client, {report_of("Maker", "SN1", "r1"), report_of("Maker", "SN2", "r2")}, key_a);
  const auto first = service.ask(request, client.credentials);
  ASSERT_EQ(first.value().status, 201u);
  const auto stored = service.counts();
  EXPECT_EQ(stored.at("report"), 2);
  EXPECT_EQ(stored.at("device"), 2);
  for (int i = 0; i < 3; ++i) {
    const auto again = service.ask(request, client.credentials);
    EXPECT_EQ(again.value().status, 200u);
    EXPECT_EQ(again->body, first->body);
    EXPECT_EQ(service.counts(), stored);
  }
  // The same key for another package.
  EXPECT_EQ(ServiceWorld::code_of(service.ask(
                upload_request(client, {report_of("Maker", "SN1", "r3")}, key_a), client.credentials)),
            "idempotency-conflict");
  EXPECT_EQ(service.counts(), stored);
  // A report that came before, in another package: answered, not stored again.
  const auto moved = service.ask(
      upload_request(client, {report_of("Maker", "SN1", "r1"), report_of("Maker", "SN1", "r4")}, key_b),
      client.credentials);
  ASSERT_EQ(moved.value().status, 201u);
  EXPECT_EQ(service.counts().at("report"), 3);
  EXPECT_EQ(service.counts().at("meter_read"), 3);
  EXPECT_EQ(schema::decode_receipt(moved->body).value().reports.size(), 2u);
  // Another sender's use of the same key is its own.
  const Client second = service.register_agent();
  EXPECT_EQ(service.ask(upload_request(second, {report_of("Maker", "SN9", "r1")}, key_a), second.credentials)
                .value()
                .status,
            201u);
}

}  // namespace
}  // namespace mr::hostile
