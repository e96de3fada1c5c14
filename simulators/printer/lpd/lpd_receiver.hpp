// The printer's side of the line printer daemon protocol (RFC 1179): jobs, firmware files, queue listings.
//
// Sans-I/O: octets in; replies, jobs and firmware files out. Control and data files may come in either order,
// and a data file without a control file is printed when the connection ends. What a data file holds is read
// as over port 9100 (raw9100); a name that its control file gives as often as n times is printed n times.
// Memory: under 2 MiB, whatever comes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "simulators/printer/raw9100/raw_reader.hpp"

namespace mr::printer {

// A data file that is a firmware file, whole or not.
struct LpdFirmware {
  std::uint64_t octets = 0;
  Result<firmware::File> file;
};
using LpdItem = std::variant<RawJob, LpdFirmware>;

class LpdReceiver {
 public:
  struct Options {
    std::vector<std::string> queues = {};  // those that there are; none: any name will do
    // The listing of a queue, short or long, each line ended by LF. Called within feed(). Empty: nothing
    // waits.
    std::function<std::string(bool long_form)> listing = {};
    firmware::Limits firmware = {};
  };
  static constexpr std::size_t control_max = 64 * 1024;  // octets of a control file
  static constexpr std::size_t files_max = 64;           // data files of a job
  static constexpr std::size_t line_max = 1024;

  explicit LpdReceiver(Options options);

  void feed(std::string_view octets);
  // The peer ended the connection as it meant to. Not called where it broke.
  void finish();

  std::string take_replies();
  // In order. Take them after each feed.
  std::vector<LpdItem> take();
  // The data file at hand is a firmware file, whose item comes when it has ended.
  bool in_firmware() const;
  // The connection is to be closed once the replies are sent.
  bool over() const { return state_ == State::over; }
  // What was wrong, as a slug: "bad-command", "unknown-queue", "bad-file", "too-large"; empty: nothing.
  std::string_view fault() const { return fault_; }

 private:
  enum class State { command, subcommand, control, data, endless_data, end_of_file, over };
  struct DataFile {
    std::string name;
    std::vector<RawJob> jobs;
  };
  void line(std::string_view text);
  void command(std::string_view text);
  void subcommand(std::string_view text);
  void end_file();
  void end_data_file();
  void settle(bool at_end);  // hands over the job when all of it is there
  void drop_job();
  void fail(std::string_view why);

  Options options_;
  State state_ = State::command;
  std::string came_;  // of a line
  std::uint64_t left_ = 0;
  bool control_at_hand_ = false;
  std::string file_name_;
  std::optional<std::string> control_;
  std::vector<DataFile> files_;
  std::unique_ptr<RawReader> reader_;
  std::string replies_;
  std::vector<LpdItem> items_;
  std::string_view fault_;
};

}  // namespace mr::printer
