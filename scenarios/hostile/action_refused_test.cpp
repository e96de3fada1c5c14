// Who may ask for what: queueing is refused without role, account, device, permission or software, each with
// its own reason; what is queued is listed, answered and fetched by its sender alone.
#include <gtest/gtest.h>

#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

using server::QueueRequest;
using server::Role;

// A server with a support administrator `ann` of the account Example, and an agent of it that reported the
// device Maker SN-1.
struct ActionRefused : testing::Test {
  ActionRefused() {
    example = service.run(service.server_host, service.server->registry().account("Example")).value();
    other = service.run(service.server_host, service.server->registry().account("Other")).value();
    add_user("ann", Role::support_administrator, example);
    agent = service.register_agent("Example");
    report({"RebootDevice", "UpgradeDevice"});
    device = text("SELECT id FROM device WHERE serial_number = 'SN-1'");
  }

  void add_user(const std::string& name, Role role, const std::string& account) {
    const auto token = service.run(service.server_host, service.server->users().add({name, role, account}));
    ASSERT_TRUE(token) << to_string(token.error());
  }
  std::string text(const std::string& sql) {
    const auto rows = service.server->store().query(sql, {}).value();
    return rows.empty() ? std::string() : std::get<std::string>(rows[0][0]);
  }
  // A report of SN-1 with these permissions, an hour after the one before; the manifest has `for_others`.
  void report(const std::vector<std::string>& actions, std::vector<std::string> for_others = {},
              std::int64_t later_ms = 3'600'000, std::optional<model::Stamp> until = {}) {
    read_ms += later_ms;
    model::DeviceReport told = report_of("Maker", "SN-1", "r-" + std::to_string(++uploads));
    told.read_time = model::Stamp::from_ms(read_ms);
    for (const std::string& action : actions) told.permissions.push_back({.action = action, .until = until});
    model::Manifest manifest;
    manifest.package_id = "9f2d1c52-0000-4000-8000-00000000000" + std::to_string(uploads);
    manifest.sender_id = agent.sender_id;
    manifest.created_at = told.read_time;
    for (const std::string& action : for_others) manifest.permissions.push_back({.action = action});
    const auto zip = exchange::make_package(std::move(manifest), {told});
    auto upload = exchange::upload(
        zip.value(), "7f0c1a52-0000-4000-8000-00000000000" + std::to_string(uploads), agent.envelope);
    const auto response = service.ask(
        std::get<exchange::Send>(upload.value().resume(exchange::Begin{})).request, agent.credentials);
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 201u) << response->body;
  }
  QueueRequest reboot() const {
    QueueRequest request;
    request.sender_id = agent.sender_id;
    request.kind = "RebootDevice";
    request.device_id = device;
    request.requested_by = "ann";
    return request;
  }
  Result<std::string> queue(QueueRequest request) {
    return service.run(service.server_host, service.server->dispatch().queue(std::move(request)));
  }
  // Expects the refusal, and that it left nothing but an audit record.
  void expect_refused(QueueRequest request, server::errc why) {
    const auto before = service.counts();
    const auto audits = service.audits();
    const auto queued = queue(std::move(request));
    ASSERT_FALSE(queued);
    EXPECT_EQ(queued.error().code, why) << to_string(queued.error());
    EXPECT_EQ(service.counts(), before);
    EXPECT_EQ(service.audits(), audits + 1);
    EXPECT_TRUE(service.last_audit().starts_with("action refused ")) << service.last_audit();
  }
  model::GetScheduleResponse listed(const Client& client) {
    auto conversation = exchange::schedule_query({});
    const auto response = service.ask(
        std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request, client.credentials);
    return schema::decode_get_schedule_response(response.value().body).value();
  }
  exchange::HttpRequest results(const std::vector<std::string>& ids) {
    model::SendActionResults sent;
    for (const std::string& id : ids)
      sent.results.push_back({.action_id = id,
                              .outcome = model::Outcome::performed,
                              .finished_at = model::Stamp::from_ms(read_ms)});
    auto conversation = exchange::action_results(sent);
    return std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request;
  }
  exchange::HttpResponse fetch(const Client& client, exchange::Headers headers = {},
                               const std::string& id = "fw-1") {
    return service.ask({"GET", "/v1/software/" + id, std::move(headers), {}}, client.credentials).value();
  }

  ServiceWorld service;
  std::string example, other, device;
  Client agent;
  std::int64_t read_ms = 1'772'000'000'000;
  int uploads = 0;
};

