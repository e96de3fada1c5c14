// The imaging counter MIB (PWG 5106.3) and the job monitoring MIB (RFC 2707), from what the device counted.
//
// A row of counters is there where the model's meters tell it: a count of a function and a colour is a meter,
// or the sum or difference of some. Times, monitored events and two-sided impressions are not counted by a
// device and have no rows.
#include <algorithm>
#include <bit>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid counter_arcs{1, 3, 6, 1, 4, 1, 2699, 1, 3, 1}, job_arcs{1, 3, 6, 1, 4, 1, 2699, 1, 1, 1};
constexpr Oid::Arc work_totals = 3, datastream = 4, lifetime = 3, power_on = 4;
enum Service : std::int32_t {
  system_totals = 3,
  copy_service = 4,
  email_out = 6,
  fax_in = 7,
  fax_out = 8,
  print_service = 11,
  scan_service = 12
};
constexpr std::int32_t unknown_service = 2, unknown_subunit = 2, input_tray = 8, output_tray = 9,
                       marker_unit = 10;

// IcCounter32 counts to 2^31 - 1 and starts anew.
std::int64_t wrapped(std::uint64_t n) { return static_cast<std::int64_t>(n & 0x7fffffff); }

// Meters to be added up, some taken away.
struct Formula {
  struct Term {
    std::size_t meter;
    bool minus;
  };
  std::vector<Term> terms;
  std::uint64_t value(const Device& device) const {
    std::uint64_t out = 0;
    for (const Term& term : terms)
      out += term.minus ? 0 - device.meter_total(term.meter) : device.meter_total(term.meter);
    return out;
  }
};

class Counted {
 public:
  explicit Counted(const Model& model) : model_(model) {}

  // What counts `counts` of exactly these functions and colours; nothing where no meters tell it.
  std::optional<Formula> of(MeterCounts counts, std::uint8_t functions, std::uint8_t colours,
                            int depth = 2) const {
    if (colours == counts_colour && one_colour(functions)) return Formula();  // none
    for (std::size_t i = 0; i < model_.meters.size(); ++i) {
      const MeterKind& kind = model_.meters[i];
      if (kind.counts != counts || kind.large_only || kind.functions != functions) continue;
      if (kind.colours == colours || (one_colour(functions) && (colours & counts_black)))
        return Formula{{{i, false}}};
    }
    if (depth == 0) return {};
    const auto combined = [&](std::optional<Formula> a, std::optional<Formula> b,
                              bool minus) -> std::optional<Formula> {
      if (!a || !b) return {};
      for (const Formula::Term& term : b->terms) a->terms.push_back({term.meter, term.minus != minus});
      return a;
    };
    if (std::has_single_bit(functions)) {  // all that is printed less what is of other functions
      for (std::uint8_t more = 1; more <= counts_every_function; ++more) {
        if ((more & functions) == 0 || more == functions) continue;
        if (auto out =
                combined(of(counts, more, colours, 0),
                         of(counts, static_cast<std::uint8_t>(more & ~functions), colours, depth - 1), true))
          return out;
      }
    }
    if (!std::has_single_bit(functions)) {
      for (std::uint8_t part = 1; part < functions; ++part) {
        if ((part & functions) != part) continue;
        if (auto out = combined(of(counts, part, colours, 0),
                                of(counts, static_cast<std::uint8_t>(functions & ~part), colours, 0), false))
          return out;
      }
    }
    if (colours == counts_every_colour) {
      return combined(of(counts, functions, counts_black, depth - 1),
                      of(counts, functions, counts_colour, depth - 1), false);
    }
    return {};
  }
  // Received faxes are black; so is all that a model without colour does.
  bool one_colour(std::uint8_t functions) const { return !model_.colour || functions == counts_fax; }

 private:
  const Model& model_;
};

struct Key {
  std::int32_t service = unknown_service, subunit = unknown_subunit;
  Oid::Arc row = 1;  // of the service or sub-unit
};

