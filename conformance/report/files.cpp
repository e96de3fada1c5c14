// summary.json, junit.xml and the folder they are written to.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include "conformance/report/report.hpp"
#include "conformance/report/text.hpp"

namespace mr::report {
namespace {

namespace json = boost::json;

// Two spaces a level; scalars as Boost.JSON writes them, but doubles in the shortest form that reads back the
// same.
void pretty(std::string& out, const json::value& value, int level) {
  const std::string margin(static_cast<std::size_t>(level) * 2, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{";
    const char* between = "\n";
    for (const auto& member : *object) {
      out += between + margin + "  " + json::serialize(json::string(member.key())) + ": ";
      pretty(out, member.value(), level + 1);
      between = ",\n";
    }
    out += "\n" + margin + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[";
    const char* between = "\n";
    for (const auto& item : *array) {
      out += between + margin + "  ";
      pretty(out, item, level + 1);
      between = ",\n";
    }
    out += "\n" + margin + "]";
  } else if (const auto* number = value.if_double()) {
    out += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else {
    out += json::serialize(value);
  }
}

json::array list(const std::vector<std::string>& lines) {
  json::array out;
  for (const std::string& line : lines) out.emplace_back(visible(line));
  return out;
}

std::string joined(const std::vector<std::string>& lines, std::string_view between) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : std::string(between)) + line;
  return out;
}

void property(std::string& out, std::string_view indent, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += fmt::format("{}<property name=\"{}\" value=\"{}\"/>\n", indent, xml_attribute(name),
                     xml_attribute(value));
}

}  // namespace

std::string summary_json(const Run& run) {
  json::object counts;
  for (const Verdict v : {Verdict::pass, Verdict::fail, Verdict::warn, Verdict::info, Verdict::skip,
                          Verdict::blocked, Verdict::trouble}) {
    std::int64_t n = 0;
    for (const Case& c : run.cases) n += c.verdict == v ? 1 : 0;
    counts[word(v)] = n;
  }
  json::object facts;
  for (const auto& [name, value] : run.facts) facts[visible(name)] = visible(value);
  json::object chains;
  for (const ChainGroup& group : run.chains)
    chains[visible(group.slug)] = json::object{{"shown", group.chains.size()}, {"total", group.total}};
  json::object uncovered;
  for (const auto& [id, why] : run.uncovered) uncovered[visible(id)] = visible(why);
  json::array cases;
  for (const Case& c : run.cases) {
    cases.push_back(json::object{{"id", visible(c.id)},
                                 {"title", visible(c.title)},
                                 {"verdict", word(c.verdict)},
                                 {"message", visible(c.message)},
                                 {"expected", list(c.expected)},
                                 {"actual", list(c.actual)},
                                 {"requirements", list(c.requirements)},
                                 {"clauses", list(c.clauses)},
                                 {"duration_ns", c.duration_ns},
                                 {"evidence", list(c.evidence)}});
  }
  json::array figures;
  for (const Figure& f : run.figures) {
    json::object figure{{"name", visible(f.name)}, {"value", f.value}, {"unit", visible(f.unit)}};
    if (!f.limit.empty()) {
      figure["limit"] = visible(f.limit);
      figure["met"] = f.met;
    }
    figures.push_back(std::move(figure));
  }
  const json::object summary{{"format", "makeready-summary/1"},
                             {"verdict", overall(run)},
                             {"exit_code", static_cast<int>(exit_code(run))},
                             {"seed", run.seed},
                             {"trace_hash", visible(run.trace_hash)},
                             {"scenario", visible(run.scenario)},
                             {"mode", run.mode == Mode::in_world ? "virtual" : "wire"},
                             {"tool", visible(run.tool)},
                             {"version", visible(run.version)},
                             {"commit", visible(run.commit)},
                             {"started", visible(run.started)},
                             {"reproduce", visible(run.reproduce)},
                             {"duration_ns", run.duration_ns},
                             {"invalid", visible(run.invalid)},
                             {"facts", std::move(facts)},
                             {"uncovered", std::move(uncovered)},
                             {"chains", std::move(chains)},
                             {"counts", std::move(counts)},
                             {"cases", std::move(cases)},
                             {"figures", std::move(figures)}};
  std::string out;
  pretty(out, summary, 0);
  return out + "\n";
}

std::string junit_xml(const Run& run) {
  std::size_t failures = 0, errors = 0, skipped = 0;
  for (const Case& c : run.cases) {
    failures += c.verdict == Verdict::fail ? 1 : 0;
    errors += c.verdict == Verdict::trouble ? 1 : 0;
    skipped += c.verdict == Verdict::skip || c.verdict == Verdict::blocked ? 1 : 0;
  }
  const std::string name = xml_attribute(run.scenario.empty() ? run.tool : run.scenario);
  const std::string sums =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", run.cases.size(), failures, errors);
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{0}\" {1} time=\"{2}\">\n"
      "  <testsuite name=\"{0}\" {1} skipped=\"{3}\" time=\"{2}\"",
      name, sums, seconds(run.duration_ns), skipped);
  if (!run.started.empty()) out += fmt::format(" timestamp=\"{}\"", xml_attribute(run.started));
  out += ">\n    <properties>\n";
  property(out, "      ", "verdict", overall(run));
  property(out, "      ", "seed", std::to_string(run.seed));
  property(out, "      ", "mode", run.mode == Mode::in_world ? "virtual" : "wire");
  property(out, "      ", "trace_hash", run.trace_hash);
  property(out, "      ", "tool", run.tool + " " + run.version);
  property(out, "      ", "commit", run.commit);
  property(out, "      ", "reproduce", run.reproduce);
  property(out, "      ", "invalid", run.invalid);
  out += "    </properties>\n";
  for (const Case& c : run.cases) {
    // CI servers group by class name: the id without its last part.
    const std::size_t slash = c.id.rfind('/');
    const std::string group = slash == std::string::npos ? run.scenario : c.id.substr(0, slash);
    out += fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\">\n",
                       xml_attribute(slash == std::string::npos ? c.id : c.id.substr(slash + 1)),
                       xml_attribute(group.empty() ? run.tool : group), seconds(c.duration_ns));
    out += "      <properties>\n";
    property(out, "        ", "verdict", word(c.verdict));
    property(out, "        ", "title", c.title);
    for (const std::string& id : c.requirements) property(out, "        ", "requirement", id);
    for (const std::string& id : c.clauses) property(out, "        ", "clause", id);
    out += "      </properties>\n";
    const std::string message = c.message.empty() ? c.title : c.message;
    std::string body = message;
    if (!c.expected.empty()) body += "\nExpected: " + joined(c.expected, "\n      or: ");
    if (!c.actual.empty()) body += "\nActual:   " + joined(c.actual, "\n          ");
    switch (c.verdict) {
      case Verdict::fail:
      case Verdict::trouble: {
        const std::string_view element = c.verdict == Verdict::fail ? "failure" : "error";
        out += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, word(c.verdict),
                           xml_attribute(message), xml_text(body));
        break;
      }
      case Verdict::skip:
      case Verdict::blocked: {
        out += fmt::format("      <skipped message=\"{}\"/>\n",
                           xml_attribute(std::string(word(c.verdict)) + ": " + message));
        break;
      }
      case Verdict::warn:
      case Verdict::info:
        out += fmt::format("      <system-out>{}</system-out>\n", xml_text(body));
        break;
      case Verdict::pass:
        break;
    }
    if (!c.evidence.empty() && c.verdict != Verdict::pass) {
      out += fmt::format("      <system-err>{}</system-err>\n", xml_text(joined(c.evidence, "\n")));
    }
    out += "    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::optional<std::string> save(const Run& run, const std::string& folder) {
  const auto write = [&](const char* name, const std::string& text) -> std::optional<std::string> {
    const std::string path = folder + "/" + name;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) return path + ": " + std::strerror(errno);
    return {};
  };
  if (auto failure = write("summary.json", summary_json(run))) return failure;
  if (auto failure = write("junit.xml", junit_xml(run))) return failure;
  return write("report.html", html_page(run));
}

}  // namespace mr::report
