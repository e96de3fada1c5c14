// flow-table, no-leak, no-address-in-locked-down and audit-complete: each holds on an honest history and
// fails on each doctored one.
#include "scenarios/checks/markers.hpp"
#include "scenarios/checks/test_run.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using runtime::Instant;

class Flows : public test::TestRun {
 protected:
  Flows() { use("flow-table"); }
  void flow_event(std::string_view service, std::string_view protocol, std::int64_t port,
                  std::string_view direction, std::string_view to, std::string_view outcome = "connected") {
    tell(Instant(1h), "office-agent",
         {.kind = "flow",
          .fields = {{"from", "192.0.2.1"},
                     {"to", to},
                     {"protocol", protocol},
                     {"port", port},
                     {"service", service},
                     {"direction", direction},
                     {"outcome", outcome}}});
  }
  void honest() {
    flow_event("https", "tcp", 443, "outbound", "198.51.100.10");
    flow_event("snmp", "udp", 161, "inside", "10.0.0.1", "sent");
    flow_event("icmp", "icmp", 0, "inside", "10.0.0.1", "answered");
    flow_event("dns", "dns", 53, "inside", "resolver", "answered");
    flow_event("raw", "tcp", 9100, "inside", "10.0.0.1");
    flow_event("none", "tcp", 9100, "inside", "10.0.0.2", "refused");
    flow_event("tls", "tcp", 443, "outbound", "198.51.100.10", "refused-by-tls");
  }
};

TEST_F(Flows, OfTheTableHold) {
  honest();
  expect_held();
}

TEST_F(Flows, NoneLeavingTheSiteIsNothingToCompare) {
  flow_event("snmp", "udp", 161, "inside", "10.0.0.1", "sent");
  expect_broken("nothing to compare");
}

TEST_F(Flows, FromOutsideFail) {
  honest();
  flow_event("https", "tcp", 443, "inward", "10.0.0.1");
  expect_broken("https from 192.0.2.1 to 10.0.0.1, port 443 comes from outside");
}

TEST_F(Flows, OfAServerThatConnectsFail) {
  honest();
  flow_event("https", "tcp", 443, "outside", "203.0.113.9");
  expect_broken("is opened outside of the sites");
}

TEST_F(Flows, ToAnotherHostFail) {
  honest();
  flow_event("https", "tcp", 443, "outbound", "203.0.113.9");
  expect_broken("leaves the site for another host");
}

TEST_F(Flows, SnmpToTheServerFails) {
  honest();
  flow_event("snmp", "udp", 161, "outbound", "198.51.100.10", "sent");
  expect_broken("snmp from 192.0.2.1 to 198.51.100.10, port 161 leaves the site");
}

TEST_F(Flows, AreJudgedByServiceNotByPort) {
  honest();
  flow_event("http", "tcp", 443, "outbound", "198.51.100.10");  // plain text where HTTPS belongs
  expect_broken("http from 192.0.2.1 to 198.51.100.10, port 443 leaves the site");
}

TEST_F(Flows, OfAnUnknownServiceFail) {
  honest();
  flow_event("unknown", "tcp", 4444, "inside", "10.0.0.1");
  expect_broken("unknown from 192.0.2.1 to 10.0.0.1, port 4444 is not in Table 7");
}

TEST_F(Flows, AtPortsThatTheTableDoesNotHaveFail) {
  honest();
  flow_event("none", "tcp", 23, "inside", "10.0.0.1", "refused");
  expect_broken("port 23 is not in Table 7");
}

TEST_F(Flows, AreAtShiftedPortsOnAStageThatShifts) {
  setting_.port_shift = 20'000;
  flow_event("https", "tcp", 20'443, "outbound", "198.51.100.10");
  flow_event("icmp", "icmp", 0, "inside", "10.0.0.1", "answered");
  expect_held();
}

class Leaks : public test::TestRun {
 protected:
  Leaks() : job_(planted_job(7, 1)) {
    setting_.markers = markers_of(job_);
    add_secret(setting_.markers, "registration key of office", "MR1-ABCD-EFGH", true);
    add_secret(setting_.markers, "community of office", "s3cret-community");
    use("no-leak");
  }
  // The site's own traffic: a job to a printer.
  void inside() {
    Connection connection = agent_end(900);
    connection.leaves_site = false;
    connection.remote = {boost::asio::ip::make_address("10.0.0.1"), 9100};
    flow(connection, Observed::What::sent, as_print_stream(job_, 2));
  }
  void honest() {
    inside();
    leaves(request("/v1/registration",
                   "<RegisterForManagement>MR1-ABCD-EFGH contact@customer.example</RegisterForManagement>"));
    leaves(upload("<Level>12</Level>"));
  }
  static std::string base64(std::string_view text) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
      bits = bits << 8 | static_cast<unsigned char>(c);
      for (count += 8; count >= 6; count -= 6) out += digits[bits >> (count - 6) & 63];
    }
    if (count > 0) out += digits[bits << (6 - count) & 63];
    while (out.size() % 4 != 0) out += '=';
    return out;
  }
  static std::string utf16(std::string_view text) {
    std::string out;
    for (const char c : text) (out += c) += '\0';
    return out;
  }
  PlantedJob job_;
};

