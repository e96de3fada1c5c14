#include <gtest/gtest.h>

#include "reference/protocol/exchange/register.hpp"
#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/envelope.hpp"

namespace mr::exchange {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string key_a = "7f0c1a52-0000-4000-8000-00000000000a";

HttpResponse reply(unsigned status, std::string body = {}, Headers headers = {}) { return {status, std::move(headers), std::move(body)}; }

std::string refused_with(model::ErrorCode code) { return schema::encode(model::ProtocolError::of(code, "why")); }

Conversation<model::Receipt> sample_upload() {
  static const std::byte zip[] = {std::byte{'z'}};
  return upload(zip, key_a, std::nullopt).value();
}

//= RETRY-BACKOFF type=test
TEST(Backoff, DoublesToAnHourLessAtMostAQuarter) {
  Backoff full, least;
  for (const int s : {30, 60, 120, 240, 480, 960, 1920, 3600, 3600}) {
    EXPECT_EQ(full.next(0), seconds(s));
    const auto shortest = least.next(static_cast<std::uint64_t>(milliseconds(seconds(s)).count() / 4));
    EXPECT_EQ(shortest, milliseconds(seconds(s)) * 3 / 4);
  }
  full.succeeded();
  EXPECT_EQ(full.next(0), seconds(30));
}

//= RETRY-AFTER type=test
TEST(Backoff, TakesALongerRetryAfterButNotMoreThanADay) {
  Backoff backoff;
  EXPECT_EQ(backoff.next(0, seconds(5)), seconds(30));
  EXPECT_EQ(backoff.next(0, seconds(500)), seconds(500));
  EXPECT_EQ(backoff.next(0, seconds(4'000'000'000)), std::chrono::hours(24));
}

//= RETRY-SAME type=test
TEST(Conversation, RepeatsTheSameBytesUntilTheServerDecides) {
  auto conversation = sample_upload();
  const auto first = conversation.resume(Begin{});
  const std::string body = std::get<Send>(first).request.body;
  EXPECT_EQ(find(std::get<Send>(first).request.headers, "idempotency-key"), key_a);
  for (const Event& trouble : {Event(Failed{Fault(boost::system::errc::make_error_code(boost::system::errc::connection_refused)), 0}),
                               Event(Arrived{reply(503, refused_with(model::ErrorCode::busy), {{"Retry-After", "900"}}), 0}),
                               Event(Arrived{reply(500), 0}), Event(Arrived{reply(201, "<not a receipt"), 0})}) {
    ASSERT_TRUE(std::holds_alternative<Pause>(conversation.resume(trouble)));
    const auto again = conversation.resume(Elapsed{});
    EXPECT_EQ(std::get<Send>(again).request.body, body);
    EXPECT_EQ(find(std::get<Send>(again).request.headers, "Idempotency-Key"), key_a);
  }
  const model::Receipt receipt{key_a, key_a, model::Stamp{}, {}};
  const auto end = conversation.resume(Arrived{reply(200, schema::encode(receipt)), 0});
  EXPECT_EQ(std::get<Accepted<model::Receipt>>(end).status, 200u);
}

//= RETRY-AFTER type=test
TEST(Conversation, HonoursRetryAfter) {
  auto conversation = sample_upload();
  conversation.resume(Begin{});
  const auto action = conversation.resume(Arrived{reply(503, {}, {{"retry-after", "900"}}), 0});
  EXPECT_EQ(std::get<Pause>(action).time, seconds(900));
}

//= RETRY-REFUSED type=test
TEST(Conversation, EndsAtARefusal) {
  for (const auto code : {model::ErrorCode::foreign_device, model::ErrorCode::idempotency_conflict, model::ErrorCode::not_implemented}) {
    auto conversation = sample_upload();
    conversation.resume(Begin{});
    const auto action = conversation.resume(Arrived{reply(model::http_status(code), refused_with(code)), 0});
    EXPECT_EQ(std::get<Refused>(action).code, model::word(code));
    EXPECT_EQ(std::get<Refused>(action).detail, "why");
  }
}

TEST(Conversation, ARefusalWithoutAnErrorBodyIsStillOne) {
  auto conversation = sample_upload();
  conversation.resume(Begin{});
  const auto action = conversation.resume(Arrived{reply(404, "<html>"), 0});
  EXPECT_EQ(std::get<Refused>(action).code, "status-404");
}

TEST(Upload, AReceiptForAnotherUploadIsNotBelieved) {
  auto conversation = sample_upload();
  conversation.resume(Begin{});
  const model::Receipt other{key_a, "7f0c1a52-0000-4000-8000-00000000000b", model::Stamp{}, {}};
  const auto action = conversation.resume(Arrived{reply(201, schema::encode(other)), 0});
  EXPECT_NE(std::get<Pause>(action).why.find("another upload"), std::string::npos);
}

//= UPL-AGENT-CMS type=test
TEST(Upload, ThePackageHoldsManifestAndReportsAndIsSealedForAnAgent) {
  model::Manifest manifest;
  manifest.package_id = key_a;
  manifest.sender_id = "sender-1";
  model::DeviceReport report;
  report.report_id = "report-1";
  report.identity.serial_number = "SN1";
  const Bytes zip = make_package(manifest, {report}).value();
  const auto entries = package::unpack(zip).value();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(schema::decode_manifest(entries[0].content).value().reports.front().name, "reports/report-1.xml");
  EXPECT_EQ(schema::decode_report(entries[1].content).value(), report);

  const auto from = trust::Time(std::chrono::hours(0)), to = from + std::chrono::hours(1000);
  const trust::Credentials recipient = trust::make_authority({.common_name = "envelope"}, from, to);
  auto sealed = upload(zip, key_a, recipient.chain.front()).value();
  const auto action = sealed.resume(Begin{});
  const HttpRequest& request = std::get<Send>(action).request;
  EXPECT_EQ(find(request.headers, "Content-Type"), std::string(media_sealed));
  EXPECT_EQ(find(request.headers, "Content-Fingerprint"), fingerprint(zip));
  EXPECT_EQ(request.body.find("PK"), std::string::npos);
  const auto body = std::as_bytes(std::span(request.body));
  EXPECT_EQ(trust::open(body, recipient, 1 << 20).value(), zip);
}

TEST(Registration, BelievesOnlyACertificateForItsOwnKeyAndId) {
  const auto from = trust::Time(std::chrono::hours(0)), to = from + std::chrono::hours(1000);
  const trust::Credentials root = trust::make_authority({.common_name = "root"}, from, to);
  const trust::PrivateKey key = trust::PrivateKey::generate_p256(), other = trust::PrivateKey::generate_p256();
  const auto issued = [&](const trust::PrivateKey& whose, const std::string& name) {
    return trust::issue(root, {.subject = {.common_name = name}, .not_before = from, .not_after = to, .public_key_der = whose.public_key_der()})
        .value()
        .pem();
  };
  model::RegisterForManagementResponse good;
  good.sender_id = "sender-1";
  good.account_id = "account-1";
  good.certificate = issued(key, "sender-1");
  good.envelope_certificate = root.chain.front().pem();
  const auto outcome = [&](const model::RegisterForManagementResponse& response) {
    model::RegisterForManagement request;
    request.host_name = "h";
    request.product_name = "p";
    request.product_version = "1";
    request.csr = trust::make_csr(key, {.common_name = "h"});
    auto conversation = registration(request, key);
    conversation.resume(Begin{});
    return conversation.resume(Arrived{reply(201, schema::encode(response)), 0});
  };
  EXPECT_TRUE(std::holds_alternative<Accepted<model::RegisterForManagementResponse>>(outcome(good)));
  auto foreign_key = good;
  foreign_key.certificate = issued(other, "sender-1");
  EXPECT_TRUE(std::holds_alternative<Pause>(outcome(foreign_key)));
  auto other_name = good;
  other_name.certificate = issued(key, "sender-2");
  EXPECT_TRUE(std::holds_alternative<Pause>(outcome(other_name)));
}

//= ACT-UNACKNOWLEDGED type=test
TEST(ActionResults, WhatIsLeftOutIsSettledAndWhatWasNotSentIsWrong) {
  model::SendActionResults results;
  results.results.push_back({.action_id = "a"});
  results.results.push_back({.action_id = "b"});
  auto conversation = action_results(results);
  conversation.resume(Begin{});
  model::Acknowledgement half{model::Stamp{}, {"a"}}, foreign{model::Stamp{}, {"a", "c"}};
  EXPECT_TRUE(std::holds_alternative<Pause>(conversation.resume(Arrived{reply(200, schema::encode(foreign)), 0})));
  conversation.resume(Elapsed{});
  const auto settled = conversation.resume(Arrived{reply(200, schema::encode(half)), 0});
  ASSERT_TRUE(std::holds_alternative<Accepted<model::Acknowledgement>>(settled));
  EXPECT_EQ(std::get<Accepted<model::Acknowledgement>>(settled).reply, half);
}

TEST(Media, IsTheTypeAndTheSmimeTypeAlone) {
  EXPECT_TRUE(is_media("application/xml", media_xml));
  EXPECT_TRUE(is_media("Application/XML ; charset=\"utf-8\"", media_xml));
  EXPECT_TRUE(is_media("application/pkcs7-mime;name=x; SMIME-TYPE=\"authenveloped-data\"", media_sealed));
  EXPECT_FALSE(is_media("application/pkcs7-mime", media_sealed));
  EXPECT_FALSE(is_media("application/pkcs7-mime; smime-type=enveloped-data", media_sealed));
  EXPECT_FALSE(is_media("application/xml-dtd", media_xml));
  EXPECT_FALSE(is_media("", media_xml));
}

}  // namespace
}  // namespace mr::exchange
