#include "simulators/printer/raw9100/pjl.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "simulators/printer/raw9100/words.hpp"

namespace mr::printer {
namespace {

constexpr std::string_view eol = "\r\n", reply_end = "\r\n\f";
constexpr std::int32_t lang_pjl = 5;   // PrtInterpreterLangFamilyTC
constexpr std::size_t shown_max = 80;  // of a message to be shown

// The first word, and the rest.
std::pair<std::string_view, std::string_view> split(std::string_view text) {
  text = trimmed(text);
  const std::size_t at = text.find_first_of(" \t=");
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), trimmed(text.substr(at))};
}

// NAME = VALUE or NAME = "VALUE"; the name in capitals. Without '=': nothing.
std::optional<std::pair<std::string, std::string>> assignment(std::string_view text) {
  const auto [name, rest] = split(text);
  if (name.empty() || !rest.starts_with('=')) return {};
  std::string_view value = trimmed(rest.substr(1));
  if (value.starts_with('"')) {
    value.remove_prefix(1);
    value = value.substr(0, value.find('"'));
  }
  return std::pair(upper(name), std::string(value));
}

// What goes between quotes: printable, without quotes.
std::string shown(std::string_view text, std::size_t most = 255) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f && c != '"') out += c;
  }
  return out;
}

// Media codes of paper loading messages (11xyy and 41xyy).
int media_code(MediaSize size) {
  switch (size) {
    case MediaSize::letter:
      return 2;
    case MediaSize::legal:
      return 3;
    case MediaSize::a4:
      return 4;
    case MediaSize::ledger:
      return 6;
    case MediaSize::a3:
      return 7;
    case MediaSize::a5:
      return 18;
    default:
      return 0;
  }
}

int tray_code(const Device& device, const Alert& alert) {
  const auto& inputs = device.model().inputs;
  const auto row = static_cast<std::size_t>(alert.group_index - 1);
  if (alert.group_index < 1 || row >= inputs.size()) return 0;
  return std::min(alert.group_index, 9) * 100 + media_code(media_size(inputs[row].media_name));
}

int code_of_critical(const Device& device, const Alert& alert) {
  switch (alert.code) {
    case code_cover_open:
      return 40021;
    case code_jam:
      return 40022;
    case code_input_empty:
    case code_tray_missing:
      return 41000 + tray_code(device, alert);
    case code_output_full:
    case code_full:
      return 40019;
    case code_toner_empty:
    case code_supply_missing:
      return 40010;
    default:
      if (alert.code > 500 && alert.code < 600) return 40021;  // other covers and interlocks
      return alert.training == 5 || alert.code == code_unrecoverable ? 50000 : 40064;
  }
}

int code_of_warning(const Device& device, const Alert& alert) {
  switch (alert.code) {
    case code_toner_almost_empty:
    case code_toner_empty:
      return 10006;
    case code_input_empty:
      return 11000 + tray_code(device, alert);
    case code_tray_missing:
      return 12001 + 100 * std::clamp(alert.group_index, 0, 9);
    case code_waste_almost_full:
    case code_opc_almost_over:
    case code_life_almost_over:
    case code_developer_almost_empty:
      return 35075;
    default:
      return 0;
  }
}

std::string paper_word(MediaSize size) {
  switch (size) {
    case MediaSize::letter:
      return "LETTER";
    case MediaSize::legal:
      return "LEGAL";
    case MediaSize::a4:
      return "A4";
    case MediaSize::a5:
      return "A5";
    case MediaSize::a3:
      return "A3";
    case MediaSize::ledger:
      return "LEDGER";
    case MediaSize::sra3:
      return "SRA3";
    default:
      return "CUSTOM";
  }
}

std::string enumerated(std::string_view name, const std::vector<std::string>& values) {
  std::string out = std::string(name) + " [" + std::to_string(values.size()) + " ENUMERATED]";
  for (const std::string& value : values) out += std::string(eol) + "\t" + value;
  return out + std::string(eol);
}

