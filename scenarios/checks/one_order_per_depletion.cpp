// One order per depletion: for each supply of a contracted device that ran low and was reported so, exactly
// one order is placed; none where nothing ran low. A unit that takes the place of a low one and is low itself
// may have an order of its own.
#include <algorithm>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/depletions.hpp"

namespace mr::scenarios {
namespace {

class OneOrderPerDepletion final : public Check {
 public:
  explicit OneOrderPerDepletion(const Setting& setting) : setting_(setting), depletions_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    depletions_.see(record);
    if (record.event.kind != "order.placed") return;
    Order order;
    order.supply = {std::string(text(record.event, "serial")), number(record.event, "supply").value_or(0)};
    if (!record.event.causes.empty()) order.report = record.event.causes.front();
    order.id = record.event.id;
    order.line = line(record, setting_);
    orders_.push_back(std::move(order));
  }

  Judgement judge() override {
    std::size_t compared = 0;
    for (const Depletions::Depletion& depletion : depletions_.all()) {
      std::size_t count = 0;
      std::string last;
      for (Order& order : orders_) {
        if (order.supply != depletion.supply ||
            std::ranges::find(depletion.reports, order.report) == depletion.reports.end())
          continue;
        ++count;
        order.explained = true;
        last = order.line;
      }
      const std::string what = "supply " + std::to_string(depletion.supply.index) + " of " +
                               depletion.supply.serial + ", read low at " + setting_.stamp(depletion.read);
      if (depletion.due || count > 0) ++compared;
      if (depletion.due && count == 0) violations_.add("one order for " + what, "no order for " + what);
      if (count > std::max<std::size_t>(depletion.units.size(), 1))
        violations_.add("one order for " + what, std::to_string(count) + " orders for " + what, last);
    }
    for (const Order& order : orders_) {
      if (!order.explained)
        violations_.add("no order without a depletion",
                        "order " + order.id + " for supply " + std::to_string(order.supply.index) + " of " +
                            order.supply.serial + ", which no report of a contracted device told to be low",
                        order.line);
    }
    return violations_.judge(compared, "depletions, with one order each");
  }

 private:
  struct Order {
    Depletions::Supply supply;
    std::string report, id, line;
    bool explained = false;
  };
  const Setting& setting_;
  Depletions depletions_;
  std::vector<Order> orders_;
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_one_order_per_depletion(const Setting& setting) {
  return std::make_unique<OneOrderPerDepletion>(setting);
}

}  // namespace mr::scenarios