TEST_F(Leaks, AreNoneWhereWhatLeavesIsClean) {
  honest();
  const Judgement judgement = check_->judge();
  EXPECT_TRUE(judgement.held) << judgement.message;
  EXPECT_THAT(judgement.message,
              testing::HasSubstr("5 markers, 4 of which were seen inside; 1 packages opened"));
}

TEST_F(Leaks, AreNotDisprovenByMarkersThatNobodyUsed) {
  leaves(upload("<Level>12</Level>"));
  expect_broken("nothing to compare: no marker in the traffic inside any site");
}

TEST_F(Leaks, AreNotDisprovenByTheRegistrationKeyAlone) {
  leaves(request("/v1/registration", "<RegisterForManagement>MR1-ABCD-EFGH</RegisterForManagement>"));
  leaves(upload("<Level>12</Level>"));
  expect_broken("nothing to compare: no marker in the traffic inside any site");
}

TEST_F(Leaks, AreNotDisprovenWherePackagesAreMissing) {
  inside();
  expect_broken("nothing to compare: no package that leaves a site");
}

TEST_F(Leaks, InAReportAreFoundThroughEnvelopeAndZip) {
  honest();
  leaves(upload("<JobName>" + job_.document + "</JobName>"));
  expect_broken("the document name " + job_.document +
                " left office as it is in POST /v1/reports: reports/r1.xml");
}

TEST_F(Leaks, AreFoundInEachSpelling) {
  const std::vector<std::pair<std::string, std::string>> spellings = {
      {job_.mail.substr(0, 4) + "&#x" + "2d;" + job_.mail.substr(5), "XML-escaped"},
      {job_.mail.substr(0, job_.mail.find('@')) + "%40customer.example", "percent-encoded"},
      {utf16(job_.user), "in UTF-16"},
      {base64(job_.user), "in base64"},
      {base64("x" + job_.user), "in base64"},
      {base64("xy" + utf16(job_.user)), "in base64 of UTF-16"},
      {"USER-" + job_.user.substr(5), "as it is"},
  };
  for (const auto& [text, how] : spellings) {
    use("no-leak");
    honest();
    leaves(upload("<Text>" + text + "</Text>"));
    expect_broken("left office " + how + " in POST /v1/reports: reports/r1.xml");
  }
}