std::vector<std::string> papers_of(const Model& model) {
  std::vector<std::string> out;
  for (const InputKind& input : model.inputs) {
    std::string word = paper_word(media_size(input.media_name));
    if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

std::vector<std::string> languages_of(const Model& model) {
  std::vector<std::string> out;
  for (const InterpreterKind& interpreter : model.interpreters) {
    std::string word = interpreter.family == 3    ? "PCL"
                       : interpreter.family == 6  ? "POSTSCRIPT"
                       : interpreter.family == 47 ? "PCLXL"
                       : interpreter.family == 54 ? "PDF"
                                                  : "";
    if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(std::move(word));
  }
  return out;
}

}  // namespace

// A variable of the environment: its value when nobody set it, and what it can be.
struct PjlDialogue::Variable {
  std::string name, initial;
  std::vector<std::string> values;  // of an enumeration; empty: a range
  std::int64_t low = 0, high = 0;
};

bool speaks_pjl(const Model& model) {
  return std::any_of(model.interpreters.begin(), model.interpreters.end(),
                     [](const InterpreterKind& kind) { return kind.family == lang_pjl; });
}

int pjl_status_code(const Device& device) {
  if (device.upgrading()) return 10011;
  const auto& alerts = device.alerts();
  for (auto alert = alerts.rbegin(); alert != alerts.rend(); ++alert) {
    if (alert->severity == Severity::critical) return code_of_critical(device, *alert);
  }
  if (!device.online()) return 40079;
  if (device.power() == Power::warming_up) return 10003;
  if (device.power() == Power::standby) return 35078;
  if (device.activity() == Activity::printing) return 10023;
  for (auto alert = alerts.rbegin(); alert != alerts.rend(); ++alert) {
    if (const int code = code_of_warning(device, *alert)) return code;
  }
  return 10001;
}

std::string PjlDialogue::status_lines() const {
  const bool online = device_.online() && device_.device_status() != 5;
  return "CODE=" + std::to_string(pjl_status_code(device_)) + std::string(eol) + "DISPLAY=\"" +
         shown(device_.console_text(0)) + "\"" + std::string(eol) + "ONLINE=" + (online ? "TRUE" : "FALSE");
}

std::vector<PjlDialogue::Variable> PjlDialogue::variables() const {
  const Model& model = device_.model();
  std::vector<Variable> out{
      {"COPIES", "1", {}, 1, 999}, {"QTY", "1", {}, 1, 999}, {"TIMEOUT", "15", {}, 5, 300}};
  if (auto papers = papers_of(model); !papers.empty()) {
    std::string first = papers.front();
    out.push_back({"PAPER", std::move(first), std::move(papers)});
  }
  if (model.duplex) out.push_back({"DUPLEX", "OFF", {"OFF", "ON"}});
  if (model.colour) out.push_back({"RENDERMODE", "COLOR", {"COLOR", "GRAYSCALE"}});
  const std::string resolution = std::to_string(model.resolution);
  out.push_back({"RESOLUTION", resolution, {resolution}});
  std::vector<std::string> languages = languages_of(model);
  languages.insert(languages.begin(), "AUTO");
  out.push_back({"PERSONALITY", "AUTO", std::move(languages)});
  return out;
}

std::string PjlDialogue::info(std::string_view category) const {
  const Model& model = device_.model();
  const std::string head = "@PJL INFO " + std::string(category) + std::string(eol);
  if (category == "ID") return head + "\"" + shown(model.product) + "\"" + std::string(reply_end);
  if (category == "STATUS") return head + status_lines() + std::string(reply_end);
  if (category == "PAGECOUNT")
    return head + "PAGECOUNT=" + std::to_string(device_.life_count()) + std::string(reply_end);
  if (category == "MEMORY") {
    const std::string octets = std::to_string(std::int64_t{model.memory_kib} * 1024);
    return head + "TOTAL=" + octets + std::string(eol) + "LARGEST=" + octets + std::string(reply_end);
  }
  if (category == "CONFIG") {
    std::vector<std::string> trays, bins;
    for (std::size_t i = 0; i < model.inputs.size(); ++i)
      trays.push_back("INTRAY" + std::to_string(i + 1) + " " + shown(model.inputs[i].name));
    for (std::size_t i = 0; i < model.outputs.size(); ++i)
      bins.push_back("OUTBIN" + std::to_string(i + 1) + " " + shown(model.outputs[i].name));
    return head + enumerated("IN TRAYS", trays) + enumerated("OUT TRAYS", bins) +
           enumerated("PAPERS", papers_of(model)) + enumerated("LANGUAGES", languages_of(model)) +
           enumerated("USTATUS", {"DEVICE", "JOB", "PAGE", "TIMED"}) +
           "MEMORY=" + std::to_string(std::int64_t{model.memory_kib} * 1024) + std::string(eol) +
           "DISPLAY LINES=" + std::to_string(model.console_lines) + std::string(eol) +
           "DISPLAY CHARACTER SIZE=" + std::to_string(model.console_chars) + std::string(reply_end);
  }
  if (category == "VARIABLES") {
    std::string out = head;
    for (const Variable& variable : variables()) {
      const auto set = set_.find(variable.name);
      const std::string& value = set == set_.end() ? variable.initial : set->second;
      if (variable.values.empty()) {
        out += variable.name + "=" + value + " [2 RANGE]" + std::string(eol) + "\t" +
               std::to_string(variable.low) + std::string(eol) + "\t" + std::to_string(variable.high) +
               std::string(eol);
      } else {
        out += enumerated(variable.name + "=" + value, variable.values);
      }
    }
    return out + "\f";
  }
  if (category == "USTATUS") {
    return head +
           enumerated(std::string("DEVICE=") + (tells_device_ ? "ON" : "OFF"), {"OFF", "ON", "VERBOSE"}) +
           enumerated(std::string("JOB=") + (tells_jobs_ ? "ON" : "OFF"), {"OFF", "ON"}) +
           enumerated(std::string("PAGE=") + (tells_pages_ ? "ON" : "OFF"), {"OFF", "ON"}) +
           "TIMED=" + std::to_string(timed_ ? timed_->count() : 0) + " [2 RANGE]" + std::string(eol) + "\t5" +
           std::string(eol) + "\t300" + std::string(reply_end);
  }
  return head + "\"?\"" + std::string(reply_end);
}

std::string PjlDialogue::ask(std::string_view word, std::string_view options) const {
  const std::string name = upper(trimmed(options));
  std::string value = "\"?\"";
  for (const Variable& variable : variables()) {
    if (variable.name != name) continue;
    const auto set = set_.find(name);
    value = word == "INQUIRE" && set != set_.end() ? set->second : variable.initial;
  }
  return "@PJL " + std::string(word) + " " + shown(name) + std::string(eol) + value + std::string(reply_end);
}

void PjlDialogue::set_variables(std::string_view options) {
  auto given = assignment(options);
  if (!given) return;
  for (const Variable& variable : variables()) {
    if (variable.name != given->first) continue;
    std::string value = upper(given->second);
    if (variable.values.empty()) {
      std::int64_t n = 0;
      const auto [at, error] = std::from_chars(value.data(), value.data() + value.size(), n);
      if (error != std::errc() || at != value.data() + value.size()) return;
      value = std::to_string(std::clamp(n, variable.low, variable.high));
    } else if (std::find(variable.values.begin(), variable.values.end(), value) == variable.values.end()) {
      return;  // it keeps what it had
    }
    set_[variable.name] = std::move(value);
  }
}

void PjlDialogue::set_ustatus(std::string_view options) {
  const auto given = assignment(options);
  if (!given) return;
  const std::string value = upper(given->second);
  if (given->first == "DEVICE") {
    tells_device_ = value == "ON" || value == "VERBOSE";
    told_ = status_lines();
  } else if (given->first == "JOB") {
    tells_jobs_ = value == "ON";
  } else if (given->first == "PAGE") {
    tells_pages_ = value == "ON";
  } else if (given->first == "TIMED") {
    int seconds = 0;
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    timed_.reset();
    if (seconds > 0) timed_ = std::chrono::seconds(std::clamp(seconds, 5, 300));
  }
}

std::string PjlDialogue::take(std::string_view line, Moment now) {
  if (upper(line.substr(0, 4)) != "@PJL") return {};
  line.remove_prefix(4);
  const auto [first, options] = split(line);
  const std::string word = upper(first);
  if (word == "ECHO") return "@PJL ECHO " + shown(options, 2048) + std::string(reply_end);
  if (word == "INFO") return info(shown(upper(trimmed(options)), 40));
  if (word == "INQUIRE" || word == "DINQUIRE") {
    // "INQUIRE LPARM : PCL PTSIZE": of one language; there are none such.
    return ask(word, options);
  }
  if (word == "SET") {
    set_variables(options);
  } else if (word == "RESET" || word == "INITIALIZE") {
    set_.clear();
  } else if (word == "USTATUS") {
    set_ustatus(options);
  } else if (word == "USTATUSOFF") {
    tells_device_ = tells_jobs_ = tells_pages_ = false;
    timed_.reset();
  } else if (word == "RDYMSG" || word == "OPMSG" || word == "STMSG") {
    const auto display = assignment(options);
    if (!display || display->first != "DISPLAY") return {};
    device_.set_ready_message(shown(display->second, shown_max));
    // A message to the operator stops the printer until somebody presses a key.
    if (word != "RDYMSG") device_.set_online(false, now);
  }
  return {};
}

std::string PjlDialogue::device_changed() {
  if (!tells_device_) return {};
  std::string status = status_lines();
  if (status == told_) return {};
  told_ = std::move(status);
  return "@PJL USTATUS DEVICE" + std::string(eol) + told_ + std::string(reply_end);
}

std::string PjlDialogue::timed() {
  if (!timed_) return {};
  return "@PJL USTATUS TIMED" + std::string(eol) + status_lines() + std::string(reply_end);
}

std::string PjlDialogue::printed(const RawJob& job, std::uint32_t done) {
  const std::string name =
      job.name.empty() ? std::string() : "NAME=\"" + shown(job.name) + "\"" + std::string(eol);
  std::string out;
  if (tells_jobs_) out = "@PJL USTATUS JOB" + std::string(eol) + "START" + std::string(eol) + name + "\f";
  if (tells_pages_) {
    for (std::uint32_t page = 1; page <= std::min(done, pages_told_max); ++page)
      out += "@PJL USTATUS PAGE" + std::string(eol) + std::to_string(page) + std::string(reply_end);
  }
  if (tells_jobs_)
    out += "@PJL USTATUS JOB" + std::string(eol) + "END" + std::string(eol) + name +
           "PAGES=" + std::to_string(done) + std::string(reply_end);
  return out;
}

}  // namespace mr::printer
