// People's computers: they send print jobs to the printers' raw ports, with document and user names in them
// as real jobs have. One host for each site that needs one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/checks/check.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/stage.hpp"

namespace mr::scenarios {

class Workstations {
 public:
  // lifetime: scenario and stage outlive it. errors: those of hosts.
  static Result<std::unique_ptr<Workstations>> open(const Scenario& scenario, Stage& stage,
                                                    std::uint64_t seed);
  ~Workstations();

  // The texts in the jobs that they will send: none of them may leave a site.
  const std::vector<Setting::Marker>& markers() const { return markers_; }
  // Sends the job to a printer (an address of the scenario). What goes wrong is the event deed.impossible.
  void send(const SendJob& job, const Address& printer);

  void stop();
  bool idle() const;

 private:
  struct Member {
    runtime::Runtime* host = nullptr;
    std::unique_ptr<runtime::Scope> scope;
  };
  Workstations(Stage& stage, std::uint64_t seed) : stage_(stage), seed_(seed) {}
  static runtime::asio::awaitable<void> send_one(runtime::Runtime* host, runtime::Endpoint printer,
                                                 std::string stream);

  Stage& stage_;
  std::uint64_t seed_;
  std::map<std::string, Member> members_;            // by printer group: the workstation of its site
  std::map<const SendJob*, std::uint64_t> numbers_;  // of the jobs of the scenario
  std::vector<Setting::Marker> markers_;
};

}  // namespace mr::scenarios
