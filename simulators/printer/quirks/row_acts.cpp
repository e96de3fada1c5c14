// Acts on rows of a table: other indices, another order, rows twice, rows of nothing.
#include <algorithm>
#include <map>

#include "simulators/printer/quirks/value_acts.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Value;

namespace {

constexpr std::size_t rows_max = 1024, columns_max = 64;  // of a table that is shown otherwise

// rows: {entry, how, ...}. A row is what follows the column; its last arc is its own index.
//   spread: {first, step}  the i-th row gets the index first + i * step
//   rotate: {by}           the indices stay, what they show moves on by so many rows
//   twice:  {offset}       each row again, at its index plus offset
//   blank:  {count, cells} so many rows more, behind the others (or at 1...), with these cells by column
//   keep:   {count}        the first rows only
// index_column: the column that shows the index itself, where the table has one.
struct Rows final : ValueAct, std::enable_shared_from_this<Rows> {
  enum class How : std::uint8_t { spread, rotate, twice, blank, keep } how = How::spread;
  Oid entry;
  Oid::Arc first = 1, step = 1;
  std::size_t count = 1;
  std::optional<Oid::Arc> index_column;
  std::map<Oid::Arc, Value> cells;
  std::unique_ptr<Layer> over(snmp::VariableSource& below, LayerContext) const override;
};

class RowsLayer final : public Layer {
 public:
  RowsLayer(snmp::VariableSource& below, std::shared_ptr<const Rows> act)
      : Layer(below), act_(std::move(act)) {}

  Value get(const Oid& name) override {
    if (!is_cell(name)) return below_.get(name);
    const auto row = find(rest(name));
    return row ? cell(name[act_->entry.size()], *row) : Value::no_such_instance();
  }

  bool next(const Oid& after, Oid& name, Value& value) override {
    const Oid& entry = act_->entry;
    if (after < entry || after.starts_with(entry)) {
      // The first variable below that is not of the table decides whether the table is next.
      if (!after.starts_with(entry)) {
        if (below_.next(after, name, value) && !name.starts_with(entry) && name < entry) return true;
      }
      if (next_cell(after, name, value)) return true;
      return below_.next(last_of(entry), name, value);
    }
    return below_.next(after, name, value);
  }

  std::optional<Oid> meant(const Oid& name) override {
    if (!is_cell(name)) return name;
    const auto row = find(rest(name));
    if (!row || !row->inner) return {};
    return act_->entry + name[act_->entry.size()] + *row->inner;
  }

 private:
  struct Row {
    Oid outer;                 // what follows the column, as shown
    std::optional<Oid> inner;  // and below; nothing: a row of `cells`
  };

  bool is_cell(const Oid& name) const {
    return name.starts_with(act_->entry) && name.size() > act_->entry.size() + 1;
  }
  Oid rest(const Oid& name) const { return Oid(name.arcs().subspan(act_->entry.size() + 1)); }
  static Oid last_of(const Oid& prefix) {
    Oid last = prefix;
    while (last.append(0xffffffffu)) {
    }
    return last;
  }
  static Oid with_index(const Oid& row, Oid::Arc index) { return row.first(row.size() - 1) + index; }

  Value cell(Oid::Arc column, const Row& row) {
    if (!row.inner) {
      const auto at = act_->cells.find(column);
      return at == act_->cells.end() ? Value::no_such_instance() : at->second;
    }
    Value value = below_.get(act_->entry + column + *row.inner);
    if (!value.is_exception() && act_->index_column == column)
      return Value::integer(static_cast<std::int32_t>(row.outer.back()));
    return value;
  }

  std::optional<Row> find(const Oid& outer) {
    for (Row& row : rows()) {
      if (row.outer == outer) return std::move(row);
    }
    return {};
  }