class Counters {
 public:
  Counters(Composition& out, const Model& model) : out_(out), model_(model), counted_(model) {}

  void run() {
    services();
    subunits();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto at = [&](Oid::Arc column) { return counter_arcs + Oid{2, 1, 1, column, row_of(i)}; };
      const bool service = keys_[i].service != unknown_service;
      out_.number(at(2), keys_[i].service);
      out_.number(at(3), service ? static_cast<std::int32_t>(keys_[i].row) : 0);
      out_.number(at(4), keys_[i].subunit);
      out_.number(at(5), service ? 0 : static_cast<std::int32_t>(keys_[i].row));
    }
    out_.text(counter_arcs + Oid{1, 1, 0}, model_.language + "-" + model_.country);
    const auto services_count = std::count_if(keys_.begin(), keys_.end(),
                                              [](const Key& key) { return key.service != unknown_service; });
    out_.number(counter_arcs + Oid{1, 2, 0}, static_cast<std::int32_t>(services_count));
    out_.number(counter_arcs + Oid{1, 3, 0},
                static_cast<std::int32_t>(keys_.size()) - static_cast<std::int32_t>(services_count));
    out_.counted(counter_arcs + Oid{1, 4, 0}, Type::integer, [](const Device& d) {
      const auto& sheets = d.usage().sheets_by_size;
      return std::count_if(sheets.begin(), sheets.end(), [](std::uint64_t n) { return n > 0; });
    });
  }

 private:
  Oid::Arc key(Key one) {
    keys_.push_back(one);
    return row_of(keys_.size() - 1);
  }

  void service(std::int32_t type, const char* words, std::uint8_t functions) {
    const Oid::Arc at_key = key({type, unknown_subunit, 1});
    const auto at = [&](Oid::Arc column) {
      return counter_arcs + Oid{3, 1, 1, column, static_cast<Oid::Arc>(type), 1};
    };
    out_.number(at(3), static_cast<std::int32_t>(at_key));
    out_.text(at(4), words);
    out_.number(at(5), type == print_service ? 1 : 0);  // jmGeneralJobSetIndex
    const bool prints = type == system_totals || type == print_service;
    out_.counted(at(6), Type::integer, [prints](const Device& d) {
      if (d.power() == Power::warming_up || d.upgrading()) return 7;  // down
      if (!d.ready() && d.power() != Power::standby) return 5;        // stopped
      return prints && d.activity() == Activity::printing ? 4 : 3;
    });
    out_.told(at(7), [](const DeviceMib& mib) { return mib.device().console_text(0).substr(0, 255); });
    out_.counted(at(8), Type::integer, [](const Device& d) {
      for (auto alert = d.alerts().rbegin(); alert != d.alerts().rend(); ++alert) {
        if (alert->severity == Severity::critical) return alert->index;
      }
      return 0;
    });
    if (functions == 0) return;
    row(8, at_key, MeterCounts::impressions, functions);
    row(10, at_key, MeterCounts::sheets, functions);
  }

  // Total, monochrome, blank, full colour, highlight colour; nothing is counted as blank or highlighted.
  void row(Oid::Arc table, Oid::Arc at_key, MeterCounts counts, std::uint8_t functions) {
    auto black = counted_.of(counts, functions, counts_black);
    auto colour = counted_.of(counts, functions, counts_colour);
    const auto total = counted_.of(counts, functions, counts_every_colour);
    const bool one = counted_.one_colour(functions);
    if (!total || (!one && (!black || !colour))) return;
    const auto at = [&](Oid::Arc column) {
      return counter_arcs + Oid{table, 1, 1, column, at_key, work_totals, lifetime};
    };
    const auto count = [&](Oid::Arc column, Formula formula) {
      out_.counted(at(column), Type::integer,
                   [formula = std::move(formula)](const Device& d) { return wrapped(formula.value(d)); });
    };
    count(4, *total);
    count(5, one ? *total : *black);
    out_.number(at(6), 0);
    count(7, one ? Formula() : *colour);
    out_.number(at(8), 0);
  }

  void services() {
    service(system_totals, "System totals", counts_every_function);
    // Without a meter of its own a received fax is a page that was printed.
    constexpr std::uint8_t printed = counts_print | counts_fax;
    if (counted_.of(MeterCounts::impressions, counts_print, counts_every_colour)) {
      service(print_service, "Print", counts_print);
    } else if (counted_.of(MeterCounts::impressions, printed, counts_every_colour)) {
      service(print_service, "Print", printed);
    }
    if (counted_.of(MeterCounts::impressions, counts_copy, counts_every_colour))
      service(copy_service, "Copy", counts_copy);
    if (counted_.of(MeterCounts::impressions, counts_fax, counts_every_colour))
      service(fax_in, "Fax, received", counts_fax);
    images(email_out, "Scan to e-mail", MeterCounts::scans_email);
    images(scan_service, "Scan to network", MeterCounts::scans_network);
    images(fax_out, "Fax, sent", MeterCounts::faxes_sent);
    // The network is the system's alone: counted since power-on, under the first key.
    const auto traffic = [](Oid::Arc column) {
      return counter_arcs + Oid{11, 1, 1, column, 1, datastream, power_on};
    };
    out_.counted(traffic(4), Type::integer,
                 [](const Device& d) { return wrapped(d.traffic().octets_in / 1024); });
    out_.counted(traffic(5), Type::integer,
                 [](const Device& d) { return wrapped(d.traffic().octets_out / 1024); });
    out_.counted(traffic(6), Type::integer, [](const Device& d) { return wrapped(d.traffic().packets_in); });
    out_.counted(traffic(7), Type::integer, [](const Device& d) { return wrapped(d.traffic().packets_out); });
  }

  // Scanned images are not told apart by colour: the total alone.
  void images(std::int32_t type, const char* words, MeterCounts counts) {
    for (std::size_t i = 0; i < model_.meters.size(); ++i) {
      if (model_.meters[i].counts != counts) continue;
      service(type, words, 0);
      const Oid::Arc at_key = row_of(keys_.size() - 1);
      const auto at = [&](Oid::Arc column) {
        return counter_arcs + Oid{7, 1, 1, column, at_key, work_totals, lifetime};
      };
      out_.counted(at(4), Type::integer, [i](const Device& d) { return wrapped(d.meter_total(i)); });
      return;
    }
  }

  void subunit(std::int32_t type, std::size_t i, const std::string& words,
               std::function<std::int64_t(const Device&)> status, Part part) {
    const Oid::Arc at_key = key({unknown_service, type, row_of(i)});
    const auto at = [&](Oid::Arc column) {
      return counter_arcs + Oid{4, 1, 1, column, static_cast<Oid::Arc>(type), row_of(i)};
    };
    out_.number(at(3), static_cast<std::int32_t>(at_key));
    out_.text(at(4), words);
    out_.counted(at(5), Type::integer, std::move(status));
    out_.told(at(6), [part, i](const DeviceMib& mib) {
      for (const Alert& alert : mib.device().alerts()) {
        if (alert.group == part && alert.group_index == static_cast<std::int32_t>(i + 1))
          return alert.description.substr(0, 255);
      }
      return std::string();
    });
  }

  void subunits() {
    for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
      subunit(
          input_tray, i, model_.inputs[i].name, [i](const Device& d) { return d.input_status(i); },
          Part::input);
      plain_row(10, row_of(keys_.size() - 1), lifetime, [i](const Device& d) {
        const auto& sheets = d.usage().sheets_by_input;
        return i < sheets.size() ? wrapped(sheets[i]) : 0;
      });
    }
    for (std::size_t i = 0; i < model_.outputs.size(); ++i)
      subunit(
          output_tray, i, model_.outputs[i].name, [i](const Device& d) { return d.output_status(i); },
          Part::output);
    subunit(
        marker_unit, 0, "Marking engine", [](const Device& d) { return d.marker_status(); }, Part::marker);
    const Oid::Arc at_key = row_of(keys_.size() - 1);
    row(8, at_key, MeterCounts::impressions, counts_every_function);
    plain_row(8, at_key, power_on, [](const Device& d) { return wrapped(d.power_on_count()); });
  }

  // A count that is not told apart by colour: a row where the model has none.
  void plain_row(Oid::Arc table, Oid::Arc at_key, Oid::Arc persistence,
                 std::function<std::int64_t(const Device&)> count) {
    if (model_.colour) return;
    const auto at = [&](Oid::Arc column) {
      return counter_arcs + Oid{table, 1, 1, column, at_key, work_totals, persistence};
    };
    out_.counted(at(4), Type::integer, count);
    out_.counted(at(5), Type::integer, std::move(count));
    for (const Oid::Arc none : {6u, 7u, 8u}) out_.number(at(none), 0);
  }

  Composition& out_;
  const Model& model_;
  Counted counted_;
  std::vector<Key> keys_;
};

