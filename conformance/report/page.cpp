// report.html: the Run as mustache values. Everything shown goes through visible() here and is escaped by the
// engine.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>
#include <optional>
#include <set>

#include "conformance/report/page_template.hpp"
#include "conformance/report/report.hpp"
#include "conformance/report/text.hpp"

namespace mr::report {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t lines_max = 400;  // of one list of a case

std::string shown_lines(const std::vector<std::string>& lines, std::string_view between = "\n") {
  std::string out;
  for (std::size_t i = 0; i < std::min(lines.size(), lines_max); ++i) {
    out += (i == 0 ? "" : std::string(between)) + visible(lines[i]);
  }
  if (lines.size() > lines_max) out += fmt::format("\n({} more lines)", lines.size() - lines_max);
  return out;
}

// Sets a text; an empty one stays away, so that its section is left out.
void put(mustache::data& object, const char* name, std::string_view text) {
  if (!text.empty()) {
    object.set(name, visible(text));
  } else {
    object.set(name, mustache::data(mustache::data::type::bool_false));
  }
}

mustache::data flag(bool value) {
  return value ? mustache::data(mustache::data::type::bool_true)
               : mustache::data(mustache::data::type::bool_false);
}

// What a requirement amounts to over its cases: the most telling verdict.
int weight(Verdict v) {
  switch (v) {
    case Verdict::trouble:
      return 6;
    case Verdict::fail:
      return 5;
    case Verdict::blocked:
      return 4;
    case Verdict::warn:
      return 3;
    case Verdict::pass:
      return 2;
    case Verdict::info:
      return 1;
    case Verdict::skip:
      break;
  }
  return 0;
}

struct Judged {
  Verdict verdict = Verdict::skip;
  std::vector<std::string> by;
};

std::string_view text_of(const Run& run, const std::string& id) {
  const auto found = run.texts.find(id);
  return found == run.texts.end() ? std::string_view() : std::string_view(found->second);
}

// The events that the timeline of the page shows: where links may go.
using Shown = std::set<std::uint64_t>;

std::string event_anchor(std::uint64_t seq) { return fmt::format("e{}", seq); }

// "[17] ..." with an event 17 in the timeline: 17.
std::optional<std::uint64_t> linked_event(const std::string& line, const Shown& shown) {
  std::uint64_t seq = 0;
  std::size_t at = 1;
  if (!line.starts_with('[')) return std::nullopt;
  for (; at < line.size() && at < 20 && line[at] >= '0' && line[at] <= '9'; ++at)
    seq = seq * 10 + static_cast<std::uint64_t>(line[at] - '0');
  if (at == 1 || at >= line.size() || line[at] != ']' || !shown.contains(seq)) return std::nullopt;
  return seq;
}

mustache::data evidence_of(const Case& c, const Shown& shown) {
  mustache::data list{mustache::data::type::list};
  for (std::size_t i = 0; i < std::min(c.evidence.size(), lines_max); ++i) {
    mustache::data row;
    const std::string& line = c.evidence[i];
    const auto seq = linked_event(line, shown);
    put(row, "event", seq ? event_anchor(*seq) : "");
    const std::size_t label = seq ? line.find(']') + 1 : 0;
    put(row, "label", line.substr(0, label));
    put(row, "rest", line.substr(label));
    list << row;
  }
  if (c.evidence.size() > lines_max) {
    mustache::data row;
    put(row, "event", "");
    put(row, "rest", fmt::format("({} more lines)", c.evidence.size() - lines_max));
    list << row;
  }
  return list;
}

mustache::data step_of(const Chain& chain, std::size_t index, const std::string& prefix, const Shown& shown) {
  const Step& step = chain.steps[index];
  const auto anchor = [&](std::size_t of) { return fmt::format("{}-{}", prefix, of + 1); };
  mustache::data row;
  put(row, "anchor", anchor(index));
  put(row, "role", step.role);
  row.set("time", readable(step.time_ns));
  put(row, "host", step.host);
  put(row, "event", step.kind);
  put(row, "id", step.id);
  put(row, "text", step.text);
  put(row, "file", step.file);
  put(row, "moment", step.seq != 0 && shown.contains(step.seq) ? event_anchor(step.seq) : "");
  mustache::data values{mustache::data::type::list};
  for (const auto& [name, value] : step.values) {
    mustache::data one;
    put(one, "name", name);
    put(one, "value", value);
    values << one;
  }
  row.set("values", values);
  // Of several links, each says where it goes.
  const auto link = [&](mustache::data& list, std::size_t of, bool named) {
    mustache::data one;
    put(one, "anchor", anchor(of));
    put(one, "role", chain.steps[of].role + (named ? " " + chain.steps[of].id : ""));
    list << one;
  };
  mustache::data causes{mustache::data::type::list}, effects{mustache::data::type::list};
  for (const std::size_t cause : step.causes) {
    if (cause < chain.steps.size()) link(causes, cause, step.causes.size() > 1);
  }
  for (std::size_t i = 0; i < chain.steps.size(); ++i) {
    if (std::find(chain.steps[i].causes.begin(), chain.steps[i].causes.end(), index) !=
        chain.steps[i].causes.end())
      link(effects, i, false);
  }
  row.set("causes", causes);
  row.set("effects", effects);
  return row;
}

mustache::data groups_of(const Run& run, const Shown& shown) {
  mustache::data list{mustache::data::type::list};
  for (const ChainGroup& group : run.chains) {
    mustache::data one;
    put(one, "title", group.title);
    put(one, "slug", group.slug);
    one.set("left_out", flag(group.chains.size() < group.total));
    one.set("shown", std::to_string(group.chains.size()));
    one.set("total", std::to_string(group.total));
    mustache::data chains{mustache::data::type::list};
    for (std::size_t i = 0; i < group.chains.size(); ++i) {
      const Chain& chain = group.chains[i];
      const std::string prefix = fmt::format("{}-{}", group.slug, i + 1);
      mustache::data row;
      put(row, "anchor", prefix);
      put(row, "title", chain.title);
      put(row, "count", fmt::format("{} steps", chain.steps.size()));
      row.set("open", flag(i == 0));
      mustache::data steps{mustache::data::type::list};
      for (std::size_t s = 0; s < chain.steps.size(); ++s) steps << step_of(chain, s, prefix, shown);
      row.set("steps", steps);
      chains << row;
    }
    one.set("chains", chains);
    list << one;
  }
  return list;
}

mustache::data cases_of(const Run& run, const Shown& shown) {
  mustache::data list{mustache::data::type::list};
  std::size_t number = 0;
  for (const Case& c : run.cases) {
    mustache::data row;
    put(row, "anchor", fmt::format("case-{}", ++number));
    row.set("word", std::string(word(c.verdict)));
    put(row, "id", c.id);
    put(row, "title", c.title.empty() ? c.id : c.title);
    put(row, "message", c.message);
    row.set("duration", readable(c.duration_ns));
    row.set("open", flag(c.verdict == Verdict::fail || c.verdict == Verdict::trouble));
    put(row, "expected", shown_lines(c.expected, "\nor: "));
    put(row, "actual", shown_lines(c.actual));
    row.set("has_evidence", flag(!c.evidence.empty()));
    row.set("evidence", evidence_of(c, shown));
    mustache::data ids{mustache::data::type::list};
    for (const auto* source : {&c.requirements, &c.clauses}) {
      for (const std::string& id : *source) {
        mustache::data tag;
        put(tag, "id", id);
        put(tag, "text", text_of(run, id));
        ids << tag;
      }
    }
    row.set("ids", ids);
    list << row;
  }
  return list;
}

mustache::data requirements_of(const Run& run) {
  std::map<std::string, Judged> judged;
  for (const Case& c : run.cases) {
    for (const auto* source : {&c.requirements, &c.clauses}) {
      for (const std::string& id : *source) {
        Judged& j = judged[id];
        if (weight(c.verdict) > weight(j.verdict)) j.verdict = c.verdict;
        j.by.push_back(c.id);
      }
    }
  }
  mustache::data list{mustache::data::type::list};
  for (const auto& [id, j] : judged) {
    mustache::data row;
    put(row, "id", id);
    put(row, "text", text_of(run, id));
    row.set("word", std::string(word(j.verdict)));
    mustache::data by{mustache::data::type::list};
    for (const std::string& name : j.by) {
      mustache::data one;
      put(one, "id", name);
      by << one;
    }
    row.set("by", by);
    list << row;
  }
  for (const auto& [id, why] : run.uncovered) {
    if (judged.contains(id)) continue;
    mustache::data row;
    put(row, "id", id);
    put(row, "text", text_of(run, id));
    row.set("word", "nothing");
    mustache::data by{mustache::data::type::list}, reason;
    put(reason, "id", why);
    by << reason;
    row.set("by", by);
    list << row;
  }
  return list;
}

}  // namespace

