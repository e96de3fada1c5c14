// Alerts (RFC 3805 section 2.2.13), and what a printer remembers of its faults.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulators/printer/device/job.hpp"

namespace mr::printer {

inline constexpr std::int32_t code_cover_open = 3, code_jam = 8, code_subunit_missing = 9,
                              code_life_almost_over = 10, code_life_over = 11, code_almost_empty = 12,
                              code_empty = 13, code_almost_full = 14, code_full = 15, code_unrecoverable = 30,
                              code_tray_missing = 801, code_input_low = 807, code_input_empty = 808,
                              code_output_missing = 901, code_output_almost_full = 902,
                              code_output_full = 903, code_toner_empty = 1101, code_toner_almost_empty = 1104,
                              code_waste_almost_full = 1107, code_waste_full = 1109,
                              code_opc_almost_over = 1111, code_opc_over = 1112,
                              code_developer_almost_empty = 1113, code_developer_empty = 1114,
                              code_supply_missing = 1115, code_removal = 1801;

struct Alert {
  std::int32_t index = 0;  // prtAlertIndex: 1.. after power-on, always the next higher, wraps to 1
  Severity severity = Severity::warning;
  std::int32_t training = 3;  // PrtAlertTrainingLevelTC: 3 untrained, 4 trained, 5 fieldService
  Part group = Part::general;
  std::int32_t group_index = -1;  // 1-based row of the part's table, -1 for none
  std::int32_t location = -1;
  std::int32_t code = 0;  // PrtAlertCodeTC
  std::string description;
  Moment since{};
  std::uint32_t ticks = 0;  // prtAlertTime: sysUpTime then
  std::int32_t fault = -1;  // 0-based fault of the model that it is, -1 for none
};

// What an operation did that others must be told of: taken, in order, by the faces (traps, uploads).
struct AlertChange {
  Alert alert;
  bool raised = true;  // false: cleared
};

// An entry of the fault history.
struct FaultRecord {
  std::uint32_t number = 0;  // 1.. over the printer's life
  std::uint16_t fault = 0;   // 0-based, of the model
  Moment raised{};
  std::optional<Moment> cleared;
  std::uint64_t life_count = 0;  // impressions when it came up
  std::string resolution;        // empty while it stands
};

// An entry of the event log, as the embedded web page shows it.
struct EventRecord {
  std::uint32_t number = 0;  // 1.. over the printer's life
  Moment at{};
  std::string text;
};

}  // namespace mr::printer
