// Between jobs the reader looks at lines (PJL) and at how the next data begins; within data it looks for the
// Universal Exit alone.
#include "simulators/printer/raw9100/raw_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "simulators/printer/raw9100/words.hpp"

namespace mr::printer {
namespace {

constexpr std::string_view universal_exit = "\x1b%-12345X";
constexpr std::size_t pjl_line_max = 2048, name_octets_max = 255, items_max = 8192;

std::string cleaned(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, name_octets_max)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out;
}

// The value of `key = value` or `key = "value"` in a PJL command's options.
std::optional<std::string> option(std::string_view options, std::string_view key) {
  const std::string all = upper(options);
  for (std::size_t at = all.find(key); at != all.npos; at = all.find(key, at + 1)) {
    if (at > 0 && all[at - 1] != ' ' && all[at - 1] != '\t') continue;
    std::string_view rest = trimmed(options.substr(at + key.size()));
    if (!rest.starts_with('=')) continue;
    rest = trimmed(rest.substr(1));
    if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      return cleaned(rest.substr(0, rest.find('"')));
    }
    return cleaned(rest.substr(0, rest.find_first_of(" \t")));
  }
  return {};
}

std::uint32_t count_of(const std::optional<std::string>& text) {
  std::uint32_t value = 1;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return std::clamp<std::uint32_t>(value, 1, 32767);
}

// What the data is; nothing while it could still be several.
std::optional<Language> sniff(std::string_view start, bool whole) {
  struct Mark {
    std::string_view octets;
    Language language;
  };
  static constexpr Mark marks[] = {{"%!", Language::postscript},      {"\x04%!", Language::postscript},
                                   {"%PDF-", Language::pdf},          {") HP-PCL XL", Language::pcl_xl},
                                   {"( HP-PCL XL", Language::pcl_xl}, {"\x1b", Language::pcl}};
  for (const Mark& mark : marks) {
    if (start.starts_with(mark.octets)) return mark.language;
    if (!whole && mark.octets.starts_with(start)) return {};
  }
  return Language::text;
}

std::optional<Language> language_named(std::string_view name) {
  const std::string word = upper(name);
  if (word == "POSTSCRIPT") return Language::postscript;
  if (word == "PCL" || word == "PCL5" || word == "PCL5C") return Language::pcl;
  if (word == "PCLXL") return Language::pcl_xl;
  if (word == "PDF") return Language::pdf;
  if (word == "TEXT") return Language::text;
  return {};
}

// The values of PJL's PAPER that there are sizes for.
MediaSize paper_named(std::string_view word) {
  static constexpr std::pair<std::string_view, MediaSize> papers[] = {
      {"A4", MediaSize::a4},    {"LETTER", MediaSize::letter}, {"LEGAL", MediaSize::legal},
      {"A5", MediaSize::a5},    {"A3", MediaSize::a3},         {"LEDGER", MediaSize::ledger},
      {"SRA3", MediaSize::sra3}};
  for (const auto& [name, size] : papers) {
    if (name == word) return size;
  }
  return MediaSize::other;
}

// TRAY1, TRAY2, ...; 0 for anything else: the printer chooses.
std::uint16_t tray_named(std::string_view word) {
  if (word.size() != 5 || !word.starts_with("TRAY") || word[4] < '1' || word[4] > '9') return 0;
  return static_cast<std::uint16_t>(word[4] - '0');
}

}  // namespace

bool RawJob::is_test_page() const { return upper(name) == upper(test_page_name); }

struct RawReader::State {
  explicit State(firmware::Limits with) : limits(with) {}

  enum class At { between, data, firmware };
  firmware::Limits limits;
  At at = At::between;
  std::string came;  // from `looked` on not looked at yet: at most a PJL line, or a header
  std::size_t looked = 0;
  bool header_seen = false;  // the job at hand began with a header of the family, of a print job
  std::uint64_t octets = 0;  // in all
  bool after_exit = false;   // PJL may come, and blank lines are nothing
  bool in_job = false;       // between @PJL JOB and EOJ
  bool any_data = false;     // the job at hand has had data
  std::optional<Language> entered;
  std::uint32_t copies = 1, quantity = 1;
  std::optional<bool> colour_mode;
  std::optional<bool> duplex_set;
  PageCoverage rated{5000, 5000, 5000, 5000};
  std::array<std::uint64_t, 4> covered{};  // sum over the impressions of the job at hand
  bool measured = false;                   // some of it is
  RawJob job;
  std::unique_ptr<PageCounter> counter;
  std::vector<RawItem> items;
  std::optional<firmware::Reader> file;
  std::optional<Fault> file_fault;

