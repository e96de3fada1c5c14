// What managers may SET of a printer, and what it does (RFC 3416 section 4.2.5).
#include <algorithm>
#include <utility>

#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;
using snmp::VarBind;

namespace {

// Objects by their name without instance, or with it where scalar.
struct Writable {
  Oid object;
  WriteRule rule;
};

constexpr std::uint64_t bits(std::initializer_list<int> values) {
  std::uint64_t out = 0;
  for (const int value : values) out |= std::uint64_t{1} << value;
  return out;
}

const std::vector<Writable>& writables() {
  static const Oid printer{1, 3, 6, 1, 2, 1, 43};
  // Columns whose rows others point at.
  static const Oid languages = printer + Oid{7, 1, 1, 2}, inputs = printer + Oid{8, 2, 1, 2},
                   outputs = printer + Oid{9, 2, 1, 2}, markers = printer + Oid{10, 2, 1, 2},
                   paths = printer + Oid{13, 4, 1, 9}, interpreters = printer + Oid{15, 1, 1, 2};
  static const std::vector<Writable> all = [] {
    const Oid system{1, 3, 6, 1, 2, 1, 1}, vendor{1, 3, 6, 1, 4, 1, 253, 8};
    const Oid device = vendor + Oid{53, 3, 2, 1}, management = vendor + Oid{53, 5, 2, 1},
              base = vendor + Oid{51, 1, 2, 1};
    const auto text = [](std::int32_t most, bool ascii = false) {
      WriteRule rule{0, most};
      rule.ascii = ascii;
      return rule;
    };
    const auto one_of = [](std::initializer_list<int> values) {
      WriteRule rule{0, 63};
      rule.values = bits(values);
      return rule;
    };
    const auto row_of = [](const Oid& column, std::int32_t low = 1) {
      WriteRule rule{low, 65535};
      rule.row = &column;
      return rule;
    };
    const WriteRule on_off = one_of({3, 4}), counts{-2, INT32_MAX};
    std::vector<Writable> out{
        {system + Oid{4, 0}, text(255, true)},
        {system + Oid{5, 0}, text(255, true)},
        {system + Oid{6, 0}, text(255, true)},
        {Oid{1, 3, 6, 1, 2, 1, 11, 30, 0}, {1, 2}},     // snmpEnableAuthenTraps
        {Oid{1, 3, 6, 1, 2, 1, 25, 1, 2, 0}, {8, 11}},  // hrSystemDate
        {device + 14u, text(31)},                       // the vendor's and the customer's asset tag
        {device + 15u, text(31)},
        {management + 2u, {1, 2942}},  // xcmHrDevMgmtCommandRequest
        {management + 3u, text(255)},
        {base + 13u, text(64)},  // communities: read, write, trap
        {base + 14u, text(64)},
        {base + 15u, text(64)},
    };
    for (const auto& [arcs, rule] : std::initializer_list<std::pair<Oid, WriteRule>>{
             {{5, 1, 1, 2}, row_of(languages)},  // prtGeneralCurrentLocalization
             {{5, 1, 1, 3}, {3, 6}},             // prtGeneralReset
             {{5, 1, 1, 4}, text(127)},          // prtGeneralCurrentOperator
             {{5, 1, 1, 5}, text(127)},          // prtGeneralServicePerson
             {{5, 1, 1, 6}, row_of(inputs)},     // prtInputDefaultIndex
             {{5, 1, 1, 7}, row_of(outputs)},
             {{5, 1, 1, 8}, row_of(markers)},
             {{5, 1, 1, 9}, row_of(paths)},
             {{5, 1, 1, 10}, row_of(languages)},  // prtConsoleLocalization
             {{5, 1, 1, 13}, on_off},             // prtConsoleDisable
             {{5, 1, 1, 14}, on_off},             // prtAuxiliarySheetStartupPage
             {{5, 1, 1, 15}, on_off},
             {{5, 1, 1, 16}, text(127)},  // prtGeneralPrinterName
             {{8, 2, 1, 4}, counts},      // prtInputMediaDimFeedDirDeclared
             {{8, 2, 1, 5}, counts},
             {{8, 2, 1, 12}, text(63)},              // prtInputMediaName
             {{8, 2, 1, 13}, text(63)},              // prtInputName
             {{8, 2, 1, 20}, counts},                // prtInputMediaWeight
             {{8, 2, 1, 21}, text(63)},              // prtInputMediaType
             {{8, 2, 1, 22}, text(63)},              // prtInputMediaColor
             {{8, 2, 1, 25}, row_of(inputs, -3)},    // prtInputNextIndex
             {{9, 2, 1, 7}, text(63)},               // prtOutputName
             {{14, 1, 1, 4}, row_of(interpreters)},  // prtChannelCurrentJobCntlLangIndex
             {{14, 1, 1, 5}, row_of(interpreters)},
             {{15, 1, 1, 7}, one_of({3, 4})},  // prtInterpreterDefaultOrientation
         }) {
      out.push_back({printer + arcs, rule});
    }
    return out;
  }();
  return all;
}

bool is_community(Field field) {
  return field == Field::read_community || field == Field::write_community || field == Field::trap_community;
}
std::size_t hidden_place(Field field) {
  return static_cast<std::size_t>(field) - static_cast<std::size_t>(Field::read_community);
}
std::string& community(Settings& settings, std::size_t which) {
  return which == 0   ? settings.read_community
         : which == 1 ? settings.write_community
                      : settings.trap_community;
}

// DateAndTime as a civil time and its zone; nothing where it is no date.
struct Civil {
  std::chrono::sys_time<Moment> utc;
  std::optional<std::chrono::minutes> zone;
};
std::optional<Civil> civil_of(const std::string& octets) {
  using namespace std::chrono;
  if (octets.size() != 8 && octets.size() != 11) return {};
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(octets[i]); };
  const year_month_day date(year(at(0) << 8 | at(1)), month(at(2)), day(at(3)));
  if (!date.ok() || at(0) << 8 >= 2200 || at(4) > 23 || at(5) > 59 || at(6) > 60 || at(7) > 9) return {};
  if ((at(0) << 8 | at(1)) < 1970) return {};
  Civil out{sys_days(date) + hours(at(4)) + minutes(at(5)) + seconds(at(6)) + milliseconds(100 * at(7)), {}};
  if (octets.size() == 11) {
    if ((octets[8] != '+' && octets[8] != '-') || at(9) > 13 || at(10) > 59) return {};
    out.zone = minutes(at(9) * 60 + at(10)) * (octets[8] == '-' ? -1 : 1);
    out.utc -= *out.zone;
  }
  return out;
}

}  // namespace

