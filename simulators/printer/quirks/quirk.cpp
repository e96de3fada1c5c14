#include "simulators/printer/quirks/quirk.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <map>

#include "simulators/printer/quirks/built_in.hpp"
#include "simulators/printer/quirks/datagram_acts.hpp"
#include "simulators/printer/quirks/value_acts.hpp"

namespace mr::printer {

namespace json = boost::json;

std::string_view describe(quirk_errc e) {
  switch (e) {
    case quirk_errc::bad_json:
      return "not JSON";
    case quirk_errc::unknown_quirk:
      return "there is no such quirk";
    case quirk_errc::unknown_word:
      return "there is no such word";
    case quirk_errc::missing_word:
      return "a word that must be there is missing";
    case quirk_errc::bad_value:
      return "not a value that it can have";
  }
  return "unknown";
}

namespace {

struct Catalogue {
  std::vector<QuirkKind> kinds;
  std::vector<json::array> acts;  // of each
};

std::string as_text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

QuirkParameter read_parameter(const json::value& value, const std::string& path,
                              std::optional<Fault>& fault) {
  Words words(value, path, fault);
  QuirkParameter out;
  out.word = words.text("word");
  out.says = words.text("says");
  if (const json::value* initial = words.any("default", true)) out.initial = as_text(*initial);
  const std::string kind = words.one_of("is", {"number", "word", "oid", "text"});
  if (kind == "number") {
    out.low = words.number("low", INT32_MIN, UINT32_MAX);
    out.high = words.number("high", INT32_MIN, UINT32_MAX);
  } else if (kind == "word") {
    out.kind = QuirkParameter::Kind::word;
    if (const json::value* all = words.any("one_of", true); all && all->is_array()) {
      for (const json::value& one : all->get_array()) out.one_of.push_back(as_text(one));
    }
  } else {
    out.kind = kind == "oid" ? QuirkParameter::Kind::oid : QuirkParameter::Kind::text;
  }
  words.finish();
  return out;
}

// The catalogue is ours: what is wrong in it is a bug.
Catalogue read_catalogue() {
  Catalogue out;
  std::optional<Fault> fault;
  const json::value document = json::parse(quirk_catalogue());
  for (const json::value& entry : document.as_array()) {
    Words words(entry, "[" + std::to_string(out.kinds.size()) + "]", fault);
    QuirkKind kind{.name = words.text("name"),
                   .shows = words.text("shows"),
                   .seen = words.text("seen", {}, 511),
                   .readers = words.text("readers", {}, 511),
                   .parameters = {}};
    if (const json::value* parameters = words.any("parameters", false)) {
      for (const json::value& one : parameters->as_array())
        kind.parameters.push_back(read_parameter(one, words.at("parameters"), fault));
    }
    if (const json::value* acts = words.any("acts", true)) out.acts.push_back(acts->as_array());
    words.finish();
    if (fault) assert_failed(to_string(*fault).c_str(), std::source_location::current());
    out.kinds.push_back(std::move(kind));
  }
  return out;
}

const Catalogue& catalogue() {
  static const Catalogue all = read_catalogue();
  return all;
}

// "$word" becomes the parameter's value, a number where it is one; an object with the one word "$word" is the
// one of the texts in it that the parameter's value names.
json::value substituted(const json::value& value, const QuirkKind& kind,
                        const std::vector<std::string>& values) {
  const auto parameter = [&](std::string_view mark) -> std::optional<std::size_t> {
    if (mark.empty() || mark.front() != '$') return {};
    for (std::size_t i = 0; i < kind.parameters.size(); ++i) {
      if (kind.parameters[i].word == mark.substr(1)) return i;
    }
    return {};
  };
  if (value.is_string()) {
    const auto at = parameter(std::string_view(value.get_string().data(), value.get_string().size()));
    if (!at) return value;
    if (kind.parameters[*at].kind != QuirkParameter::Kind::number) return json::value(values[*at]);
    std::int64_t n = 0;
    std::from_chars(values[*at].data(), values[*at].data() + values[*at].size(), n);
    return n;
  }
  if (const json::array* list = value.if_array()) {
    json::array out;
    for (const json::value& one : *list) out.push_back(substituted(one, kind, values));
    return out;
  }
  if (const json::object* object = value.if_object()) {
    if (object->size() == 1) {
      const auto& [key, choices] = *object->begin();
      if (const auto at = parameter(std::string_view(key.data(), key.size())))
        return substituted(choices.as_object().at(values[*at]), kind, values);
    }
    json::object out;
    for (const auto& [key, one] : *object) out[key] = substituted(one, kind, values);
    return out;
  }
  return value;
}

std::optional<std::string> wrong_with(const QuirkParameter& parameter, const std::string& value) {
  switch (parameter.kind) {
    case QuirkParameter::Kind::number: {
      std::int64_t n = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
      if (error == std::errc() && end == value.data() + value.size() && !value.empty() &&
          n >= parameter.low && n <= parameter.high)
        return {};
      return "a number from " + std::to_string(parameter.low) + " to " + std::to_string(parameter.high);
    }
    case QuirkParameter::Kind::word: {
      std::string all;
      for (const std::string& one : parameter.one_of) {
        if (one == value) return {};
        all += (all.empty() ? "" : ", ") + one;
      }
      return "one of " + all;
    }
    case QuirkParameter::Kind::oid:
      if (snmp::Oid::parse(value)) return {};
      return "an object identifier, as 1.3.6.1.2.1.43";
    case QuirkParameter::Kind::text:
      if (value.size() <= 255) return {};
      return "a text of at most 255 octets";
  }
  return {};
}

Result<Quirk> make_quirk(std::size_t at, const std::map<std::string, std::string>& given,
                         const std::string& path) {
  const QuirkKind& kind = catalogue().kinds[at];
  Quirk out{.kind = &kind, .values = {}, .value_acts = {}, .datagram_acts = {}};
  for (const QuirkParameter& parameter : kind.parameters) {
    const auto value = given.find(parameter.word);
    out.values.push_back(value == given.end() ? parameter.initial : value->second);
    if (const auto expected = wrong_with(parameter, out.values.back()))
      return Fault(quirk_errc::bad_value, path + ": " + parameter.word + ": expected " + *expected);
  }
  for (const auto& [word, value] : given) {
    std::string all;
    bool known = false;
    for (const QuirkParameter& parameter : kind.parameters) {
      known = known || parameter.word == word;
      all += (all.empty() ? "" : ", ") + parameter.word;
    }
    if (!known)
      return Fault(quirk_errc::unknown_word,
                   path + ": " + word + (all.empty() ? ": it has no parameters" : ": expected " + all));
  }
  std::optional<Fault> fault;
  for (const json::value& raw : catalogue().acts[at]) {
    const json::value act = substituted(raw, kind, out.values);
    Words words(act, path, fault);
    if (auto value_act = read_value_act(words)) {
      out.value_acts.push_back(std::move(value_act));
    } else if (auto datagram_act = read_datagram_act(words.text("act"), words)) {
      out.datagram_acts.push_back(std::move(datagram_act));
    } else {
      words.fail("act", "an act that there is");
    }
    words.finish();
  }
  if (fault) return *fault;
  return out;
}

Result<std::size_t> position_of(std::string_view name, const std::string& path) {
  const auto kinds = quirk_kinds();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i].name == name) return i;
  }
  return Fault(quirk_errc::unknown_quirk, path);
}

}  // namespace

