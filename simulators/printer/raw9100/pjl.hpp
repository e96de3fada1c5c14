// The printer's side of a PJL dialogue (PJL Technical Reference Manual): what is asked on a connection, and
// what is told unasked.
//
// Pure; one per connection. Everything that is told comes from the Device at that moment: code and text of
// the status, ONLINE, the page count (prtMarkerLifeCount), trays, memory, languages. Answers end in a form
// feed.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "simulators/printer/device/device.hpp"
#include "simulators/printer/raw9100/raw_reader.hpp"

namespace mr::printer {

// Whether the model answers PJL: langPJL is among its interpreters.
bool speaks_pjl(const Model& model);

// The status code (PJL Technical Reference, appendix D) that stands for the device's state: the newest
// critical alert's, else offline, warming up, power saver, printing, the newest warning's, ready.
int pjl_status_code(const Device& device);

class PjlDialogue {
 public:
  // lifetime: the device outlives it.
  explicit PjlDialogue(Device& device) : device_(device) {}

  // One line; its answer, or nothing. RDYMSG, OPMSG and STMSG change the device.
  std::string take(std::string_view line, Moment now);

  // What is told unasked, where it was asked for with USTATUS; else nothing.
  std::string device_changed();  // DEVICE = ON or VERBOSE: the status, if it is another
  std::string printed(const RawJob& job, std::uint32_t done);  // PAGE = ON, and JOB = ON for jobs with a name
  std::string timed();                                         // TIMED: the status
  std::optional<std::chrono::seconds> interval() const { return timed_; }  // of TIMED

  static constexpr std::uint32_t pages_told_max = 1000;  // PAGE messages of one job

 private:
  std::string info(std::string_view category) const;
  std::string ask(std::string_view word, std::string_view variable) const;
  std::string status_lines() const;
  void set_ustatus(std::string_view options);
  void set_variables(std::string_view options);
  struct Variable;
  std::vector<Variable> variables() const;

  Device& device_;
  bool tells_device_ = false, tells_jobs_ = false, tells_pages_ = false;
  std::optional<std::chrono::seconds> timed_;
  std::string told_;                        // the status that was told last
  std::map<std::string, std::string> set_;  // by SET, of the variables that there are
};

}  // namespace mr::printer
