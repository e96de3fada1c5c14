#include "simulators/printer/quirks/view.hpp"

namespace mr::printer {

void QuirkedView::wear(std::span<const Quirk> quirks) {
  layers_.clear();
  acts_.clear();
  for (const Quirk& quirk : quirks) {
    for (const auto& act : quirk.value_acts) {
      auto layer = act->over(top(), {mib_, since_start_});
      acts_.push_back(act);
      layers_.push_back(std::move(layer));
    }
  }
}

std::optional<snmp::Oid> QuirkedView::meant(const snmp::Oid& name) {
  std::optional<snmp::Oid> found = name;
  for (auto layer = layers_.rbegin(); found && layer != layers_.rend(); ++layer)
    found = (*layer)->meant(*found);
  return found;
}

snmp::ErrorStatus QuirkedView::test(const snmp::VarBind& wanted) {
  before_.clear();
  const auto name = meant(wanted.name);
  return name ? mib_.test({*name, wanted.value}) : snmp::ErrorStatus::not_writable;
}

snmp::ErrorStatus QuirkedView::commit(const snmp::VarBind& wanted) {
  const auto name = meant(wanted.name);
  if (!name) return snmp::ErrorStatus::commit_failed;
  snmp::Value was = mib_.get(*name);
  const snmp::ErrorStatus status = mib_.commit({*name, wanted.value});
  if (status == snmp::ErrorStatus::no_error) before_.emplace_back(*name, std::move(was));
  return status;
}

bool QuirkedView::undo(const snmp::VarBind& before) {
  const auto name = meant(before.name);
  if (!name) return false;
  for (std::size_t i = before_.size(); i-- > 0;) {
    if (before_[i].first != *name) continue;
    const bool undone = mib_.undo({*name, before_[i].second});
    before_.erase(before_.begin() + static_cast<std::ptrdiff_t>(i));
    return undone;
  }
  return false;
}

}  // namespace mr::printer
