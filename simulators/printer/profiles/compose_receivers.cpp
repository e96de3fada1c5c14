// Who gets the printer's traps, as the vendor's tables have it: managers create and delete the rows.
//
// A receiver's row is named by its address: 6 octets of SnmpUDPAddress for an IPv4 address, else host and
// port as text.
#include <algorithm>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid trap_client_entry = vendor_arcs + Oid{51, 13, 2, 1},
          trap_view_entry = vendor_arcs + Oid{51, 14, 2, 1};
constexpr std::int32_t row_create = 4, row_destroy = 6;

constexpr Oid::Arc udp_domain = 1, host_domain = 21;

std::optional<std::array<std::uint8_t, 4>> ipv4(const std::string& text) {
  std::array<std::uint8_t, 4> out{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    unsigned n = 0;
    std::size_t digits = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && digits < 4; ++at, ++digits)
      n = n * 10 + static_cast<unsigned>(text[at] - '0');
    if (digits == 0 || n > 255 || (i < 3 && (at >= text.size() || text[at++] != '.'))) return {};
    out[i] = static_cast<std::uint8_t>(n);
  }
  if (at != text.size()) return {};
  return out;
}

Oid client_index(const TrapTarget& target) {
  if (const auto address = ipv4(target.address)) {
    Oid out{udp_domain, 6};
    for (const std::uint8_t octet : *address) out.append(octet);
    out.append(target.port >> 8);
    out.append(target.port & 0xff);
    return out;
  }
  const std::string text = (target.address + ":" + std::to_string(target.port)).substr(0, 100);
  Oid out{host_domain, static_cast<Oid::Arc>(text.size())};
  for (const char c : text) out.append(static_cast<unsigned char>(c));
  return out;
}

// The receiver that an index names; nothing where it is none that traps can be sent to.
std::optional<TrapTarget> client_of(const Oid& index) {
  if (index.size() < 3 || index[1] != index.size() - 2 || index[1] > 100) return {};
  std::string octets;
  for (std::size_t i = 2; i < index.size(); ++i) {
    if (index[i] > 255) return {};
    octets += static_cast<char>(index[i]);
  }
  TrapTarget out;
  out.version = 1;  // what a receiver gets that asks for nothing else
  if (index[0] == udp_domain) {
    if (octets.size() != 6) return {};
    const auto at = [&](std::size_t i) {
      return static_cast<unsigned>(static_cast<unsigned char>(octets[i]));
    };
    out.address = std::to_string(at(0)) + "." + std::to_string(at(1)) + "." + std::to_string(at(2)) + "." +
                  std::to_string(at(3));
    out.port = static_cast<std::uint16_t>(at(4) << 8 | at(5));
  } else if (index[0] == host_domain) {
    const std::size_t colon = octets.rfind(':');
    if (colon == std::string::npos || colon == 0 || octets.size() - colon > 6) return {};
    unsigned port = 0;
    for (std::size_t i = colon + 1; i < octets.size(); ++i) {
      if (octets[i] < '0' || octets[i] > '9') return {};
      port = port * 10 + static_cast<unsigned>(octets[i] - '0');
    }
    if (port > 65535) return {};
    out.address = octets.substr(0, colon);
    out.port = static_cast<std::uint16_t>(port);
    if (client_index(out) != index) return {};  // an IPv4 address, or a port in another form
  } else {
    return {};
  }
  if (out.port == 0) return {};
  return out;
}