// Sheets by size of medium, of the system: sizes that were used. Not told apart by colour.
class MediaTable final : public LiveTable {
 public:
  MediaTable() : LiveTable(counter_arcs + Oid{12, 1, 1}, {4, 6, 8, 9, 10, 11, 12}) {}
  std::size_t rows(const DeviceMib& mib) const override {
    const auto& sheets = mib.device().usage().sheets_by_size;
    return static_cast<std::size_t>(
        std::count_if(sheets.begin(), sheets.end(), [](std::uint64_t n) { return n > 0; }));
  }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return {1, static_cast<Oid::Arc>(size_of(mib, row) + 1), lifetime};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    const std::size_t size = size_of(mib, row);
    if (column == 4) return number_as(Type::integer, wrapped(mib.device().usage().sheets_by_size[size]));
    if (column < 9) return Value::integer(0);
    const std::string name(to_text(static_cast<MediaSize>(size)));
    return Value::octets(column == 9 || column == 11 ? name : "");
  }

 private:
  static std::size_t size_of(const DeviceMib& mib, std::size_t row) {
    const auto& sheets = mib.device().usage().sheets_by_size;
    std::size_t size = 0;
    for (; size < sheets.size(); ++size) {
      if (sheets[size] > 0 && row-- == 0) break;
    }
    return std::min(size, sheets.size() - 1);
  }
};

