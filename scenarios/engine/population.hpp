// The printers of a scenario: made from profiles and recordings, put on the stage, used, and their truth
// kept.
//
// People are part of it: they print, refill trays before these run empty, take paper out of the bins, replace
// supplies, and switch printers off and on. Chance is one stream per load and printer, so that adding a
// printer changes nothing for the others. Events: printer.asked (the first datagram to each printer),
// printer.printed, printer.replaced, printer.power.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/runtime/entropy.hpp"
#include "scenarios/checks/truth.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/stage.hpp"
#include "simulators/printer/site/printer_site.hpp"

namespace mr::scenarios {

class Population {
 public:
  // Makes the printers and switches them on at the present instant. `recording` replaces the source of the
  // first group, where not empty. lifetime: scenario, stage and truth outlive it.
  //   errors: run_errc::bad_printers, and those of hosts and sockets.
  static Result<std::unique_ptr<Population>> build(const Scenario& scenario, const std::string& recording,
                                                   Stage& stage, Truth& truth);
  Population(const Population&) = delete;

  // Begins the loads, until `end`.
  void start_work(runtime::Instant end);
  void perform(const ReplaceSupply& deed);
  void perform(const Power& deed);
  void perform(const PrintOne& deed);

  std::size_t size() const { return members_.size(); }
  // A printer of a group, by its number from 1. requires: the scenario has it.
  const printer::Device& device(const std::string& group, std::uint32_t number);
  const Address& address(const std::string& group, std::uint32_t number) {
    return find(group, number).address;
  }
  // Its maker, as an agent reports it: of the enterprise number where that is known.
  std::string manufacturer(const std::string& group, std::uint32_t number);
  // A firmware file as the plan wants it, signed by whom all printers of the scenario trust. errors: those of
  // firmware::make.
  Result<std::string> make_firmware(const SoftwarePlan& plan);

  // All of a site, in order: where they are on the stage.
  std::vector<runtime::Address> placed(const std::string& site) const;
  // Serial numbers of a group, or of one of it.
  std::vector<std::string> serials(const std::string& group, std::optional<std::uint32_t> number);
  // Whose printers of the scenario must take a firmware file of that plan: serial numbers, in order.
  std::vector<std::string> takers(const SoftwarePlan& plan);
  // How many the site has.
  std::size_t size_of(const std::string& site) const;
  // Name and value, for the report: which SNMP engine serves, what recordings could not.
  const std::vector<std::pair<std::string, std::string>>& facts() const { return facts_; }

 private:
  struct Member {
    std::string site, group;
    std::uint32_t number = 1;  // in its group, from 1
    std::uint32_t global = 0;  // over the scenario, from 0: names its streams
    Address address;           // of the scenario
    std::string placed;        // the address on the stage, as text: its key in the truth
    runtime::Runtime* host = nullptr;
    printer::PrinterSite* at = nullptr;
    std::size_t index = 0;  // in `at`
    std::uint32_t replaced = 0;
    std::vector<bool> awaited;  // by supply row: somebody is on the way with a new one
    std::optional<Milliseconds> replace_after;
  };
  struct Job {
    const PrintLoad* load;
    Member* member;
    runtime::Stream64 chance;
    runtime::Instant end;
  };

  Population(const Scenario& scenario, Stage& stage, Truth& truth)
      : scenario_(scenario), stage_(stage), truth_(truth) {}
  Result<void> make_firmware_signer();
  Result<void> add_site(const SitePlan& site, const std::string& recording);
  std::unique_ptr<printer::SnmpEngine> make_engine(runtime::Runtime& host, const std::string& agent);
  void schedule(std::shared_ptr<Job> job);
  void print(Job& job);
  void tend(printer::Device& device, printer::Moment now);
  void replace_empty(Member& member);
  void replace(Member& member, std::size_t row, std::int64_t index);
  std::vector<Member*> members_of(const std::string& group);
  Member& find(const std::string& group, std::uint32_t number);

  const Scenario& scenario_;
  Stage& stage_;
  Truth& truth_;
  std::vector<std::unique_ptr<printer::PrinterSite>> sites_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::pair<std::string, std::string>> facts_;
  std::optional<trust::Credentials> firmware_root_, firmware_signer_;  // where the scenario has software
};

// The host that speaks for a site's agent, as in the trace.
std::string agent_host(const SitePlan& site);

}  // namespace mr::scenarios
