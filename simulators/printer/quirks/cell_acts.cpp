// Acts on cells: another value, another type, a variable that is not there.
#include <algorithm>

#include "simulators/printer/quirks/value_acts.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid* prefix_of(const std::vector<Oid>& prefixes, const Oid& name) {
  for (const Oid& prefix : prefixes) {
    if (name.starts_with(prefix)) return &prefix;
  }
  return nullptr;
}

// An act that changes values, each by itself.
struct CellAct : ValueAct, std::enable_shared_from_this<CellAct> {
  std::vector<Oid> at;
  // `value` is no exception. `prefix` is the one of `at` that the name is under.
  virtual Value change(const Oid& name, const Oid& prefix, Value value, snmp::VariableSource& below,
                       const LayerContext& context) const = 0;

  std::unique_ptr<Layer> over(snmp::VariableSource& below, LayerContext context) const override;
};

class CellLayer final : public Layer {
 public:
  CellLayer(snmp::VariableSource& below, LayerContext context, std::shared_ptr<const CellAct> act)
      : Layer(below), context_(context), act_(std::move(act)) {}

  Value get(const Oid& name) override { return shown(name, below_.get(name)); }
  bool next(const Oid& after, Oid& name, Value& value) override {
    if (!below_.next(after, name, value)) return false;
    value = shown(name, std::move(value));
    return true;
  }

 private:
  Value shown(const Oid& name, Value value) {
    if (value.is_exception()) return value;
    const Oid* prefix = prefix_of(act_->at, name);
    return prefix ? act_->change(name, *prefix, std::move(value), below_, context_) : value;
  }
  LayerContext context_;
  std::shared_ptr<const CellAct> act_;
};

std::unique_ptr<Layer> CellAct::over(snmp::VariableSource& below, LayerContext context) const {
  return std::make_unique<CellLayer>(below, context, shared_from_this());
}

Value number_like(Type type, std::int64_t n) {
  const auto u = static_cast<std::uint32_t>(std::clamp<std::int64_t>(n, 0, UINT32_MAX));
  switch (type) {
    case Type::counter32:
      return Value::counter32(static_cast<std::uint32_t>(n));  // wraps
    case Type::gauge32:
      return Value::gauge32(u);
    case Type::time_ticks:
      return Value::time_ticks(static_cast<std::uint32_t>(n));
    case Type::counter64:
      return Value::counter64(static_cast<std::uint64_t>(n));
    default:
      return Value::integer(static_cast<std::int32_t>(std::clamp<std::int64_t>(n, INT32_MIN, INT32_MAX)));
  }
}

// replace: {at, value} another value. above, equals: only numbers over, or equal to, that.
struct Replace final : CellAct {
  Value value;
  std::optional<std::int64_t> above, equals;
  Value change(const Oid&, const Oid&, Value was, snmp::VariableSource&, const LayerContext&) const override {
    const auto n = was.number();
    if (above && !(n && *n > *above)) return was;
    if (equals && !(n && *n == *equals)) return was;
    return value;
  }
};

// add: {at, by, after_s} so much more, from then on. What falls under 0 is 0, but a counter that is meant to
// wrap (wraps) goes round.
struct Add final : CellAct {
  std::int64_t by = 0;
  std::chrono::seconds after{};
  bool wraps = false;
  Value change(const Oid&, const Oid&, Value was, snmp::VariableSource&,
               const LayerContext& context) const override {
    const auto n = was.number();
    if (!n || context.since_start < after) return was;
    const std::int64_t sum = *n + by;
    return number_like(was.type(), wraps ? sum : std::max<std::int64_t>(sum, 0));
  }
};

// retype: {at, from, to} the same number as another type.
struct Retype final : CellAct {
  Type from = Type::counter32, to = Type::integer;
  Value change(const Oid&, const Oid&, Value was, snmp::VariableSource&, const LayerContext&) const override {
    if (was.type() != from) return was;
    const auto n = was.number();
    if (!n) return was;
    if (to == Type::octets) return Value::octets(std::to_string(*n));
    // As INTEGER the same 32 bits, negative from 2^31 on.
    if (to == Type::integer) return Value::integer(static_cast<std::int32_t>(static_cast<std::uint32_t>(*n)));
    return number_like(to, *n);
  }
};

// share: {at, of, percent} so much of the number in the column `of` of the same row; of 100 where that is
// none.
struct Share final : CellAct {
  Oid of;
  std::int64_t percent = 50;
  Value change(const Oid& name, const Oid& prefix, Value was, snmp::VariableSource& below,
               const LayerContext&) const override {
    if (!was.number()) return was;
    const std::int64_t whole = below.get(of + name.after(prefix)).number().value_or(0);
    return number_like(was.type(), (whole > 0 ? whole : 100) * percent / 100);
  }
};

