// What people do in a scenario: each deed at its instant, or once its event has come.
//
// A deed that waits is performed after the first event that matches, once; a wait that did not end in its
// time is told by missed(), and is a failed case. What cannot be done (an agent that is not registered, a
// queueing that the server refuses) is an event of its own, never an error of the run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/engine/agents.hpp"
#include "scenarios/engine/population.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/services.hpp"
#include "scenarios/engine/stage.hpp"
#include "scenarios/engine/workstations.hpp"

namespace mr::scenarios {

class Deeds {
 public:
  // lifetime: all outlive it.
  Deeds(const Scenario& scenario, Stage& stage, Services& services, Population& population, Agents& agents,
        Workstations& workstations);

  void start();
  // Each event of the run; a deed that waited for it is performed in a later turn.
  void see(const runtime::TraceLog::Record& record);

  struct Wait {
    const Deed* deed;
    bool came = false;
    bool late = false;  // it came after its time
  };
  // Of each deed with `when`, in the order of the file.
  const std::vector<Wait>& waits() const { return waits_; }

 private:
  void perform(const Deed& deed);
  void perform(const QueueAction& deed);
  void perform(const SetSecurityMode& deed);
  void perform(const RunAgent& deed);
  runtime::asio::awaitable<void> queue(server::QueueRequest request);
  runtime::asio::awaitable<void> close(std::string account);
  void impossible(std::string_view what, std::string_view why);

  const Scenario& scenario_;
  Stage& stage_;
  Services& services_;
  Population& population_;
  Agents& agents_;
  Workstations& workstations_;
  std::vector<Wait> waits_;
};

}  // namespace mr::scenarios
