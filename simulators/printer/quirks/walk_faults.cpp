// Walks that do not end, or not as they should.
#include <algorithm>

#include "simulators/printer/quirks/datagram_acts.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Pdu;
using snmp::PduType;
using snmp::Value;
using snmp::VarBind;
using snmp::Version;

std::shared_ptr<const DatagramAct> read_datagram_act(std::string_view act, Words& words) {
  DatagramAct out;
  if (act == "doze") {
    out.what = DatagramAct::What::doze;
    out.after = std::chrono::seconds(words.number("after_s", 0, INT32_MAX));
    out.drops = static_cast<std::uint32_t>(words.number("drops", 0, 1000, 0));
    out.wakes = std::chrono::milliseconds(words.number("wakes_ms", 0, 600'000, 0));
  } else if (act == "community_any_case") {
    out.what = DatagramAct::What::community_any_case;
  } else if (act == "walk") {
    const std::string how = words.one_of("how", {"error", "stop", "loop", "stand"});
    out.what = how == "error"  ? DatagramAct::What::walk_error
               : how == "stop" ? DatagramAct::What::walk_stop
               : how == "loop" ? DatagramAct::What::walk_loop
                               : DatagramAct::What::walk_stand;
    out.under = words.oid("under", Oid());
  } else {
    return nullptr;
  }
  return std::make_shared<DatagramAct>(std::move(out));
}

namespace {

constexpr std::size_t counter64_run_max = 4096;  // variables that v1 passes over in one step

class Walking {
 public:
  Walking(Version version, snmp::VariableSource& source, const std::vector<const DatagramAct*>& faults)
      : version_(version), source_(source), faults_(faults) {}

  enum class Step { found, end, error };
  Step step(const Oid& after, VarBind& out) {
    const bool found = next(after, out);
    for (const DatagramAct* fault : faults_) {
      const Oid& under = fault->under;
      const bool from_inside = after.starts_with(under);
      const bool to_inside = found && out.name.starts_with(under);
      switch (fault->what) {
        case DatagramAct::What::walk_stop:
          if (to_inside) return touched(), Step::end;
          break;
        case DatagramAct::What::walk_error:
          if (from_inside && !to_inside) return touched(), Step::error;
          break;
        case DatagramAct::What::walk_loop:
          if (from_inside && !to_inside) {
            touched();
            return next(under, out) && out.name.starts_with(under) ? Step::found : Step::end;
          }
          break;
        case DatagramAct::What::walk_stand:
          if (from_inside && !to_inside) {
            Value value = source_.get(after);
            if (value.is_exception()) break;  // not asked from a variable: there is nothing to stand on
            touched();
            out = {after, std::move(value)};
            return Step::found;
          }
          break;
        default:
          break;
      }
    }
    return found ? Step::found : Step::end;
  }
  bool was_touched() const { return touched_; }

 private:
  void touched() { touched_ = true; }
  bool next(const Oid& after, VarBind& out) {
    Oid from = after;
    for (std::size_t i = 0; i < counter64_run_max && source_.next(from, out.name, out.value); ++i) {
      if (version_ != Version::v1 || out.value.type() != snmp::Type::counter64) return true;
      from = out.name;
    }
    return false;
  }
  Version version_;
  snmp::VariableSource& source_;
  const std::vector<const DatagramAct*>& faults_;
  bool touched_ = false;
};

Pdu refusal(const Pdu& request, const Pdu& honest, ErrorStatus status, std::size_t index) {
  Pdu out = honest;
  out.error_status = static_cast<std::int32_t>(status);
  out.error_index = static_cast<std::int32_t>(index);
  out.varbinds = request.varbinds;
  return out;
}

}  // namespace

std::optional<Pdu> walk_with_faults(const Pdu& request, const Pdu& honest, Version version,
                                    snmp::VariableSource& source,
                                    const std::vector<const DatagramAct*>& faults) {
  const bool bulk = request.type == PduType::get_bulk;
  if (!bulk && request.type != PduType::get_next) return {};
  const bool ended =
      version == Version::v1 && honest.error_status == static_cast<std::int32_t>(ErrorStatus::no_such_name);
  if (honest.type != PduType::response || (honest.error_status != 0 && !ended)) return {};

  Walking walking(version, source, faults);
  Pdu out = honest;
  out.error_status = out.error_index = 0;
  out.varbinds.clear();
  const std::size_t asked = request.varbinds.size();
  const std::size_t single =
      bulk ? std::min<std::size_t>(asked, static_cast<std::size_t>(std::max(request.error_status, 0)))
           : asked;
  const std::size_t repeaters = asked - single;
  const std::size_t room = std::max(honest.varbinds.size(), asked);
  const auto rows = static_cast<std::size_t>(std::max(bulk ? request.error_index : 0, 0));
  std::vector<Oid> from;
  for (const VarBind& variable : request.varbinds) from.push_back(variable.name);

  const auto put = [&](std::size_t i) -> std::optional<Pdu> {
    VarBind found;
    switch (walking.step(from[i], found)) {
      case Walking::Step::error:
        return refusal(request, honest, ErrorStatus::gen_err, i + 1);
      case Walking::Step::end:
        if (version == Version::v1) return refusal(request, honest, ErrorStatus::no_such_name, i + 1);
        found = {from[i], Value::end_of_mib_view()};
        break;
      case Walking::Step::found:
        from[i] = found.name;
        break;
    }
    out.varbinds.push_back(std::move(found));
    return {};
  };
  for (std::size_t i = 0; i < single; ++i) {
    if (auto refused = put(i)) return walking.was_touched() ? std::move(refused) : std::nullopt;
  }
  for (std::size_t row = 0; row < rows && repeaters > 0 && out.varbinds.size() < room; ++row) {
    for (std::size_t i = single; i < asked && out.varbinds.size() < room; ++i) {
      if (auto refused = put(i)) return walking.was_touched() ? std::move(refused) : std::nullopt;
    }
  }
  if (!walking.was_touched()) return {};
  return out;
}

}  // namespace mr::printer