  std::string_view pending() const { return std::string_view(came).substr(looked); }
  void skip(std::size_t n) { looked += n; }
  void compact() {
    came.erase(0, looked);
    looked = 0;
  }

  void end_data() {
    if (!counter) return;
    const PageCount count = counter->finish();
    const std::uint64_t each = count.copies > 1 ? count.copies : copies;
    const std::uint64_t wanted = std::uint64_t{count.pages} * each * quantity;
    const auto impressions =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, pages_max - job.impressions));
    job.impressions += impressions;
    job.sets = static_cast<std::uint32_t>(std::min<std::uint64_t>(each * quantity, pages_max));
    const PageCoverage& coverage = count.coverage ? *count.coverage : rated;
    for (std::size_t i = 0; i < covered.size(); ++i) covered[i] += std::uint64_t{coverage[i]} * impressions;
    measured = measured || count.coverage;
    job.colour = colour_mode.value_or(job.colour || count.colour);
    job.duplex = job.duplex || count.duplex || duplex_set.value_or(false);
    if (count.size != MediaSize::of_tray) job.size = count.size;
    if (job.name.empty()) job.name = cleaned(count.title);
    counter.reset();
    at = At::between;
    after_exit = true;
    entered.reset();
  }

  void end_job() {
    end_data();
    if (std::exchange(any_data, false) && items.size() < items_max) {
      if (measured && job.impressions > 0) {
        job.coverage.emplace();
        for (std::size_t i = 0; i < covered.size(); ++i)
          (*job.coverage)[i] = static_cast<std::uint32_t>(covered[i] / job.impressions);
      }
      items.push_back(std::move(job));
    }
    covered = {};
    measured = false;
    job = RawJob();
    in_job = header_seen = false;
    copies = quantity = 1;
    colour_mode.reset();
    duplex_set.reset();
  }

  void begin_data(Language language) {
    at = At::data;
    any_data = true;
    job.language = language;
    counter = make_counter(language);
  }

  void take_command(std::string_view line) {
    const std::string whole(trimmed(line));
    line = trimmed(line.substr(4));
    const std::size_t space = line.find_first_of(" \t");
    const std::string word = upper(line.substr(0, space));
    const std::string_view options = space == line.npos ? std::string_view() : line.substr(space);
    if (word == "JOB") {
      if (in_job) end_job();
      in_job = true;
      if (auto name = option(options, "NAME")) job.name = std::move(*name);
    } else if (word == "EOJ") {
      end_job();
    } else if (word == "ENTER") {
      entered = language_named(option(options, "LANGUAGE").value_or(""));
      after_exit = false;  // the very next octet is the language's
    } else if (word == "SET") {
      if (auto user = option(options, "USERNAME")) job.user = std::move(*user);
      if (const auto n = option(options, "COPIES")) copies = count_of(n);
      if (const auto n = option(options, "QTY")) quantity = count_of(n);
      if (const auto mode = option(options, "RENDERMODE")) colour_mode = upper(*mode) == "COLOR";
      if (const auto sides = option(options, "DUPLEX")) duplex_set = upper(*sides) == "ON";
      if (const auto paper = option(options, "PAPER")) job.size = paper_named(upper(*paper));
      if (const auto source = option(options, "MEDIASOURCE")) job.tray = tray_named(upper(*source));
      if (const auto finish = option(options, "FINISH")) job.stapled = upper(*finish) == "STAPLE";
    }
    if (items.size() < items_max) items.push_back(PjlLine{whole});
  }

  // Looks at what is pending between jobs; false where more octets are needed.
  bool look(bool whole) {
    const std::string_view start = pending();
    if (start.empty()) return false;
    const auto may_become = [&](std::string_view text) {
      return !whole && start.size() < text.size() && text.starts_with(start);
    };
    if (start.starts_with(universal_exit)) {
      skip(universal_exit.size());
      if (!in_job) end_job();
      after_exit = true;
      return true;
    }
    if (may_become(universal_exit)) return false;
    // A firmware file begins a job; it does not follow data of one.
    if (!any_data && !entered && !header_seen) {
      auto header = firmware::read_start(start);
      if (!header) return begin_firmware(header.error());
      switch (header->kind) {
        case firmware::Start::Kind::firmware:
          at = At::firmware;
          file.emplace(std::move(header->header), header->length, limits);
          skip(header->length);
          return true;
        case firmware::Start::Kind::more:
          if (!whole) return false;
          // Its first line came, at least: no print job begins so.
          if (start.find('\n') != start.npos)
            return begin_firmware(Fault(firmware::errc::no_header, "it ends within the header"));
          break;
        case firmware::Start::Kind::other:
          if (header->length == 0) break;
          header_seen = true;
          skip(header->length);
          return true;
      }
    }
    if (start.starts_with("@PJL")) {
      const std::size_t end = start.substr(0, pjl_line_max).find('\n');
      if (end != start.npos || whole) {
        const std::string line(start.substr(0, end));
        skip(end == start.npos ? start.size() : end + 1);
        take_command(line);
        return true;
      }
      if (start.size() < pjl_line_max) return false;
    } else if (may_become("@PJL")) {
      return false;
    }
    if (after_exit && (start[0] == '\r' || start[0] == '\n' || start[0] == '\0')) {
      skip(1);
      return true;
    }
    const auto language = entered ? entered : sniff(start, whole);
    if (!language) return false;
    begin_data(*language);
    return true;
  }

  bool begin_firmware(Fault fault) {
    at = At::firmware;
    file_fault = std::move(fault);
    return true;
  }

  void run(bool whole) {
    for (;;) {
      if (at == At::between) {
        if (!look(whole)) break;
      } else if (at == At::firmware) {
        if (file) file->feed(pending());
        skip(pending().size());
        break;
      } else {
        const std::string_view data = pending();
        const std::size_t exit = data.find(universal_exit);
        std::size_t take = exit;
        if (exit == data.npos) {
          // What may be the beginning of a Universal Exit stays for the next octets.
          std::size_t tail = whole ? 0 : std::min(data.size(), universal_exit.size() - 1);
          while (tail > 0 && !universal_exit.starts_with(data.substr(data.size() - tail))) --tail;
          take = data.size() - tail;
        }
        job.octets += take;
        counter->feed(data.substr(0, take));
        skip(take);
        if (exit == data.npos) break;
        end_data();
      }
    }
    compact();
  }
};