std::span<const QuirkKind> quirk_kinds() { return catalogue().kinds; }

const QuirkKind* find_quirk(std::string_view name) {
  for (const QuirkKind& kind : quirk_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::string Quirk::text() const {
  std::string out = kind->name;
  for (std::size_t i = 0; i < values.size(); ++i)
    out += (i == 0 ? "=" : ",") + kind->parameters[i].word + "=" + values[i];
  return out;
}

Result<Quirk> parse_quirk(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string name(text.substr(0, equals));
  const auto at = position_of(name, name);
  if (!at) return at.error();
  const QuirkKind& kind = catalogue().kinds[*at];
  std::map<std::string, std::string> given;
  std::string_view rest = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  // A text, where it is the only parameter, may have commas.
  if (equals != std::string_view::npos && kind.parameters.size() == 1 &&
      kind.parameters[0].kind == QuirkParameter::Kind::text) {
    const std::string named = kind.parameters[0].word + "=";
    if (rest.starts_with(named)) rest.remove_prefix(named.size());
    return make_quirk(*at, {{kind.parameters[0].word, std::string(rest)}}, name);
  }
  for (bool first = true; equals != std::string_view::npos && (first || !rest.empty()); first = false) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const std::size_t is = part.find('=');
    if (is == std::string_view::npos && !(first && !kind.parameters.empty())) {
      return Fault(quirk_errc::bad_value,
                   name + ": " + std::string(part) +
                       (kind.parameters.empty() ? ": it has no parameters" : ": expected WORD=VALUE"));
    }
    const std::string word =
        is == std::string_view::npos ? kind.parameters.front().word : std::string(part.substr(0, is));
    const std::string value(is == std::string_view::npos ? part : part.substr(is + 1));
    if (!given.emplace(word, value).second)
      return Fault(quirk_errc::bad_value, name + ": " + word + " twice");
  }
  return make_quirk(*at, given, name);
}

Result<Quirk> read_quirk(const json::value& value, const std::string& path) {
  if (value.is_string()) {
    auto parsed = parse_quirk(std::string(value.get_string()));
    if (!parsed) return Fault(parsed.error().code, path + ": " + parsed.error().detail);
    return parsed;
  }
  const json::object* object = value.if_object();
  if (!object) return Fault(quirk_errc::bad_value, path + ": expected a quirk's name, or an object with it");
  const json::value* name = object->if_contains("name");
  if (!name) return Fault(quirk_errc::missing_word, path + ".name");
  if (!name->is_string()) return Fault(quirk_errc::bad_value, path + ".name: expected a quirk's name");
  const std::string known(name->get_string());
  const auto at = position_of(known, path + ".name: " + known);
  if (!at) return at.error();
  std::map<std::string, std::string> given;
  for (const auto& [key, one] : *object) {
    if (key == "name") continue;
    if (!one.is_string() && !one.is_int64() && !one.is_uint64())
      return Fault(quirk_errc::bad_value, path + "." + std::string(key) + ": expected a number or a text");
    given.emplace(std::string(key.data(), key.size()), as_text(one));
  }
  return make_quirk(*at, given, path);
}

}  // namespace mr::printer