//= ACT-ROLE type=test
TEST_F(ActionRefused, OnlyASupportAdministratorOfTheAccountQueues) {
  add_user("mary", Role::account_manager, example);
  add_user("abel", Role::auditor, example);
  add_user("olga", Role::support_administrator, other);
  add_user("root", Role::support_administrator, "");
  for (const char* name : {"mary", "abel", "olga"}) {
    QueueRequest request = reboot();
    request.requested_by = name;
    expect_refused(request, server::errc::role_refused);
  }
  for (const char* name : {"", "nobody"}) {
    QueueRequest request = reboot();
    request.requested_by = name;
    expect_refused(request, server::errc::unknown_user);
  }
  QueueRequest request = reboot();
  request.requested_by = "root";
  EXPECT_TRUE(queue(request));
  ASSERT_TRUE(queue(reboot()));
  EXPECT_EQ(text("SELECT requested_by FROM action WHERE requested_by = 'ann'"), "ann");
}

TEST_F(ActionRefused, ARevokedOrExpiredUserQueuesNothing) {
  ASSERT_TRUE(service.run(service.server_host, service.server->users().revoke("ann")));
  expect_refused(reboot(), server::errc::unknown_user);
  const auto token = service.run(
      service.server_host,
      service.server->users().add({"brief", Role::support_administrator, example}, std::chrono::days(0)));
  ASSERT_TRUE(token);
  QueueRequest request = reboot();
  request.requested_by = "brief";
  expect_refused(request, server::errc::unknown_user);
}

//= ACT-DEVICE type=test
TEST_F(ActionRefused, TheDeviceMustBeOneThatTheSenderReports) {
  const Client second = service.register_agent("Example");
  QueueRequest request = reboot();
  request.device_id = "d-unknown";
  expect_refused(request, server::errc::unknown_device);
  request = reboot();
  request.sender_id = second.sender_id;  // of the same account, but it never reported the device
  expect_refused(request, server::errc::unknown_device);
  request = reboot();
  request.sender_id = "no-such-sender";
  expect_refused(request, server::errc::role_refused);  // ann is of one account: she learns nothing of others
  request = reboot();
  request.kind = "MakeCoffee";
  expect_refused(request, server::errc::unknown_kind);
  ASSERT_TRUE(service.run(service.server_host, service.server->registry().close_account(example)));
  expect_refused(reboot(), server::errc::unknown_account);
}

//= ACT-PERMISSION-SERVER type=test
TEST_F(ActionRefused, WithoutTheCustomersPermissionNothingIsQueued) {
  QueueRequest test_page = reboot();
  test_page.kind = "PrintTestPage";
  expect_refused(test_page, server::errc::not_permitted);
  EXPECT_TRUE(queue(reboot()));
  report({});  // withdrawn
  expect_refused(reboot(), server::errc::not_permitted);
  report({"RebootDevice"}, {}, -7'200'000);  // an older read that comes late
  expect_refused(reboot(), server::errc::not_permitted);
  report({"PrintTestPage"}, {}, 14'400'000);
  EXPECT_TRUE(queue(test_page));
  expect_refused(reboot(), server::errc::not_permitted);
}

TEST_F(ActionRefused, APermissionEndsAtItsInstant) {
  const auto now = service.server_host.clock().wall();
  report({"RebootDevice"}, {}, 3'600'000, model::Stamp{now + std::chrono::hours(1), {}});
  EXPECT_TRUE(queue(reboot()));
  const auto waited = service.world.run_for(std::chrono::hours(1));
  ASSERT_TRUE(waited);
  expect_refused(reboot(), server::errc::not_permitted);
}

TEST_F(ActionRefused, SendReportsNeedsNoPermissionButTheRole) {
  QueueRequest request = reboot();
  request.kind = "SendReports";
  EXPECT_TRUE(queue(request));
  request.device_id.clear();
  EXPECT_TRUE(queue(request));
  request.requested_by = "nobody";
  expect_refused(request, server::errc::unknown_user);
}

