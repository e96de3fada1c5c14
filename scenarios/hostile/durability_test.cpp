// Power cuts at every millisecond around an upload: what was acknowledged is there after the restart, always;
// and the two defects that make it so only nearly always are convicted.
#include <gtest/gtest.h>

#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

const std::string key_a = "7f0c1a52-0000-4000-8000-00000000000a";

asio::awaitable<void> upload_once(ServiceWorld* service, exchange::HttpRequest request,
                                  trust::Credentials credentials, bool* acknowledged) {
  const auto response = co_await service->send(std::move(request), std::move(credentials));
  if (response && response->status == 201) *acknowledged = true;
}

struct Sweep {
  int cuts = 0, acknowledged = 0, lost = 0, stored_unacknowledged = 0, doubled = 0;
};

Sweep cut_power_around_an_upload(rogue::StoreDefect defect) {
  Sweep sweep;
  for (int ms = 0; ms < 130; ++ms) {
    ServiceWorld service(7, defect);
    const Client client = service.register_agent();
    // The registration is old: what it left unsynced, if anything, is not what is asked here.
    EXPECT_TRUE(service.world.run_for(std::chrono::seconds(5)));
    const auto request = upload_request(client, {report_of("Maker", "SN1", "r1")}, key_a);
    bool acknowledged = false;
    runtime::Scope scope(service.client_host.executor());
    scope.spawn(upload_once(&service, request, client.credentials, &acknowledged));
    EXPECT_TRUE(service.world.run_for(std::chrono::milliseconds(ms)));
    const bool told = acknowledged;
    service.reboot();
    ++sweep.cuts;
    const auto stored = service.count("SELECT COUNT(*) FROM report");
    if (told) ++sweep.acknowledged;
    if (told && stored != 1) ++sweep.lost;
    if (!told && stored == 1) ++sweep.stored_unacknowledged;
    // The sender does not know what became of it, and sends it again.
    if (service.count("SELECT COUNT(*) FROM sender") == 1) {
      const auto again = service.ask(request, client.credentials);
      EXPECT_TRUE(again.has_value() && (again->status == 200 || again->status == 201))
          << ServiceWorld::code_of(again);
      if (service.count("SELECT COUNT(*) FROM report") != 1) ++sweep.doubled;
    }
    scope.stop();
  }
  return sweep;
}

//= UPL-ACK-AFTER-COMMIT type=test
TEST(Durability, NoAcknowledgedReportIsLostOrStoredTwice) {
  const Sweep sweep = cut_power_around_an_upload(rogue::StoreDefect::none);
  EXPECT_EQ(sweep.lost, 0);
  EXPECT_EQ(sweep.doubled, 0);
  // The sweep crosses the interesting instants: before, between commit and acknowledgement, after.
  EXPECT_GT(sweep.acknowledged, 5);
  EXPECT_LT(sweep.acknowledged, sweep.cuts - 5);
  EXPECT_GT(sweep.stored_unacknowledged, 0);
}

TEST(Durability, AServerThatDoesNotSyncIsConvicted) {
  EXPECT_GT(cut_power_around_an_upload(rogue::StoreDefect::unsynced).lost, 0);
}

TEST(Durability, AServerThatAcknowledgesBeforeTheCommitIsConvicted) {
  EXPECT_GT(cut_power_around_an_upload(rogue::StoreDefect::early_acknowledgement).lost, 0);
}

}  // namespace
}  // namespace mr::hostile