RawReader::RawReader(firmware::Limits limits) : state_(std::make_unique<State>(limits)) {}
RawReader::~RawReader() = default;
RawReader::RawReader(RawReader&&) noexcept = default;

void RawReader::feed(std::string_view octets) {
  constexpr std::size_t at_once = 64 * 1024;
  while (!octets.empty()) {
    const std::string_view part = octets.substr(0, at_once);
    octets.remove_prefix(part.size());
    state_->octets += part.size();
    if (state_->at == State::At::firmware) {
      if (state_->file) state_->file->feed(part);
      continue;
    }
    state_->came.append(part);
    state_->run(false);
  }
}

void RawReader::finish() {
  state_->run(true);
  if (state_->at != State::At::firmware) state_->end_job();
}

std::vector<RawItem> RawReader::take() { return std::exchange(state_->items, {}); }
std::vector<RawJob> RawReader::take_jobs() {
  std::vector<RawJob> out;
  for (RawItem& item : take()) {
    if (auto* job = std::get_if<RawJob>(&item)) out.push_back(std::move(*job));
  }
  return out;
}
bool RawReader::is_firmware() const { return state_->at == State::At::firmware; }
std::uint64_t RawReader::octets() const { return state_->octets; }

Result<firmware::File> RawReader::take_firmware() {
  MR_ASSERT(is_firmware());
  if (state_->file_fault) return *state_->file_fault;
  MR_ASSERT(state_->file.has_value());
  return state_->file->finish();
}

}  // namespace mr::printer