// rest: {at, of, where, equals} what is missing to the number in the column `of`, in rows whose column
// `where` has that number. Reserved readings stay.
struct Rest final : CellAct {
  Oid of, where;
  std::int64_t equals = 0;
  Value change(const Oid& name, const Oid& prefix, Value was, snmp::VariableSource& below,
               const LayerContext&) const override {
    const auto row = name.after(prefix);
    const auto level = was.number();
    const auto whole = below.get(of + row).number();
    if (!level || *level < 0 || !whole || *whole <= 0 || below.get(where + row).number() != equals)
      return was;
    return number_like(was.type(), *whole - *level);
  }
};

// bits: {at, keep, set} of an OCTET STRING: as many octets (longer: zeros), then these bits set (hexadecimal,
// from the first octet on).
struct Bits final : CellAct {
  std::size_t keep = 0;
  std::string set;
  Value change(const Oid&, const Oid&, Value was, snmp::VariableSource&, const LayerContext&) const override {
    if (!was.octets()) return was;
    std::string octets = *was.octets();
    octets.resize(keep);
    for (std::size_t i = 0; i < std::min(set.size(), octets.size()); ++i)
      octets[i] = static_cast<char>(octets[i] | set[i]);
    return Value::octets(std::move(octets));
  }
};

// hide: {at, from: all|walk} variables that are not there, or that a walk passes over.
struct Hide final : ValueAct, std::enable_shared_from_this<Hide> {
  std::vector<Oid> at;
  bool walk_only = false;
  std::unique_ptr<Layer> over(snmp::VariableSource& below, LayerContext) const override;
};

class HideLayer final : public Layer {
 public:
  HideLayer(snmp::VariableSource& below, std::shared_ptr<const Hide> act)
      : Layer(below), act_(std::move(act)) {}
  Value get(const Oid& name) override {
    if (!act_->walk_only && prefix_of(act_->at, name)) return Value::no_such_object();
    return below_.get(name);
  }
  bool next(const Oid& after, Oid& name, Value& value) override {
    Oid from = after;
    while (below_.next(from, name, value)) {
      if (!prefix_of(act_->at, name)) return true;
      from = name;
    }
    return false;
  }
  std::optional<Oid> meant(const Oid& name) override {
    if (!act_->walk_only && prefix_of(act_->at, name)) return {};
    return name;
  }

 private:
  std::shared_ptr<const Hide> act_;
};

std::unique_ptr<Layer> Hide::over(snmp::VariableSource& below, LayerContext) const {
  return std::make_unique<HideLayer>(below, shared_from_this());
}

Type type_of(const std::string& word) {
  return word == "counter" ? Type::counter32
         : word == "gauge" ? Type::gauge32
         : word == "ticks" ? Type::time_ticks
         : word == "text"  ? Type::octets
                           : Type::integer;
}

}  // namespace

std::shared_ptr<const ValueAct> read_cell_act(std::string_view act, Words& words) {
  if (act == "replace") {
    auto out = std::make_shared<Replace>();
    out->at = words.oids("at");
    out->value = words.value("value");
    if (words.has("above")) out->above = words.number("above", INT32_MIN, INT32_MAX);
    if (words.has("equals")) out->equals = words.number("equals", INT32_MIN, INT32_MAX);
    return out;
  }
  if (act == "add") {
    auto out = std::make_shared<Add>();
    out->at = words.oids("at");
    out->by = words.number("by", -std::int64_t{UINT32_MAX}, UINT32_MAX);
    if (words.has("times")) out->by *= words.number("times", -1, 1);
    out->after = std::chrono::seconds(words.number("after_s", 0, INT32_MAX, 0));
    out->wraps = words.one_of("below_zero", {"zero", "wraps"}, "zero") == "wraps";
    return out;
  }
  if (act == "retype") {
    auto out = std::make_shared<Retype>();
    const std::vector<std::string> types{"integer", "counter", "gauge", "ticks", "text"};
    out->at = words.oids("at");
    out->from = type_of(words.one_of("from", types));
    out->to = type_of(words.one_of("to", types));
    return out;
  }
  if (act == "share") {
    auto out = std::make_shared<Share>();
    out->at = words.oids("at");
    out->of = words.oid("of");
    out->percent = words.number("percent", 0, 1000);
    return out;
  }
  if (act == "rest") {
    auto out = std::make_shared<Rest>();
    out->at = words.oids("at");
    out->of = words.oid("of");
    out->where = words.oid("where");
    out->equals = words.number("equals", INT32_MIN, INT32_MAX);
    return out;
  }
  if (act == "bits") {
    auto out = std::make_shared<Bits>();
    out->at = words.oids("at");
    out->keep = static_cast<std::size_t>(words.number("keep", 0, 255));
    if (words.has("set")) out->set = words.value("set").octets() ? *words.value("set").octets() : "";
    return out;
  }
  if (act == "hide") {
    auto out = std::make_shared<Hide>();
    out->at = words.oids("at");
    out->walk_only = words.one_of("from", {"all", "walk"}, "all") == "walk";
    return out;
  }
  return {};
}

}  // namespace mr::printer
