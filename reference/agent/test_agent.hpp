// A whole agent between the printers of test_site.hpp and a server that can be told what to do, in time moved
// by hand. Header only.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "reference/agent/agent.hpp"
#include "reference/agent/tables.hpp"
#include "reference/agent/test_site.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/envelope.hpp"
#include "reference/runtime/http/http.hpp"

namespace mr::agent::test {

struct Upload {
  std::string key;
  model::Manifest manifest;
  std::vector<model::DeviceReport> reports;
  std::string text;  // all entries
};

// Takes everything, gives what the test put there.
class FakeServer {
 public:
  explicit FakeServer(runtime::Clock& clock) : clock_(clock) {
    service_->handle = [this](runtime::HttpRequest request, const runtime::HttpPeer&) {
      return answer(std::move(request));
    };
    service_->admit = [](const runtime::HttpHead&, const runtime::HttpPeer&) {
      return runtime::HttpAdmission{64 * 1024 * 1024, {}};
    };
  }

  std::vector<std::string> requests;  // targets, in order
  std::vector<std::string> ranges;    // of software
  std::vector<Upload> uploads;
  std::map<std::string, model::ActionResult> results;
  std::map<std::string, int> results_seen;
  std::vector<model::Action> actions;                  // listed until their result is here
  bool lists_answered = false;                         // goes on listing them
  std::string file;                                    // served as any software
  unsigned reports_status = 0;                         // instead of taking reports
  std::optional<model::TimeOfDay> report_time_of_day;  // told at registration
  std::size_t software_requests_max = SIZE_MAX;

  awaitable<void> serve(runtime::Stream stream) {
    runtime::HttpServerLimits limits;
    co_await runtime::serve_http(std::move(stream), service_, limits, clock_);
  }

  model::Action& queue(std::string kind, std::optional<std::string> serial = "SN-1") {
    model::Action action;
    action.action_id = "a-" + std::to_string(actions.size() + 1);
    action.kind = std::move(kind);
    action.serial_number = std::move(serial);
    action.requested_by = "support/ann";
    return actions.emplace_back(std::move(action));
  }
  model::Action& queue_upgrade(std::string contents) {
    file = std::move(contents);
    model::Action& action = queue("UpgradeDevice");
    action.parameters = {{"SoftwareId", "sw-1"},
                         {"Size", std::to_string(file.size())},
                         {"Sha256", trust::hex(trust::sha256(file))},
                         {"FileName", "level-2.DLM"}};
    return action;
  }
  std::string told(const std::string& id) const {
    const auto found = results.find(id);
    if (found == results.end()) return "no result";
    return std::string(model::word(found->second.outcome)) +
           (found->second.reason ? " " + *found->second.reason : "");
  }

  std::string refuses_result;  // an action id: a message that holds its result is refused

 private:
  awaitable<runtime::HttpResponse> answer(runtime::HttpRequest request) {
    requests.push_back(request.target);
    runtime::HttpResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", "application/xml"}};
    const auto now = model::Stamp{clock_.wall(), {}};
    if (request.target == "/v1/registration") {
      const auto message = schema::decode_register(request.body).value();
      const auto csr = trust::parse_csr(message.csr).value();
      trust::Issuance issuance{{"s-1", "", ""}, trust::Use::client,        {},
                               clock_.wall(),   clock_.wall() + 24h * 397, csr.public_key_der};
      model::RegisterForManagementResponse reply;
      reply.sender_id = "s-1";
      reply.account_id = "acct";
      reply.certificate = trust::issue(root_, issuance).value().pem();
      issuance.subject.common_name = "envelope";
      issuance.public_key_der = envelope_key_.public_key_der();
      envelope_ = trust::issue(root_, issuance).value();
      reply.envelope_certificate = envelope_->pem();
      reply.report_time_of_day = report_time_of_day;
      response.status = 201;
      response.body = schema::encode(reply);
    } else if (request.target == "/v1/reports") {
      if (reports_status != 0) {
        response.status = reports_status;
        if (reports_status == 307)
          response.headers.emplace_back("Location", "https://server.example/elsewhere");
        co_return response;
      }
      take(request, now, response);
    } else if (request.target == "/v1/schedule") {
      model::GetScheduleResponse reply;
      for (const model::Action& action : actions) {
        if (lists_answered || !results.contains(action.action_id)) reply.actions.push_back(action);
      }
      response.body = schema::encode(reply);
    } else if (request.target == "/v1/action-results") {
      const auto message = schema::decode_action_results(request.body).value();
      if (std::ranges::find(message.results, refuses_result, &model::ActionResult::action_id) !=
          message.results.end()) {
        response.status = 400;
        response.body = schema::encode(model::ProtocolError::of(model::ErrorCode::schema_violation));
        co_return response;
      }
      model::Acknowledgement reply;
      reply.received_at = now;
      for (const auto& result : message.results) {
        ++results_seen[result.action_id];
        results[result.action_id] = result;
        reply.action_ids.push_back(result.action_id);
      }
      response.body = schema::encode(reply);
    } else {
      give(request, response);
    }
    co_return response;
  }