//= ACT-PERMISSION-OTHERS type=test
TEST_F(ActionRefused, WhatIsNotReportedYetIsPermittedByTheManifest) {
  QueueRequest start;
  start.sender_id = agent.sender_id;
  start.kind = "StartManagingDevice";
  start.requested_by = "ann";
  expect_refused(start, server::errc::bad_request);
  start.manufacturer = "Maker";
  start.serial_number = "SN-NEW";
  expect_refused(start, server::errc::not_permitted);
  report({}, {"StartManagingDevice"});
  ASSERT_TRUE(queue(start));
  const auto actions = listed(agent).actions;
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(actions[0].device_id, std::nullopt);
  EXPECT_EQ(actions[0].manufacturer, "Maker");
  EXPECT_EQ(actions[0].serial_number, "SN-NEW");
  // A device that is reported has permissions of its own.
  start.serial_number = "SN-1";
  expect_refused(start, server::errc::not_permitted);
}

//= ACT-CANCEL type=test
TEST_F(ActionRefused, AnActionIsTakenBackUntilItIsDelivered) {
  const std::string first = queue(reboot()).value();
  add_user("mary", Role::account_manager, example);
  const auto cancel = [&](const std::string& id, const std::string& by) {
    return service.run(service.server_host, service.server->dispatch().cancel(id, by));
  };
  EXPECT_EQ(cancel(first, "mary").error().code, server::errc::role_refused);
  ASSERT_TRUE(cancel(first, "ann"));
  EXPECT_TRUE(listed(agent).actions.empty());
  const std::string second = queue(reboot()).value();
  EXPECT_EQ(listed(agent).actions.size(), 1u);
  EXPECT_EQ(cancel(second, "ann").error().code, server::errc::unknown_action);
  EXPECT_EQ(listed(agent).actions.size(), 1u);
}

//= ACT-OWN type=test
//= ACT-REDELIVER type=test
//= ACT-EMPTY type=test
TEST_F(ActionRefused, AnActionIsListedForItsSenderAloneUntilItIsAnswered) {
  const Client second = service.register_agent("Example");
  const std::string id = queue(reboot()).value();
  EXPECT_TRUE(listed(second).actions.empty());
  for (int i = 0; i < 2; ++i) {
    const auto actions = listed(agent).actions;
    ASSERT_EQ(actions.size(), 1u);
    EXPECT_EQ(actions[0].action_id, id);
    EXPECT_EQ(actions[0].device_id, device);
    EXPECT_EQ(actions[0].requested_by, "ann");
  }
  EXPECT_EQ(service.ask(results({id}), agent.credentials)->status, 200u);
  EXPECT_TRUE(listed(agent).actions.empty());
}

//= ACT-UNKNOWN type=test
//= ACT-STORE type=test
TEST_F(ActionRefused, AResultOfAnUnknownActionCostsTheOthersNothing) {
  const Client second = service.register_agent("Example");
  const std::string id = queue(reboot()).value();
  listed(agent);
  // Another sender's result for it is not stored.
  const auto foreign = service.ask(results({id}), second.credentials);
  ASSERT_EQ(foreign->status, 200u);
  EXPECT_TRUE(schema::decode_acknowledgement(foreign->body).value().action_ids.empty());
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM action WHERE outcome = ''"), 1);
  const auto response = service.ask(results({"never-queued", id}), agent.credentials);
  ASSERT_EQ(response->status, 200u);
  EXPECT_EQ(schema::decode_acknowledgement(response->body).value().action_ids,
            (std::vector<std::string>{id}));
  EXPECT_EQ(text("SELECT outcome FROM action"), "performed");
  EXPECT_NE(service.last_audit().find("1 of actions that are not this sender's: never-queued"),
            std::string::npos)
      << service.last_audit();
  EXPECT_EQ(service.ask(results({id}), agent.credentials)->status, 200u)
      << "a repeated result is acknowledged again";
}

// --- software ---

struct SoftwareRefused : ActionRefused {
  SoftwareRefused() {
    for (std::size_t i = 0; i < (std::size_t{5} << 19) + 17; ++i)
      content += static_cast<char>(i * 31 + i / 4096);
    const auto added =
        service.run(service.server_host,
                    service.server->software().add(
                        {.id = "fw-1", .account_id = example, .file_name = "FW1.DLM"}, content, "test"));
    MR_ASSERT(added.has_value());
    etag = "\"" + added->sha256 + "\"";
  }
  QueueRequest upgrade() const {
    QueueRequest request = reboot();
    request.kind = "UpgradeDevice";
    request.software_id = "fw-1";
    return request;
  }
  std::string content, etag;
};