std::string html_page(const Run& run, std::size_t moments_max) {
  mustache::data page;
  page.set("word", std::string(overall(run)));
  put(page, "scenario", run.scenario.empty() ? run.tool : run.scenario);
  page.set("count", run.cases.size() == 1 ? "1 case" : fmt::format("{} cases", run.cases.size()));
  page.set("duration", readable(run.duration_ns));
  page.set("clock", run.mode == Mode::in_world ? "scenario" : "wire");
  page.set("seed", std::to_string(run.seed));
  put(page, "reproduce", run.reproduce);
  put(page, "invalid", run.invalid);
  put(page, "tool", run.tool);
  put(page, "version", run.version);

  mustache::data counts{mustache::data::type::list};
  for (const Verdict v : {Verdict::fail, Verdict::trouble, Verdict::blocked, Verdict::warn, Verdict::pass,
                          Verdict::info, Verdict::skip}) {
    const auto n =
        std::count_if(run.cases.begin(), run.cases.end(), [&](const Case& c) { return c.verdict == v; });
    if (n == 0) continue;
    mustache::data one;
    one.set("word", std::string(word(v)));
    one.set("n", std::to_string(n));
    counts << one;
  }
  page.set("counts", counts);

  mustache::data rows{mustache::data::type::list};
  const auto add = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    mustache::data row;
    put(row, "name", name);
    put(row, "value", value);
    rows << row;
  };
  add("Mode", run.mode == Mode::in_world ? "virtual" : "wire");
  add("Trace hash", run.trace_hash);
  add("Started", run.started);
  add("Commit", run.commit);
  for (const auto& [name, value] : run.facts) add(name, value);
  page.set("rows", rows);

  mustache::data figures{mustache::data::type::list};
  for (const Figure& f : run.figures) {
    mustache::data row;
    put(row, "name", f.name);
    row.set("value", std::isfinite(f.value) ? fmt::format("{}", f.value) : "none");
    put(row, "unit", f.unit);
    put(row, "limit", f.limit);
    put(row, "judged", f.limit.empty() ? "" : f.met ? "pass" : "fail");
    figures << row;
  }
  page.set("has_figures", flag(!run.figures.empty()));
  page.set("figures", figures);
  const std::size_t shown = std::min(moments_max, run.timeline.size());
  Shown events;
  for (std::size_t i = 0; i < shown; ++i) events.insert(run.timeline[i].seq);
  events.erase(0);
  page.set("cases", cases_of(run, events));
  page.set("groups", groups_of(run, events));
  mustache::data requirements = requirements_of(run);
  page.set("has_requirements", flag(requirements.is_non_empty_list()));
  page.set("requirements", requirements);

  mustache::data timeline{mustache::data::type::list};
  for (std::size_t i = 0; i < shown; ++i) {
    const Moment& m = run.timeline[i];
    mustache::data row;
    put(row, "anchor", m.seq == 0 ? "" : event_anchor(m.seq));
    row.set("time", readable(m.time_ns));
    put(row, "host", m.host);
    put(row, "kind", m.kind);
    put(row, "id", m.id);
    put(row, "text", m.text);
    timeline << row;
  }
  page.set("has_timeline", flag(!run.timeline.empty()));
  page.set("left_out", flag(shown < run.timeline.size()));
  page.set("shown", std::to_string(shown));
  page.set("total", std::to_string(run.timeline.size()));
  page.set("timeline", timeline);

  mustache::mustache engine(page_template);
  // An absent value renders as nothing: the engine looks names up in the enclosing objects too, so put() sets
  // false.
  engine.set_custom_escape([](const std::string& text) { return xml_text(text); });
  return engine.render(page);
}

}  // namespace mr::report
