#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/pretty.hpp"
#include "simulators/printer/profiles/schema.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;

json::string_view as_view(std::string_view text) { return {text.data(), text.size()}; }

json::object text_of(std::size_t max) { return {{"type", "string"}, {"maxLength", max}}; }

// Writes the schema of one object.
class SchemaWriter final : public Fields {
 public:
  // An entry's own schema, or, for entries that change others, the one in which only the id must be there.
  explicit SchemaWriter(json::object& definitions, const char* only_required = nullptr)
      : definitions_(definitions), only_required_(only_required) {}

  json::object take() {
    json::object out{{"type", "object"}, {"properties", std::move(properties_)}};
    if (!required_.empty()) out["required"] = std::move(required_);
    out["additionalProperties"] = false;
    return out;
  }
  json::object& properties() { return properties_; }
  json::array& required() { return required_; }

  bool reading() const override { return false; }
  void fail(const char*, const std::string&) override {}

  void text(const char* key, std::string&, TextRule rule) override {
    json::object one = text_of(rule.max);
    if (rule.pattern) one["pattern"] = rule.pattern;
    put(key, std::move(one), rule.required);
  }
  void flag(const char* key, bool&) override { put(key, {{"type", "boolean"}}, false); }
  void texts(const char* key, std::vector<std::string>&, std::size_t max) override {
    json::object items = text_of(1023);
    put(key, composed({{"type", "array"}, {"maxItems", max}, {"items", items}}, items, {}), false);
  }
  void bits(const char* key, std::uint8_t&,
            std::span<const std::pair<std::string_view, std::uint8_t>> words) override {
    json::array names;
    for (const auto& word : words) names.emplace_back(as_view(word.first));
    put(key,
        {{"type", "array"},
         {"minItems", 1},
         {"uniqueItems", true},
         {"items", json::object{{"enum", std::move(names)}}}},
        false);
  }

 protected:
  void integer(const char* key, std::int64_t&, std::int64_t low, std::int64_t high, bool required) override {
    put(key, {{"type", "integer"}, {"minimum", low}, {"maximum", high}}, required);
  }
  void standard(const char* key, std::int32_t&, const Enumeration& enumeration, bool required) override {
    const std::string_view name = enumeration.convention;
    if (!definitions_.contains(as_view(name))) definitions_[as_view(name)] = defined(enumeration);
    put(key, {{"$ref", "#/$defs/" + std::string(name)}}, required);
  }
  void choice(const char* key, std::size_t&, std::span<const std::string_view> words,
              bool required) override {
    json::array names;
    for (const std::string_view word : words) names.emplace_back(as_view(word));
    put(key, {{"enum", std::move(names)}}, required);
  }
  void entries(const char* key, const char* id, std::size_t max, std::size_t,
               const std::function<void(Fields&, std::size_t)>& visit) override {
    SchemaWriter entry(definitions_), change(definitions_, id);
    visit(entry, 0);
    visit(change, 0);
    const std::string name = key;
    definitions_[name] = entry.take();
    definitions_[name + ".change"] = change.take();
    const json::object item{{"$ref", "#/$defs/" + name}};
    put(key,
        composed({{"type", "array"}, {"maxItems", max}, {"items", item}}, item,
                 {{"$ref", "#/$defs/" + name + ".change"}}),
        false);
  }

 private:
  void put(const char* key, json::object schema, bool required) {
    properties_[key] = std::move(schema);
    if (only_required_ ? std::string_view(key) == only_required_ : required) required_.emplace_back(key);
  }

  // A whole list, or what is changed of one that was taken over.
  static json::object composed(json::object whole, const json::object& item, const json::object& change) {
    const json::object names{{"type", "array"}, {"items", text_of(1023)}};
    json::object words{
        {"use", names}, {"without", names}, {"add", json::object{{"type", "array"}, {"items", item}}}};
    if (!change.empty()) words["change"] = json::object{{"type", "array"}, {"items", change}};
    json::object edit{{"type", "object"}, {"properties", std::move(words)}, {"additionalProperties", false}};
    return {{"anyOf", json::array{std::move(whole), std::move(edit)}}};
  }

  static json::object defined(const Enumeration& enumeration) {
    json::array values, any;
    for (const StandardName& one : enumeration.names) {
      values.emplace_back(as_view(one.name));
      values.emplace_back(one.value);
    }
    if (!enumeration.finishing) return {{"enum", std::move(values)}};
    std::string kinds, ends;
    for (const StandardName& one : finishing_kinds()) {
      kinds += (kinds.empty() ? "" : "|") + std::string(one.name);
      any.push_back(json::object{{"type", "integer"},
                                 {"minimum", one.value * 100 + finishing_ends().front().value},
                                 {"maximum", one.value * 100 + finishing_ends().back().value}});
    }
    for (const StandardName& one : finishing_ends())
      ends += (ends.empty() ? "" : "|") + std::string(one.name);
    any.push_back(json::object{{"type", "string"}, {"pattern", "^(" + kinds + ")(" + ends + ")$"}});
    any.push_back(json::object{{"enum", std::move(values)}});
    return {{"anyOf", std::move(any)}};
  }

  json::object& definitions_;
  const char* only_required_;
  json::object properties_;
  json::array required_;
};

}  // namespace

std::string profile_schema() {
  json::object definitions;
  SchemaWriter writer(definitions);
  Model model;
  describe_model(writer, model);
  writer.properties()["like"] = json::object{{"type", "string"}, {"maxLength", 63}};
  writer.properties()["source"] = json::object{
      {"type", "array"}, {"maxItems", 64}, {"items", json::object{{"type", "string"}, {"maxLength", 1023}}}};
  json::array required = std::move(writer.required());
  writer.required() = {"key"};
  json::object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                   {"title", "A printer model of makeready"}};
  for (auto& member : writer.take()) out.insert(std::move(member));
  // What is taken from another profile need not be said again.
  out["anyOf"] = json::array{json::object{{"required", json::array{"like"}}},
                             json::object{{"required", std::move(required)}}};
  out["$defs"] = std::move(definitions);
  return pretty(out);
}

}  // namespace mr::printer