//= ACT-UPGRADE type=test
TEST_F(SoftwareRefused, AnUpgradeNamesSoftwareOfItsAccount) {
  QueueRequest request = upgrade();
  request.software_id = "fw-unknown";
  expect_refused(request, server::errc::unknown_software);
  request.software_id.clear();
  expect_refused(request, server::errc::bad_request);
  request = upgrade();
  request.device_id.clear();
  expect_refused(request, server::errc::bad_request);
  request = reboot();
  request.software_id = "fw-1";
  expect_refused(request, server::errc::bad_request);
  const auto foreign = service.run(
      service.server_host, service.server->software().add(
                               {.id = "fw-other", .account_id = other, .file_name = "A.DLM"}, "x", "test"));
  ASSERT_TRUE(foreign);
  request = upgrade();
  request.software_id = "fw-other";
  expect_refused(request, server::errc::unknown_software);

  request = upgrade();
  request.not_before = trust::Time(std::chrono::milliseconds(1'800'000'000'000));
  ASSERT_TRUE(queue(request));
  const auto actions = listed(agent).actions;
  ASSERT_EQ(actions.size(), 1u);
  const std::vector<model::NamedValue> expected = {{"SoftwareId", "fw-1"},
                                                   {"Size", std::to_string(content.size())},
                                                   {"Sha256", trust::hex(trust::sha256(content))},
                                                   {"FileName", "FW1.DLM"}};
  EXPECT_EQ(actions[0].parameters, expected);
  ASSERT_TRUE(actions[0].not_before);
  EXPECT_EQ(actions[0].not_before->ms(), 1'800'000'000'000);
}

//= SW-WHO type=test
TEST_F(SoftwareRefused, SoftwareIsServedOnlyToWhomAnUpgradeWaitsFor) {
  const Client second = service.register_agent("Example");
  const auto refused = [&](const Client& client, const std::string& id = "fw-1") {
    const auto response = fetch(client, {}, id);
    return ServiceWorld::code_of(response);
  };
  EXPECT_EQ(refused(agent), "not-found");
  const std::string action = queue(upgrade()).value();
  EXPECT_EQ(refused(second), "not-found");
  EXPECT_EQ(refused(agent, "fw-2"), "not-found");
  EXPECT_EQ(refused(agent, "../fw-1"), "not-found");
  EXPECT_EQ(service.ask({"GET", "/v1/software/fw-1", {}, {}}).value().status, 403u)
      << "without a certificate";
  EXPECT_EQ(ServiceWorld::code_of(service.ask(
                {"POST", "/v1/software/fw-1", {{"Content-Type", "application/xml"}}, ""}, agent.credentials)),
            "method-not-allowed");
  EXPECT_EQ(fetch(agent).status, 200u);
  listed(agent);
  EXPECT_EQ(service.ask(results({action}), agent.credentials)->status, 200u);
  EXPECT_EQ(refused(agent), "not-found") << "the upgrade is answered";
}

//= SW-ETAG type=test
//= SW-SERVE type=test
TEST_F(SoftwareRefused, WholeAndInRangesTheOctetsAreTheFiles) {
  ASSERT_TRUE(queue(upgrade()));
  const auto whole = fetch(agent);
  EXPECT_EQ(whole.status, 200u);
  EXPECT_EQ(whole.body, content);
  EXPECT_EQ(exchange::find(whole.headers, "ETag"), etag);
  EXPECT_EQ(exchange::find(whole.headers, "Accept-Ranges"), "bytes");
  EXPECT_EQ(exchange::find(whole.headers, "Content-Type"), "application/octet-stream");
  std::string gathered;
  while (gathered.size() < content.size()) {
    const std::size_t first = gathered.size(),
                      last = first + (std::size_t{3} << 18) + 1;  // across the parts of the store
    const auto part = fetch(agent, {{"Range", "bytes=" + std::to_string(first) + "-" + std::to_string(last)},
                                    {"If-Range", etag}});
    ASSERT_EQ(part.status, 206u);
    ASSERT_EQ(exchange::find(part.headers, "Content-Range"),
              "bytes " + std::to_string(first) + "-" + std::to_string(std::min(last, content.size() - 1)) +
                  "/" + std::to_string(content.size()));
    EXPECT_EQ(exchange::find(part.headers, "ETag"), etag);
    gathered += part.body;
  }
  EXPECT_EQ(gathered, content);
}

