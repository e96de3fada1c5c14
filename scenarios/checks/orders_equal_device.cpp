// Each order is for a device with a contract, and for a supply that the device itself showed to be low, at
// the level that it told, at some instant of the read that the order's report came from.
#include <algorithm>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {
namespace {

class OrdersEqualDevice final : public Check {
 public:
  explicit OrdersEqualDevice(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    reads_.see(record);
    if (record.event.kind == "order.placed") judge_order(record);
  }
  Judgement judge() override {
    return violations_.judge(compared_, "orders, each of a contracted supply that was low when it was read");
  }

 private:
  void judge_order(const runtime::TraceLog::Record& record) {
    const runtime::Event& event = record.event;
    ++compared_;
    const std::string serial(text(event, "serial"));
    const std::int64_t index = number(event, "supply").value_or(0);
    const std::string what = "order " + std::string(event.id);
    const std::string whose = "supply " + std::to_string(index) + " of " + serial;
    const auto wrong = [&](std::string expected, std::string actual) {
      violations_.add(std::move(expected), std::move(actual), line(record, setting_));
    };
    const auto contract = std::ranges::find(setting_.contracts, serial, &Setting::Contract::serial);
    if (contract == setting_.contracts.end())
      return wrong("orders for devices with a contract only",
                   what + " is for " + serial + ", which has no contract");
    if (event.causes.size() != 1)
      return wrong("an order comes of one report", what + " comes of " + std::to_string(event.causes.size()));
    const Read* read = reads_.find(event.causes.front());
    if (read == nullptr)
      return wrong("an order comes of a report that was read",
                   what + " comes of a report that was never read");
    if (setting_.truth->serial(read->address) != serial)
      return wrong(
          what + " is for the printer of its report",
          what + " is for " + serial + ", its report is of " + setting_.truth->serial(read->address));
    const auto low =
        setting_.truth->low(read->address, index, contract->threshold_percent, read->from, read->to);
    if (!low)
      return wrong("an order is for a supply of the printer",
                   what + " is for " + whose + ", which does not exist");
    const auto levels = setting_.truth->supply(read->address, index, read->from, read->to);
    const std::int64_t told = number(event, "level").value_or(INT64_MIN);
    if (*low == Truth::Low::never)
      return wrong(whose + " is low when it is ordered",
                   what + " is for " + whose + ", which the device says is at " + in_words(*levels));
    if (std::ranges::find(*levels, told) == levels->end())
      wrong(whose + " is at " + in_words(*levels), what + " says that " + whose + " is at " +
                                                       std::to_string(told) + ", the device says " +
                                                       in_words(*levels));
  }

  const Setting& setting_;
  Reads reads_;
  Violations violations_;
  std::size_t compared_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_orders_equal_device(const Setting& setting) {
  return std::make_unique<OrdersEqualDevice>(setting);
}

}  // namespace mr::scenarios