TEST_F(Leaks, OfASecretAreFoundInAHeader) {
  honest();
  leaves("GET /v1/schedule?c=s3cret-community HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_broken("the community of office left office as it is in GET /v1/schedule: its header");
}

TEST_F(Leaks, OfTheRegistrationKeyAreFoundOutsideOfRegistrations) {
  honest();
  leaves(request("/v1/schedule", "<GetSchedule>mr1-abcd-efgh</GetSchedule>"));
  expect_broken("the registration key of office left office");
}

TEST_F(Leaks, OfTheRegistrationKeyAreFoundInTheTargetOfARegistration) {
  honest();
  leaves(request("/v1/registration?key=MR1-ABCD-EFGH", "<RegisterForManagement/>"));
  expect_broken("the registration key of office left office");
}

TEST_F(Leaks, OfAPrivateKeyAreFound) {
  honest();
  leaves(request("/v1/registration", "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END"));
  expect_broken("a private key left office as it is");
  use("no-leak");
  honest();
  leaves(
      request("/v1/schedule", base64(std::string("\x30\x77\x02\x01\x01\x04\x20", 7) + std::string(32, 'k'))));
  expect_broken("a private key left office in base64");
}

TEST_F(Leaks, WithoutHttpAreFoundAcrossPieces) {
  honest();
  leaves("hello there, this is " + job_.user + " speaking");
  expect_broken("left office as it is in a connection to 198.51.100.10:443");
}

TEST_F(Leaks, InADatagramAreFound) {
  honest();
  datagram("community s3cret-community", true);
  expect_broken("left office as it is in a datagram to 203.0.113.5:161");
}

TEST_F(Leaks, CannotHideInAnEnvelopeForAnotherKey) {
  honest();
  leaves(upload("<a/>", "for-another:"));
  expect_broken("POST /v1/reports: its body of office cannot be looked into: sealed for another");
}

TEST_F(Leaks, SecretsThatAreNoneAreNotMarkers) {
  std::vector<Setting::Marker> markers;
  EXPECT_FALSE(add_secret(markers, "community", "public"));
  EXPECT_FALSE(add_secret(markers, "community", "abc"));
  EXPECT_TRUE(add_secret(markers, "community", "longer-one"));
  EXPECT_FALSE(add_secret(markers, "community again", "longer-one"));
}

TEST(Markers, ComeFromTheSeedAndDiffer) {
  EXPECT_EQ(planted_job(1, 1).document, planted_job(1, 1).document);
  EXPECT_NE(planted_job(1, 1).document, planted_job(1, 2).document);
  EXPECT_NE(planted_job(1, 1).document, planted_job(2, 1).document);
  const std::string stream = as_print_stream(planted_job(1, 1), 3);
  for (const Setting::Marker& marker : markers_of(planted_job(1, 1)))
    EXPECT_THAT(stream, testing::HasSubstr(marker.text));
  EXPECT_EQ(std::ranges::count(stream, '\f'), 3);
}

class LockedDown : public test::TestRun {
 protected:
  LockedDown() { use("no-address-in-locked-down"); }
  void lock(Instant at, std::string_view mode = "lockedDown") {
    tell(at, "office-agent", {.kind = "agent.mode", .fields = {{"mode", mode}}});
  }
};

TEST_F(LockedDown, HoldsWhereReportsLeaveWithoutAddresses) {
  leaves(upload("<IpAddress>10.0.0.1</IpAddress>"), Instant(17h));  // before the switch
  leaves(request("/v1/schedule", "<GetSchedule/>"), Instant(17h));
  lock(Instant(17h + 1min));
  leaves(upload("<Firmware>10.0.0.12</Firmware><Firmware>10.0.0.1.7</Firmware>"),
         Instant(18h));  // others' numbers
  expect_held();
}

TEST_F(LockedDown, HasNothingToCompareWithoutAReport) {
  lock(Instant(17h));
  expect_broken("nothing to compare");
}

TEST_F(LockedDown, HasNothingToCompareWhereNobodySwitched) {
  leaves(upload("<a/>"));
  expect_broken("nothing to compare");
}

TEST_F(LockedDown, FailsForAPrintersAddress) {
  lock(Instant(17h));
  leaves(upload("<Description>at 10.0.0.1, ready</Description>"));
  expect_broken("10.0.0.1 left office as it is in POST /v1/reports: reports/r1.xml");
}

TEST_F(LockedDown, FailsForTheAgentsAddressInAHeader) {
  lock(Instant(17h));
  leaves(upload("<a/>"));
  leaves("POST /v1/reports HTTP/1.1\r\nX-From: 192.0.2.1\r\nContent-Length: 0\r\n\r\n");
  expect_broken("192.0.2.1 left office as it is in POST /v1/reports: its header");
}

TEST_F(LockedDown, FailsForAnEscapedAddress) {
  lock(Instant(17h));
  leaves(upload("<Name>10&#46;0.0.1</Name>"));
  expect_broken("10.0.0.1 left office XML-escaped");
}

TEST_F(LockedDown, FailsForAQuery) {
  lock(Instant(17h));
  leaves(upload("<a/>"));
  leaves(request("/v1/schedule", "<GetSchedule/>"));
  expect_broken("office sent POST /v1/schedule in Locked Down mode");
}

TEST_F(LockedDown, FailsForResultsAndForSoftware) {
  for (const char* target : {"/v1/action-results", "/v1/software/1"}) {
    use("no-address-in-locked-down");
    lock(Instant(17h));
    leaves(upload("<a/>"));
    leaves(request(target, "", "application/xml", std::string(target).ends_with("1") ? "GET" : "POST"));
    expect_broken(std::string(target) + " in Locked Down mode");
  }
}

TEST_F(LockedDown, HoldsFromTheStartWhereTheAgentStartsSo) {
  setting_.sites[0].locked_down = true;
  leaves(upload("<IpAddress>10.0.0.1</IpAddress>"));
  expect_broken("10.0.0.1 left office");
}

TEST_F(LockedDown, EndsOnSite) {
  lock(Instant(16h));
  leaves(upload("<a/>"), Instant(16h + 1min));
  lock(Instant(17h), "normal");
  leaves(upload("<IpAddress>10.0.0.1</IpAddress>"), Instant(18h));
  expect_held();
}

class Audit : public test::TestRun {
 protected:
  Audit() { use("audit-complete"); }
  void row(std::int64_t seq, std::string_view peer, std::string_view outcome = "accepted",
           std::string_view what = "upload", std::string_view host = "server") {
    tell(Instant(18h), host,
         {.kind = "audit",
          .fields = {
              {"seq", seq}, {"what", what}, {"outcome", outcome}, {"peer", peer}, {"sender", "sender-1"}}});
  }
  // A connection from that port of the agent with one request and its answer.
  void served(std::uint16_t port, unsigned status = 201) {
    const Connection connection = server_end(port, port);
    flow(connection, Observed::What::received, upload("<a/>"));
    flow(connection, Observed::What::sent, answer(status));
    flow(connection, Observed::What::closed);
  }
};

TEST_F(Audit, HoldsWhereEachMessageHasItsRow) {
  row(1, "", "accepted", "administration");
  served(5001);
  row(2, "192.0.2.1:5001");
  served(5002, 403);
  row(3, "192.0.2.1:5002", "refused");
  Connection failed = server_end(3, 5003);
  failed.secure = false;
  flow(failed, Observed::What::refused);
  row(4, "192.0.2.1:5003", "refused", "tls");
  tell(Instant(18h), "server", {.kind = "order.placed", .id = "o1"});
  row(5, "", "accepted", "order");
  row(1, "192.0.2.1:1", "accepted", "upload", "impostor-1");  // another server's audit
  expect_held();
}

TEST_F(Audit, HasNothingToCompareWithoutMessages) {
  row(1, "", "accepted", "administration");
  expect_broken("nothing to compare");
}

TEST_F(Audit, FailsForAMissingRow) {
  served(5001);
  row(1, "192.0.2.1:5001");
  served(5002);
  expect_broken("0 audit rows, accepted, of 192.0.2.1:5002: the network saw 1, some are missing");
}

TEST_F(Audit, FailsForARefusedHandshakeWithoutRow) {
  served(5001);
  row(1, "192.0.2.1:5001");
  flow(server_end(3, 5003), Observed::What::refused);
  expect_broken("0 audit rows, refused, of 192.0.2.1:5003");
}

TEST_F(Audit, FailsForAnInventedRow) {
  served(5001);
  row(1, "192.0.2.1:5001");
  row(2, "192.0.2.1:6000");
  expect_broken("1 audit rows, accepted, of 192.0.2.1:6000: the network saw 0, some are invented");
}

TEST_F(Audit, FailsForARefusalThatIsCalledAccepted) {
  served(5001, 403);
  row(1, "192.0.2.1:5001", "accepted");
  expect_broken("192.0.2.1:5001: the network saw 0, some are invented");
}

TEST_F(Audit, FailsForAGap) {
  served(5001);
  row(1, "192.0.2.1:5001");
  served(5002);
  row(3, "192.0.2.1:5002");
  expect_broken("audit row 2 is missing");
}

TEST_F(Audit, FailsForANumberGivenTwice) {
  served(5001);
  row(1, "192.0.2.1:5001");
  served(5002);
  row(1, "192.0.2.1:5002");
  expect_broken("audit row 1 is there twice");
}

TEST_F(Audit, FailsForAnOrderWithoutRow) {
  served(5001);
  row(1, "192.0.2.1:5001");
  tell(Instant(18h), "server", {.kind = "order.placed", .id = "o1"});
  expect_broken("0 audit rows of kind order, 1 were done");
}

TEST_F(Audit, CountsEachRequestOfAConnectionThatIsKept) {
  const Connection connection = server_end(1, 5001);
  for (int i = 0; i < 2; ++i) {
    flow(connection, Observed::What::received, request("/v1/schedule", "<GetSchedule/>"));
    flow(connection, Observed::What::sent, answer(200));
  }
  flow(connection, Observed::What::closed);
  row(1, "192.0.2.1:5001", "accepted", "schedule");
  expect_broken("1 audit rows, accepted, of 192.0.2.1:5001: the network saw 2");
}

TEST_F(Audit, ARequestThatBrokeOffMayHaveARowOrNone) {
  for (const bool told : {false, true}) {
    use("audit-complete");
    served(5001);
    row(1, "192.0.2.1:5001");
    const Connection connection = server_end(2, 5002);
    flow(connection, Observed::What::received, "POST /v1/reports HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc");
    flow(connection, Observed::What::closed);
    if (told) row(2, "192.0.2.1:5002", "refused", "request");
    expect_held();
  }
}

TEST_F(Audit, WhatEndsAtTheEndOfTheRunMayBeUnfinished) {
  served(5001);
  row(1, "192.0.2.1:5001");
  const Connection connection = server_end(2, 5002);
  flow(connection, Observed::What::received, upload("<a/>"), Instant(47h + 59min));
  flow(connection, Observed::What::sent, answer(201), Instant(47h + 59min));
  expect_held();
}

}  // namespace
}  // namespace mr::scenarios
