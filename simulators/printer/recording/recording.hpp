// A recorded printer: the walk that a customer can send (.snmprec, or the text that snmpwalk prints) made
// into a model, a device whose state starts where the recording was made, and a template that serves the rest
// as recorded.
//
// What is recognised (serial, counts, meters, supplies, trays, covers, status) moves with the device; times
// run on; everything else is a constant. What cannot be served is listed with its line and reason, never
// dropped in silence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

enum class recording_errc {
  not_a_recording = 1,  // no line of it could be read
  symbolic_names,       // snmpwalk without -On: names need MIB files to be understood; walk again with -On
  too_large,            // over lines_max lines or bytes_max bytes
};
std::string_view describe(recording_errc);

enum class Unserved {
  malformed_line,  // not name, type, value
  bad_name,        // not an OBJECT IDENTIFIER
  bad_value,       // the value is not of its type
  unknown_type,    // a type that SNMP does not have, or a tag that this reader does not know
  duplicate,       // the name was there before: the first is served
  no_value,        // the recorded agent itself said that there is none
};
std::string_view to_text(Unserved);

struct ImportNote {
  std::size_t line = 0;  // 1-based
  std::string name;      // as in the file
  Unserved why{};
  std::string detail;
};

// What became of a recording.
struct ImportReport {
  std::size_t lines = 0;         // that name a variable
  std::size_t served = 0;        // of them, in the template
  std::size_t bound = 0;         // of them, bound to device state
  std::size_t out_of_order = 0;  // served in walk order all the same
  std::vector<ImportNote> unserved;
  std::vector<std::string> live;  // names whose values move by themselves: sysUpTime, snmpEngineTime, ...
};

struct Recording {
  struct Line {
    std::size_t number = 0;
    snmp::Oid name;
    snmp::Value value;
  };
  std::vector<Line> variables;  // in walk order, each name once
  ImportReport report;
};

inline constexpr std::size_t recording_bytes_max = 64u << 20, recording_lines_max = 1'000'000;

// `OID|type|value` lines; types 2 4 4x 5 6 64 64x 65 66 67 68 70. errors: not_a_recording, too_large.
Result<Recording> read_snmprec(std::string_view text);
// snmpwalk -On or -OnU output: `.1.3.6.1.2.1.1.1.0 = STRING: "x"`, values over several lines, Hex-STRING.
// errors: not_a_recording, symbolic_names, too_large.
Result<Recording> read_walk(std::string_view text);
// Either, by its first line.
Result<Recording> read_recording(std::string_view text);

// `name@Context.snmprec` gives Context, else nothing.
std::string_view context_of(std::string_view file_name);

struct RecordedPrinter {
  ModelPtr model;
  MibTemplatePtr mib;
  ImportReport report;
  // A device with the recorded state, switched off; power it on at the start of the run. `serial` replaces
  // the recorded one where not empty.
  Device device(std::string serial = {}) const;

  Recording recording;  // what device() starts from
};
RecordedPrinter make_printer(Recording recording, std::string key);

}  // namespace mr::printer
MR_ERRC(mr::printer, recording_errc, "recording")
