// What comes over a raw port (9100 and the like): print jobs and firmware files, told apart and counted.
// Pure.
//
// A connection is one or more jobs, and PJL commands between them: Universal Exit (ESC %-12345X) and PJL part
// them, `@PJL JOB` to `@PJL EOJ` holds several together, the end of the connection ends the last. A job that
// begins with the header of a .DLM is a firmware file, and the rest of the connection is its archive. A job
// that merely contains such text is a job. Memory: under 1 MiB, whatever comes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "simulators/printer/firmware/firmware.hpp"
#include "simulators/printer/raw9100/page_count.hpp"

namespace mr::printer {

// The name (PJL's JOB NAME, or PostScript's %%Title) of the job that checks the print path; upper and lower
// case are one. Any job may have it: the printer prints what it is sent, and says that it was the test page.
inline constexpr std::string_view test_page_name = "Configuration Report";

struct RawJob {
  std::string name, user;  // at most 255 octets each; control characters are left out
  Language language = Language::text;
  std::uint32_t impressions = 0;  // sides of all copies, at most pages_max
  std::uint32_t sets = 1;         // copies of the document
  bool colour = false, duplex = false, stapled = false;
  MediaSize size = MediaSize::of_tray;   // of_tray: it asks for none
  std::uint16_t tray = 0;                // 1..; 0: the printer's choice
  std::optional<PageCoverage> coverage;  // mean of its impressions; absent: not measured
  std::uint64_t octets = 0;
  bool is_test_page() const;
};

// A line of PJL, without its line end: "@PJL INFO STATUS". At most 2048 octets.
struct PjlLine {
  std::string text;
};
using RawItem = std::variant<PjlLine, RawJob>;

class RawReader {
 public:
  explicit RawReader(firmware::Limits limits = {});
  ~RawReader();
  RawReader(RawReader&&) noexcept;

  void feed(std::string_view octets);
  // The connection ended as its sender meant it to. Not called where it broke: its last job is then no job.
  void finish();

  // Jobs that have ended and commands, in order; each is given once. Jobs without a single impression are
  // among them. Take them after each feed: no more than 8192 are kept.
  std::vector<RawItem> take();
  std::vector<RawJob> take_jobs();  // the jobs alone, for whoever does not answer PJL
  // Whether the rest of the connection is a firmware file.
  bool is_firmware() const;
  // What it was; only after finish(), once. requires: is_firmware().
  Result<firmware::File> take_firmware();
  std::uint64_t octets() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mr::printer