std::optional<WriteRule> write_rule(const Oid& name) {
  for (const Writable& writable : writables()) {
    if (name.starts_with(writable.object)) return writable.rule;
  }
  return {};
}

ErrorStatus check(const Value& value, const WriteRule& rule) {
  if (const std::string* octets = value.octets()) {
    const auto size = static_cast<std::int64_t>(octets->size());
    if (size < rule.low || size > rule.high) return ErrorStatus::wrong_length;
    const bool plain = std::none_of(octets->begin(), octets->end(), [](char c) { return (c & 0x80) != 0; });
    return rule.ascii && !plain ? ErrorStatus::wrong_value : ErrorStatus::no_error;
  }
  const auto number = value.number();
  if (!number || *number < rule.low || *number > rule.high) return ErrorStatus::wrong_value;
  if (rule.values != 0 && !(rule.values >> *number & 1)) return ErrorStatus::wrong_value;
  return ErrorStatus::no_error;
}

DeviceMib::Notes& DeviceMib::make_notes() {
  if (!notes_) notes_ = std::make_unique<Notes>();
  return *notes_;
}

ErrorStatus DeviceMib::test(const VarBind& wanted) {
  const Variable* variable = template_->find(wanted.name);
  if (!variable) {
    if (const LiveTable* table = template_->live_at(wanted.name)) {
      const auto tail = wanted.name.after(table->entry());
      const auto columns = table->columns();
      if (!std::binary_search(columns.begin(), columns.end(), tail[0])) return ErrorStatus::not_writable;
      return table->test(*this, Oid(tail.subspan(1)), tail[0], wanted.value);
    }
    return write_rule(wanted.name) && template_->has_object(wanted.name) ? ErrorStatus::no_creation
                                                                         : ErrorStatus::not_writable;
  }
  const auto rule = write_rule(wanted.name);
  const Reading* reading = variable->binding.reading.get();
  if (!rule || (reading && !reading->commit)) return ErrorStatus::not_writable;
  if (wanted.value.type() != variable->value.type()) return ErrorStatus::wrong_type;
  if (const ErrorStatus status = check(wanted.value, *rule); status != ErrorStatus::no_error) return status;
  if (rule->row && wanted.value.number() > 0 &&
      !template_->find(*rule->row + 1u + static_cast<Oid::Arc>(*wanted.value.number())))
    return ErrorStatus::inconsistent_value;
  if (variable->binding.field == Field::system_date && !civil_of(*wanted.value.octets()))
    return wanted.value.octets()->size() == 8 || wanted.value.octets()->size() == 11
               ? ErrorStatus::wrong_value
               : ErrorStatus::wrong_length;
  return reading && reading->test ? reading->test(*this, wanted.value) : ErrorStatus::no_error;
}

