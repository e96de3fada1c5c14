#include "simulators/printer/lpd/lpd_receiver.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mr::printer {
namespace {

constexpr char accepted = 0, refused = 1;
constexpr std::size_t name_max = 255;

std::string cleaned(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, name_max)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out;
}

// What a control file (RFC 1179 section 7) says of its job.
struct Control {
  std::string name, user;
  std::map<std::string, std::uint32_t, std::less<>> copies;  // by data file
};

Control read_control(std::string_view text) {
  Control out;
  std::string source;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty()) continue;
    const std::string_view rest = line.substr(1);
    if (line[0] == 'J') out.name = cleaned(rest);
    if (line[0] == 'P') out.user = cleaned(rest);
    if (line[0] == 'N') source = cleaned(rest);
    // A lower case letter prints a file, in the format that it stands for: there is one printer, which looks.
    if (line[0] >= 'a' && line[0] <= 'z' && out.copies.size() < LpdReceiver::files_max)
      ++out.copies[std::string(rest)];
  }
  if (out.name.empty()) out.name = source;
  return out;
}

}  // namespace

LpdReceiver::LpdReceiver(Options options) : options_(std::move(options)) {}

bool LpdReceiver::in_firmware() const { return reader_ != nullptr && reader_->is_firmware(); }
std::string LpdReceiver::take_replies() { return std::exchange(replies_, {}); }
std::vector<LpdItem> LpdReceiver::take() { return std::exchange(items_, {}); }

void LpdReceiver::fail(std::string_view why) {
  replies_ += refused;
  fault_ = why;
  drop_job();
  state_ = State::over;
}

void LpdReceiver::drop_job() {
  control_.reset();
  files_.clear();
  reader_.reset();
}

void LpdReceiver::feed(std::string_view octets) {
  while (!octets.empty() && state_ != State::over) {
    switch (state_) {
      case State::command:
      case State::subcommand: {
        const std::size_t end = octets.find('\n');
        const std::string_view part = octets.substr(0, end);
        if (came_.size() + part.size() > line_max) return fail("bad-command");
        came_ += part;
        octets.remove_prefix(end == octets.npos ? octets.size() : end + 1);
        if (end != std::string_view::npos) line(std::exchange(came_, {}));
        break;
      }
      case State::control:
      case State::data: {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, octets.size()));
        if (state_ == State::control) {
          control_->append(octets.substr(0, n));
        } else {
          reader_->feed(octets.substr(0, n));
        }
        left_ -= n;
        octets.remove_prefix(n);
        if (left_ == 0) state_ = State::end_of_file;
        break;
      }
      case State::endless_data:
        reader_->feed(octets);
        return;
      case State::end_of_file:
        if (octets.front() != accepted) return fail("bad-file");
        octets.remove_prefix(1);
        end_file();
        break;
      case State::over:
        break;
    }
  }
}

void LpdReceiver::line(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return fail("bad-command");
  state_ == State::command ? command(text) : subcommand(text);
}

void LpdReceiver::command(std::string_view text) {
  const std::string_view operand = text.substr(1);
  const std::string_view queue = operand.substr(0, operand.find(' '));
  const bool known =
      options_.queues.empty() || std::ranges::find(options_.queues, queue) != options_.queues.end();
  switch (text[0]) {
    case 1:  // print what waits: it prints by itself
    case 5:  // remove jobs: those that were taken are printed
      state_ = State::over;
      return;
    case 2:
      if (!known) return fail("unknown-queue");
      replies_ += accepted;
      state_ = State::subcommand;
      return;
    case 3:
    case 4:
      replies_ +=
          known ? options_.listing ? options_.listing(text[0] == 4) : "no entries\n" : "unknown printer\n";
      state_ = State::over;
      return;
    default:
      fail("bad-command");
  }
}

void LpdReceiver::subcommand(std::string_view text) {
  if (text[0] == 1) {
    drop_job();
    replies_ += accepted;
    return;
  }
  if (text[0] != 2 && text[0] != 3) return fail("bad-command");
  const std::string_view operands = text.substr(1);
  const std::size_t space = operands.find(' ');
  const std::string_view digits = operands.substr(0, space);
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (space == operands.npos || error != std::errc() || end != digits.data() + digits.size())
    return fail("bad-command");
  file_name_ = cleaned(operands.substr(space + 1));
  left_ = size;
  control_at_hand_ = text[0] == 2;
  if (control_at_hand_) {
    if (size > control_max || control_) return fail(control_ ? "bad-file" : "too-large");
    control_.emplace();
    state_ = size == 0 ? State::end_of_file : State::control;
  } else {
    if (files_.size() >= files_max) return fail("too-large");
    reader_ = std::make_unique<RawReader>(options_.firmware);
    // Size 0 is how some clients say that they do not know it: until the connection ends.
    state_ = size == 0 ? State::endless_data : State::data;
  }
  replies_ += accepted;
}

void LpdReceiver::end_file() {
  if (!control_at_hand_) end_data_file();
  replies_ += accepted;
  state_ = State::subcommand;
  settle(false);
}

void LpdReceiver::end_data_file() {
  reader_->finish();
  if (reader_->is_firmware()) {
    items_.emplace_back(LpdFirmware{reader_->octets(), reader_->take_firmware()});
    files_.push_back({std::move(file_name_), {}});
  } else {
    std::vector<RawJob> jobs = reader_->take_jobs();
    jobs.resize(std::min(jobs.size(), files_max));
    files_.push_back({std::move(file_name_), std::move(jobs)});
  }
  reader_.reset();
}

void LpdReceiver::settle(bool at_end) {
  if (!control_ && !at_end) return;
  const Control control = control_ ? read_control(*control_) : Control();
  const auto there = [&](std::string_view name) {
    return std::ranges::any_of(files_, [&](const DataFile& file) { return file.name == name; });
  };
  const bool whole = std::ranges::all_of(control.copies, [&](const auto& one) { return there(one.first); });
  if (!at_end && (!whole || control.copies.empty())) return;
  for (DataFile& file : files_) {
    const auto copies = control.copies.find(file.name);
    // A file that nobody prints is not printed, where there is somebody to ask.
    if (!control.copies.empty() && copies == control.copies.end()) continue;
    const std::uint32_t times = control.copies.empty() ? 1 : copies->second;
    for (RawJob& job : file.jobs) {
      job.impressions = static_cast<std::uint32_t>(
          std::min<std::uint64_t>(std::uint64_t{job.impressions} * times, pages_max));
      job.sets =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{job.sets} * times, pages_max));
      if (job.name.empty()) job.name = control.name;
      if (job.user.empty()) job.user = control.user;
      items_.emplace_back(std::move(job));
    }
  }
  drop_job();
}

void LpdReceiver::finish() {
  if (state_ == State::endless_data) {
    end_data_file();
    settle(true);
  } else if (state_ == State::subcommand) {
    settle(true);
  } else if (state_ != State::command && state_ != State::over) {
    fault_ = "interrupted";
    drop_job();
  }
  state_ = State::over;
}

}  // namespace mr::printer