  // Columns that the table has below, in order.
  std::vector<Oid::Arc> columns() {
    std::vector<Oid::Arc> all;
    Oid at = act_->entry, name;
    Value value;
    while (all.size() < columns_max && below_.next(at, name, value) && is_cell(name)) {
      all.push_back(name[act_->entry.size()]);
      at = last_of(act_->entry + all.back());
    }
    for (const auto& [column, value_] : act_->cells) {
      if (std::find(all.begin(), all.end(), column) == all.end()) all.push_back(column);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  // As shown, in order of the indices shown. The rows below are those of any column: some have holes.
  std::vector<Row> rows() {
    std::vector<Oid> below;
    Oid at = act_->entry, name;
    Value value;
    for (std::size_t seen = 0; seen < rows_max * 4 && below_.next(at, name, value) && is_cell(name); ++seen) {
      Oid row = rest(name);
      const auto place = std::lower_bound(below.begin(), below.end(), row);
      if (place == below.end() || *place != row) below.insert(place, std::move(row));
      at = name;
    }
    std::vector<Row> out;
    const auto size = below.size();
    for (std::size_t i = 0; i < size; ++i) {
      const Oid& row = below[i];
      switch (act_->how) {
        case Rows::How::spread:
          out.push_back({with_index(row, act_->first + static_cast<Oid::Arc>(i) * act_->step), row});
          break;
        case Rows::How::rotate:
          out.push_back({row, below[(i + act_->count) % size]});
          break;
        case Rows::How::twice:
          out.push_back({row, row});
          out.push_back({with_index(row, row.back() + act_->first), row});
          break;
        case Rows::How::blank:
          out.push_back({row, row});
          break;
        case Rows::How::keep:
          if (i < act_->count) out.push_back({row, row});
          break;
      }
    }
    if (act_->how == Rows::How::blank) {
      Oid last = size ? below.back() : Oid{1, 0};
      for (std::size_t i = 0; i < act_->count; ++i) {
        last = with_index(last, last.back() + 1);
        out.push_back({last, {}});
      }
    }
    std::stable_sort(out.begin(), out.end(), [](const Row& a, const Row& b) { return a.outer < b.outer; });
    out.erase(
        std::unique(out.begin(), out.end(), [](const Row& a, const Row& b) { return a.outer == b.outer; }),
        out.end());
    return out;
  }

  bool next_cell(const Oid& after, Oid& name, Value& value) {
    const Oid& entry = act_->entry;
    const std::vector<Row> all = rows();
    for (const Oid::Arc column : columns()) {
      const Oid cells = entry + column;
      if (after > cells && !after.starts_with(cells)) continue;
      for (const Row& row : all) {
        Oid candidate = cells + row.outer;
        if (candidate <= after) continue;
        Value shown = cell(column, row);
        if (shown.is_exception()) continue;
        name = std::move(candidate);
        value = std::move(shown);
        return true;
      }
    }
    return false;
  }

  std::shared_ptr<const Rows> act_;
};

std::unique_ptr<Layer> Rows::over(snmp::VariableSource& below, LayerContext) const {
  return std::make_unique<RowsLayer>(below, shared_from_this());
}

}  // namespace

std::shared_ptr<const ValueAct> read_row_act(std::string_view act, Words& words) {
  if (act != "rows") return {};
  auto out = std::make_shared<Rows>();
  out->entry = words.oid("entry");
  const std::string how = words.one_of("how", {"spread", "rotate", "twice", "blank", "keep"});
  if (words.has("index_column"))
    out->index_column = static_cast<Oid::Arc>(words.number("index_column", 1, UINT32_MAX));
  const auto arc = [&](const char* word) { return static_cast<Oid::Arc>(words.number(word, 1, 100000)); };
  if (how == "spread") {
    out->how = Rows::How::spread;
    out->first = arc("first");
    out->step = arc("step");
  } else if (how == "rotate") {
    out->how = Rows::How::rotate;
    out->count = arc("by");
  } else if (how == "twice") {
    out->how = Rows::How::twice;
    out->first = arc("offset");
  } else if (how == "keep") {
    out->how = Rows::How::keep;
    out->count = arc("count");
  } else {
    out->how = Rows::How::blank;
    out->count = arc("count");
    const boost::json::value* cells = words.any("cells", true);
    if (cells && cells->is_object()) {
      for (const auto& [key, json] : cells->get_object()) {
        const auto column = Oid::parse(std::string_view(key.data(), key.size()));
        const auto value = value_from(json);
        if (!column || column->size() != 1 || !value) {
          words.fail("cells", "values by column");
          break;
        }
        out->cells.emplace((*column)[0], *value);
      }
    } else if (cells) {
      words.fail("cells", "values by column");
    }
  }
  return out;
}

}  // namespace mr::printer