ErrorStatus DeviceMib::commit_bound(const Variable& variable, const Value& value) {
  Settings settings = device_.settings();
  const std::string text = value.octets() ? *value.octets() : std::string();
  switch (variable.binding.field) {
    case Field::contact:
      settings.contact = text;
      break;
    case Field::system_name:
      settings.name = text;
      break;
    case Field::location:
      settings.location = text;
      break;
    case Field::read_community:
    case Field::write_community:
    case Field::trap_community: {
      const std::size_t which = hidden_place(variable.binding.field);
      std::string& held = community(settings, which);
      make_notes().hidden[which] = std::exchange(held, text);
      break;
    }
    case Field::printer_name:
      device_.set_printer_name(text);
      return ErrorStatus::no_error;
    case Field::system_date: {
      const auto civil = civil_of(text);
      if (!civil) return ErrorStatus::commit_failed;
      device_.set_clock(civil->utc - now_, civil->zone.value_or(device_.zone()));
      return ErrorStatus::no_error;
    }
    case Field::general_reset:
      if (const auto what = value.number().value_or(0); what >= 4 && what <= 6) {
        device_.request_reset(static_cast<Reset>(what));
      } else {
        ignore(device_.take_reset(), "3 is notResetting: takes back a request of the same SET");
      }
      return ErrorStatus::no_error;
    case Field::reading:
      return variable.binding.reading->commit ? variable.binding.reading->commit(*this, value)
                                              : ErrorStatus::commit_failed;
    default:
      return ErrorStatus::commit_failed;
  }
  device_.set(std::move(settings));
  return ErrorStatus::no_error;
}

ErrorStatus DeviceMib::commit(const VarBind& wanted) {
  const Variable* variable = template_->find(wanted.name);
  if (!variable) {
    const LiveTable* table = template_->live_at(wanted.name);
    if (!table) return ErrorStatus::commit_failed;
    const auto tail = wanted.name.after(table->entry());
    return table->commit(*this, Oid(tail.subspan(1)), tail[0], wanted.value);
  }
  if (variable->binding.field != Field::constant) return commit_bound(*variable, wanted.value);
  const auto position = static_cast<std::uint32_t>(variable - template_->variables().data());
  const auto at = std::lower_bound(set_.begin(), set_.end(), position,
                                   [](const auto& s, std::uint32_t p) { return s.first < p; });
  if (at != set_.end() && at->first == position) {
    at->second = wanted.value;
  } else {
    set_.insert(at, {position, wanted.value});
  }
  device_.count_config_change();
  return ErrorStatus::no_error;
}

bool DeviceMib::undo(const VarBind& before) {
  const Variable* variable = template_->find(before.name);
  if (!variable || !is_community(variable->binding.field)) return commit(before) == ErrorStatus::no_error;
  const std::size_t which = hidden_place(variable->binding.field);  // `before` does not tell it
  Settings settings = device_.settings();
  community(settings, which) = make_notes().hidden[which];
  device_.set(std::move(settings));
  return true;
}

}  // namespace mr::printer