//= SW-CONDITION type=test
//= SW-UNSATISFIABLE type=test
TEST_F(SoftwareRefused, ARangeOfAnotherFileGivesTheWholeAndOneBehindTheEnd416) {
  ASSERT_TRUE(queue(upgrade()));
  for (const std::string& condition :
       {std::string("\"other\""), "W/" + etag, std::string("Mon, 23 Nov 2026 04:00:00 GMT")}) {
    const auto response = fetch(agent, {{"Range", "bytes=0-9"}, {"If-Range", condition}});
    EXPECT_EQ(response.status, 200u) << condition;
    EXPECT_EQ(response.body, content);
  }
  EXPECT_EQ(fetch(agent, {{"Range", "bytes=0-9"}}).body, content.substr(0, 10));
  const auto behind = fetch(agent, {{"Range", "bytes=" + std::to_string(content.size()) + "-"}});
  EXPECT_EQ(ServiceWorld::code_of(behind), "range-not-satisfiable");
  EXPECT_EQ(exchange::find(behind.headers, "Content-Range"), "bytes */" + std::to_string(content.size()));
}

TEST_F(SoftwareRefused, AFileIsStoredWholeOrNotAtAll) {
  const auto add = [&](server::SoftwareFile file, server::Software::Reader reader) {
    return service.run(service.server_host,
                       service.server->software().add(std::move(file), std::move(reader), "test"));
  };
  int parts = 0;
  const auto cut = add({.id = "fw-2", .file_name = "A.DLM"}, [&parts]() -> Result<std::string> {
    if (++parts == 4) return Fault(runtime::store_errc::unavailable, "the disk");
    return std::string(1 << 20, 'x');
  });
  EXPECT_EQ(cut.error().code, runtime::store_errc::unavailable);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM software_part WHERE software_id = 'fw-2'"), 0);
  const auto endless = add({.id = "fw-2", .file_name = "A.DLM"},
                           []() -> Result<std::string> { return std::string((512u << 20) + 1, 'x'); });
  EXPECT_EQ(endless.error().code, server::errc::bad_request);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM software"), 1);
  const auto nothing = [&](const std::string& id, const std::string& name, const std::string& bytes) {
    return service
        .run(service.server_host,
             service.server->software().add({.id = id, .file_name = name}, bytes, "test"))
        .error()
        .code;
  };
  EXPECT_EQ(nothing("fw-1", "A.DLM", "x"), server::errc::exists_already);
  EXPECT_EQ(nothing("fw-2", "A.DLM", ""), server::errc::bad_request);
  EXPECT_EQ(nothing("a/b", "A.DLM", "x"), server::errc::bad_request);
  for (const char* name : {"", ".DLM", "A.dlm", "A.EXE", "../A.DLM", "A B.DLM"})
    EXPECT_EQ(nothing("fw-2", name, "x"), server::errc::bad_request) << name;
}

TEST_F(ActionRefused, AWithdrawalCountsAfterAReportOfTheFuture) {
  report({"RebootDevice"}, {}, std::int64_t{3'600'000} * 24 * 3650);
  service.world.run_for(std::chrono::hours(1));
  read_ms = service.server_host.clock().wall().time_since_epoch().count();
  report({}, {}, 0);
  expect_refused(reboot(), server::errc::not_permitted);
}

//= ACT-ORDER type=test
TEST_F(ActionRefused, ActionsAreListedInTheOrderOfQueueing) {
  std::vector<std::string> queued;
  for (int i = 0; i < 8; ++i) {
    const auto id = queue(reboot());
    ASSERT_TRUE(id) << to_string(id.error());
    queued.push_back(*id);
  }
  std::vector<std::string> listed;
  for (const model::Action& action : this->listed(agent).actions) listed.push_back(action.action_id);
  EXPECT_EQ(listed, queued);
}

}  // namespace
}  // namespace mr::hostile