// The jobs of the printer's log, all of them done.
class JobTable final : public LiveTable {
 public:
  JobTable() : LiveTable(job_arcs + Oid{3, 1, 1}, {2, 3, 4, 5, 6, 7, 8, 9}) {}
  std::size_t rows(const DeviceMib& mib) const override { return mib.device().jobs().size(); }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return {1, static_cast<Oid::Arc>(mib.device().jobs()[row].number & 0x7fffffff)};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    const JobRecord& job = mib.device().jobs()[row];
    const bool whole = job.result == JobResult::completed;
    switch (column) {
      case 2:
        return Value::integer(whole ? 9 : 8);  // completed, aborted
      case 3:                                  // no reasons are given
      case 4:
        return Value::integer(0);
      case 5:
      case 6:
        return Value::integer(reading_unknown);  // its octets are not kept
      case 7:
        return number_as(Type::integer, job.asked);
      case 8:
        return number_as(Type::integer, job.done);
      default:
        return Value::octets(job.user.substr(0, 63));
    }
  }
};

}  // namespace

void compose_imaging_counters(Composition& out, const Model& model) {
  Counters(out, model).run();
  static const MediaTable media;
  out.live.push_back(&media);
}

void compose_jobs(Composition& out, const Model& model) {
  const auto at = [](Oid::Arc column) { return job_arcs + Oid{1, 1, 1, column, 1}; };
  for (const Oid::Arc none : {2u, 3u, 4u}) out.number(at(none), 0);  // jobs are done as they come
  out.number(at(5), 15);
  out.number(at(6), 15);
  out.text(at(7), model.product.substr(0, 63));
  static const JobTable table;
  out.live.push_back(&table);
}

}  // namespace mr::printer