class TrapClientTable final : public LiveTable {
 public:
  TrapClientTable() : LiveTable(trap_client_entry, {3, 4, 5, 6, 7}) {}
  std::size_t rows(const DeviceMib& mib) const override {
    return mib.device().settings().trap_targets.size();
  }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return client_index(mib.device().settings().trap_targets[row]);
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    const TrapTarget& target = mib.device().settings().trap_targets[row];
    switch (column) {
      case 3:
        return Value::integer(row_active);
      case 4:
        return Value::integer(static_cast<std::int32_t>(row + 1));
      case 5:
        return Value::integer(kept);
      case 6:
        return Value::integer(target.version == 1 ? v1 : target.version == 2 ? v2c : v3);
      default:
        return Value::octets("");  // communities are not told
    }
  }

  // Columns but the row's status are given with its creation, later in the same SET.
  ErrorStatus test(DeviceMib& mib, const Oid& index, Oid::Arc column, const Value& value) const override {
    const bool there = find(mib, index).has_value();
    auto& promised = mib.make_notes().promised;
    const bool coming = std::find(promised.begin(), promised.end(), index) != promised.end();
    const Type type = column == 7 ? Type::octets : Type::integer;
    if (column == 4) return ErrorStatus::not_writable;
    if (value.type() != type) return ErrorStatus::wrong_type;
    const std::int64_t number = value.number().value_or(0);
    if (column == 3) {
      if (number == row_destroy) return ErrorStatus::no_error;
      if (number == row_active) return there ? ErrorStatus::no_error : ErrorStatus::inconsistent_value;
      if (number != row_create) return ErrorStatus::wrong_value;
      if (there) return ErrorStatus::inconsistent_value;
      if (!client_of(index)) return ErrorStatus::no_creation;
      if (rows(mib) + promised.size() >= Settings::trap_targets_max) return ErrorStatus::resource_unavailable;
      promised.push_back(index);
      return ErrorStatus::no_error;
    }
    if (column == 5 && number != kept) return ErrorStatus::wrong_value;
    if (column == 6 && number != v1 && number != v2c && number != v3) return ErrorStatus::wrong_value;
    if (column == 7 && value.octets()->size() > 64) return ErrorStatus::wrong_length;
    return coming  ? ErrorStatus::no_error
           : there ? ErrorStatus::inconsistent_value
                   : ErrorStatus::inconsistent_name;
  }

  ErrorStatus commit(DeviceMib& mib, const Oid& index, Oid::Arc column, const Value& value) const override {
    Settings settings = mib.device().settings();
    auto& targets = settings.trap_targets;
    const auto row = find(mib, index);
    const std::int64_t number = value.number().value_or(row_destroy);  // an exception: it was not there
    if (column == 3 && number == row_destroy) {
      if (!row) return ErrorStatus::no_error;
      targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(*row));
    } else if (column == 3 && !row) {  // created, or put back
      const auto target = client_of(index);
      if (!target || targets.size() >= Settings::trap_targets_max) return ErrorStatus::commit_failed;
      targets.push_back(*target);
    } else if (!row) {
      return value.is_exception() ? ErrorStatus::no_error : ErrorStatus::commit_failed;
    } else if (column == 6) {
      targets[*row].version = number == v1 ? 1 : number == v2c ? 2 : 3;
    } else if (column == 7) {
      if (!value.is_exception()) targets[*row].community_or_user = *value.octets();
    }
    mib.device().set(std::move(settings));
    return ErrorStatus::no_error;
  }

 private:
  static constexpr std::int32_t kept = 4, v1 = 3, v2c = 6, v3 = 10;
};

// A receiver gets all of the printer's traps: one view a receiver.
class TrapViewTable final : public LiveTable {
 public:
  TrapViewTable() : LiveTable(trap_view_entry, {2, 3, 4}) {}
  std::size_t rows(const DeviceMib& mib) const override {
    return mib.device().settings().trap_targets.size();
  }
  Oid index(const DeviceMib&, std::size_t row) const override { return {row_of(row), 4, 1, 3, 6, 1}; }
  Value cell(const DeviceMib&, std::size_t, Oid::Arc column) const override {
    return Value::integer(column == 2 ? row_active : column == 3 ? every_severity : every_training);
  }

 private:
  static constexpr std::int32_t every_severity = 0x1ff, every_training = 0x7f;
};

}  // namespace

void compose_trap_receivers(Composition& out) {
  const Oid counts = vendor_arcs + Oid{51, 13, 1}, view_counts = vendor_arcs + Oid{51, 14, 1};
  const auto receivers = [](const Device& d) {
    return static_cast<std::int64_t>(d.settings().trap_targets.size());
  };
  out.counted(counts + Oid{1, 0}, Type::counter32, receivers);
  out.number(counts + Oid{2, 0}, static_cast<std::int32_t>(Settings::trap_targets_max));
  out.counted(view_counts + Oid{1, 0}, Type::counter32, receivers);
  out.number(view_counts + Oid{2, 0}, static_cast<std::int32_t>(Settings::trap_targets_max));
  static const TrapClientTable clients;
  static const TrapViewTable views;
  out.live.insert(out.live.end(), {&clients, &views});
}

}  // namespace mr::printer