  void take(const runtime::HttpRequest& request, model::Stamp now, runtime::HttpResponse& response) {
    const auto* const octets = reinterpret_cast<const std::byte*>(request.body.data());
    const auto zip =
        trust::open({octets, request.body.size()}, {envelope_key_, {*envelope_}}, 64 * 1024 * 1024).value();
    const auto entries = package::unpack(zip).value();
    Upload upload;
    upload.key = exchange::find(request.headers, "Idempotency-Key").value_or("");
    upload.manifest = schema::decode_manifest(entries.at(0).content).value();
    model::Receipt receipt;
    receipt.package_id = upload.manifest.package_id;
    receipt.idempotency_key = upload.key;
    receipt.stored_at = now;
    for (const auto& entry : entries) upload.text += entry.content;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      upload.reports.push_back(schema::decode_report(entries[i].content).value());
      receipt.reports.push_back({upload.reports.back().report_id,
                                 "d-" + upload.reports.back().identity.serial_number.value_or("none")});
    }
    uploads.push_back(std::move(upload));
    response.status = 201;
    response.body = schema::encode(receipt);
  }

  void give(const runtime::HttpRequest& request, runtime::HttpResponse& response) {
    const std::string range = exchange::find(request.headers, "Range").value_or("");
    ranges.push_back(range);
    if (ranges.size() > software_requests_max) {
      response.status = 503;
      return;
    }
    const std::size_t dash = range.find('-');
    const std::size_t first = std::stoull(range.substr(6, dash - 6)),
                      last = std::min(file.size() - 1, std::size_t(std::stoull(range.substr(dash + 1))));
    response.status = 206;
    response.headers = {{"Content-Type", "application/octet-stream"},
                        {"ETag", "\"" + trust::hex(trust::sha256(file)) + "\""},
                        {"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) +
                                              "/" + std::to_string(file.size())}};
    response.body = file.substr(first, last - first + 1);
  }

  runtime::Clock& clock_;
  std::shared_ptr<runtime::HttpService> service_ = std::make_shared<runtime::HttpService>();
  trust::Credentials root_ =
      trust::make_authority({"Root", "", ""}, model::Moment(), model::Moment() + 24h * 3650);
  trust::PrivateKey envelope_key_ = trust::PrivateKey::generate_p256();
  std::optional<trust::Certificate> envelope_;
};

class AgentTest : public testing::Test {
 protected:
  AgentTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    switch_server(true);
    second_.variables[serial_name] = Value::octets("SN-2");
    world_.network().printers = {{first_address_, &first_}, {second_address_, &second_}};
    settings_.server_name = "server.example";
    settings_.registration_key = "key";
    settings_.location = "Room 2";
    settings_.contact_email = "it@example.test";
    settings_.host_name = "agent.office.example";
    settings_.scope = {
        {boost::asio::ip::make_address("10.0.0.5"), boost::asio::ip::make_address("10.0.0.8")}};
    settings_.credentials = {snmp::CommunityCredentials{snmp::Version::v2c, "public"}};
    settings_.poll_interval = 15min;
    settings_.status_interval = 0s;
    settings_.report_at_start = true;
    for (const auto& [kind, word] : model::words_of(model::ActionKind{}))
      settings_.permitted.push_back({kind, {}, {}, "j.doe"});
  }
  ~AgentTest() override {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    agent_ = std::make_unique<Agent>(world_, settings_);
    ASSERT_TRUE(agent_->start());
    pass(2min);
  }
  void stop() {
    if (!agent_) return;
    agent_->stop();
    for (int i = 0; i < 100 && !agent_->idle(); ++i) pass(1s);
    EXPECT_TRUE(agent_->idle());
    agent_.reset();
  }
  void pass(runtime::Duration time) { world_.clock().advance(time); }
  void switch_server(bool on) {
    world_.network().server = nullptr;
    if (on)
      world_.network().server = [this](runtime::Stream stream) { return server_.serve(std::move(stream)); };
  }
  void set_mode(model::SecurityMode mode) {
    const auto done = runtime::spawn_for(world_.executor(), agent_->set_security_mode(mode));
    world_.clock().settle();
    ASSERT_TRUE(*done && (**done).has_value());
  }
  std::size_t asked(std::string_view target) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        server_.requests, [&](const std::string& one) { return one.starts_with(target); }));
  }
  std::string audit() {
    std::string out;
    for (const auto& row : agent_->store()
                               .query("SELECT seq, kind, address, serial_number, requested_by, permission, "
                                      "outcome, reason FROM action_audit ORDER BY seq",
                                      {})
                               .value()) {
      out += std::to_string(std::get<std::int64_t>(row[0]));
      for (std::size_t i = 1; i < row.size(); ++i) out += " " + std::get<std::string>(row[i]);
      out += "\n";
    }
    return out;
  }

  const std::string folder_ =
      (std::filesystem::temp_directory_path() / ("mr-agent-test-" + std::to_string(::getpid()))).string();
  FakeRuntime world_{folder_};
  FakePrinter first_{world_.clock()}, second_{world_.clock()};
  FakeServer server_{world_.clock()};
  const runtime::Address first_address_ = boost::asio::ip::make_address("10.0.0.5"),
                         second_address_ = boost::asio::ip::make_address("10.0.0.6");
  Settings settings_;
  std::unique_ptr<Agent> agent_;
};

}  // namespace mr::agent::test
