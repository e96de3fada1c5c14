// The audit: one record for whatever came in, in order, without gaps and without secrets; bounded for those
// whom nobody knows.
#include <gtest/gtest.h>

#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/schema/register.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

struct AuditTest : testing::Test {
  exchange::HttpRequest schedule() {
    auto conversation = exchange::schedule_query({});
    return std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request;
  }
  ServiceWorld service;
};

//= AUD-EVERY type=test
//= AUD-APPEND type=test
TEST_F(AuditTest, EveryRequestAndHandshakeHasOneRecord) {
  const Client agent = service.register_agent();
  const auto upload =
      upload_request(agent, {report_of("Maker", "SN-1", "r-1")}, "7f0c1a52-0000-4000-8000-000000000001");
  const std::pair<exchange::HttpRequest, std::string> requests[] = {
      {schedule(), "schedule accepted "},
      {upload, "upload accepted "},
      {upload, "upload repeated "},
      {{"POST", "/v1/schedule", {{"Content-Type", "application/xml"}}, "<a"},
       "schedule refused malformed-xml"},
      {{"POST", "/v1/alerts", {}, {}}, "POST /v1/alerts refused not-implemented"},
      {{"GET", "/v1/software/fw", {}, {}}, "software refused not-found"},
      {{"GET", "/nothing", {}, {}}, "GET /nothing refused not-found"}};
  for (const auto& [request, record] : requests) {
    const auto before = service.audits();
    ASSERT_TRUE(service.ask(request, agent.credentials)) << record;
    EXPECT_EQ(service.audits(), before + 1) << record;
    EXPECT_TRUE(service.last_audit().starts_with(record)) << record << ": " << service.last_audit();
  }
  const auto before = service.audits();
  const trust::Credentials stranger = trust::make_authority(
      {.common_name = "stranger"}, service.server_host.clock().wall() - std::chrono::hours(1),
      service.server_host.clock().wall() + std::chrono::hours(1));
  EXPECT_FALSE(service.ask(schedule(), stranger));
  EXPECT_EQ(service.audits(), before + 1);
  EXPECT_TRUE(service.last_audit().starts_with("tls refused ")) << service.last_audit();
  EXPECT_EQ(service.count("SELECT MAX(seq) - MIN(seq) + 1 FROM audit"), service.audits());
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE sender_id <> '' AND account_id = ''"), 0);
}

//= AUD-BEFORE-ANSWER type=test
TEST_F(AuditTest, WhatWasAcceptedIsInTheAuditAfterAPowerCut) {
  const Client agent = service.register_agent();
  const auto upload =
      upload_request(agent, {report_of("Maker", "SN-1", "r-1")}, "7f0c1a52-0000-4000-8000-000000000001");
  ASSERT_EQ(service.ask(upload, agent.credentials)->status, 201u);
  service.reboot();
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE what = 'registration' AND outcome = 'accepted'"),
            1);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE what = 'upload' AND outcome = 'accepted'"), 1);
}

//= AUD-NO-SECRET type=test
TEST_F(AuditTest, NeitherKeyNorTokenIsInTheStore) {
  const std::string key = service.make_key();
  const auto token =
      service.run(service.server_host, service.server->users().add({"ann", server::Role::auditor, ""}));
  ASSERT_TRUE(token);
  const auto pair = trust::PrivateKey::generate_p256();
  const auto registration = exchange::post("/v1/registration", exchange::media_xml,
                                           schema::encode(service.registration(key, pair)));
  ASSERT_EQ(service.ask(registration)->status, 201u);
  EXPECT_EQ(service.ask({"POST", "/v1/schedule?key=" + key, {}, {}})->status, 403u);
  service.audits();
  for (const std::string& secret : {key, *token}) {
    EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE detail LIKE $1 OR what LIKE $1",
                            {"%" + secret + "%"}),
              0);
    EXPECT_EQ(
        service.count("SELECT COUNT(*) FROM registration_key WHERE digest LIKE $1", {"%" + secret + "%"}), 0);
    EXPECT_EQ(
        service.count("SELECT COUNT(*) FROM server_user WHERE token_digest LIKE $1", {"%" + secret + "%"}),
        0);
  }
}

//= AUD-MANY type=test
TEST_F(AuditTest, AFloodOfRefusalsIsToldTogether) {
  const auto before = service.audits();
  for (std::uint32_t i = 0; i < server::Refusals::each_max + 40; ++i) {
    EXPECT_EQ(service.ask({"GET", "/" + std::to_string(i), {}, {}})->status, 403u);
  }
  const auto minute = service.world.run_for(std::chrono::seconds(61));
  ASSERT_TRUE(minute);
  EXPECT_EQ(service.audits(), before + server::Refusals::each_max + 1);
  EXPECT_EQ(service.last_audit(), "request refused 40 more within a minute: not-registered");
  // A registered sender is not among them.
  const Client agent = service.register_agent();
  const auto known = service.audits();
  for (std::uint32_t i = 0; i < server::Refusals::each_max + 40; ++i) {
    EXPECT_EQ(
        service.ask({"POST", "/v1/schedule", {{"Content-Type", "application/xml"}}, "<a"}, agent.credentials)
            ->status,
        400u);
  }
  EXPECT_EQ(service.audits(), known + server::Refusals::each_max + 40);
}

}  // namespace
}  // namespace mr::hostile
