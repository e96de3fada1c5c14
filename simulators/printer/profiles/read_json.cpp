#include "simulators/printer/profiles/read_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace mr::printer {

namespace json = boost::json;

JsonReader::JsonReader(const json::value& value, std::string path, std::optional<Fault>& fault)
    : path_(std::move(path)), fault_(fault), object_(value.if_object()) {
  if (!object_) fail(profile_errc::bad_value, path_.empty() ? "the document" : path_, "an object");
}

JsonReader::~JsonReader() {
  if (!object_) return;
  for (const auto& member : *object_) {
    if (!named_.contains(std::string_view(member.key())))
      fail(profile_errc::unknown_word, at(std::string_view(member.key())), {});
  }
}

void JsonReader::fail(profile_errc what, const std::string& where, const std::string& expected) {
  if (!fault_) fault_ = Fault(what, expected.empty() ? where : where + ": expected " + expected);
}

const json::value* JsonReader::find(const char* key, bool required) {
  if (!object_) return nullptr;
  named_.insert(key);
  const json::value* value = object_->if_contains(key);
  if (!value && required) fail(profile_errc::missing_word, at(key), {});
  return value;
}

void JsonReader::text(const char* key, std::string& into, TextRule rule) {
  const json::value* value = find(key, rule.required);
  if (!value) return;
  const json::string* string = value->if_string();
  if (!string || string->size() > rule.max)
    return fail(profile_errc::bad_value, at(key),
                "a text of at most " + std::to_string(rule.max) + " octets");
  into.assign(string->data(), string->size());
}

void JsonReader::integer(const char* key, std::int64_t& into, std::int64_t low, std::int64_t high,
                         bool required) {
  const json::value* value = find(key, required);
  if (!value) return;
  if (!value->is_int64() || value->get_int64() < low || value->get_int64() > high)
    return fail(profile_errc::bad_value, at(key),
                "a number from " + std::to_string(low) + " to " + std::to_string(high));
  into = value->get_int64();
}

void JsonReader::standard(const char* key, std::int32_t& into, const Enumeration& enumeration,
                          bool required) {
  const json::value* value = find(key, required);
  if (!value) return;
  if (const json::string* name = value->if_string()) {
    if (const auto known = value_of(enumeration, std::string_view(name->data(), name->size()))) {
      into = *known;
      return;
    }
  } else if (value->is_int64() && value->get_int64() > 0 && value->get_int64() <= INT32_MAX) {
    const auto number = static_cast<std::int32_t>(value->get_int64());
    if (!name_of(enumeration, number).empty()) {
      into = number;
      return;
    }
  }
  std::string some;
  for (const StandardName& one :
       enumeration.names.subspan(0, std::min<std::size_t>(enumeration.names.size(), 6)))
    some += (some.empty() ? "" : ", ") + std::string(one.name);
  fail(profile_errc::bad_value, at(key),
       "a name or number of " + std::string(enumeration.convention) + " (" + some + ", ...)");
}

void JsonReader::choice(const char* key, std::size_t& into, std::span<const std::string_view> words,
                        bool required) {
  const json::value* value = find(key, required);
  if (!value) return;
  std::string known;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (value->is_string() && value->get_string() == json::string_view(words[i].data(), words[i].size())) {
      into = i;
      return;
    }
    known += (known.empty() ? "" : ", ") + std::string(words[i]);
  }
  fail(profile_errc::bad_value, at(key), "one of " + known);
}

void JsonReader::flag(const char* key, bool& into) {
  const json::value* value = find(key, false);
  if (!value) return;
  if (!value->is_bool()) return fail(profile_errc::bad_value, at(key), "true or false");
  into = value->get_bool();
}

void JsonReader::bits(const char* key, std::uint8_t& into,
                      std::span<const std::pair<std::string_view, std::uint8_t>> words) {
  const json::value* value = find(key, false);
  if (!value) return;
  const json::array* array = value->if_array();
  std::uint8_t sum = 0;
  bool good = array != nullptr && !array->empty();
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    const json::string* said = (*array)[i].if_string();
    std::uint8_t bit = 0;
    for (const auto& [name, meaning] : words) {
      if (said && *said == json::string_view(name.data(), name.size())) bit = meaning;
    }
    good = bit != 0 && (sum & bit) == 0;
    sum |= bit;
  }
  if (!good) {
    std::string known;
    for (const auto& entry : words) known += (known.empty() ? "" : ", ") + std::string(entry.first);
    return fail(profile_errc::bad_value, at(key), "a list of " + known + ", each once");
  }
  into = sum;
}

void JsonReader::texts(const char* key, std::vector<std::string>& into, std::size_t max) {
  const json::value* value = find(key, false);
  if (!value) return;
  const json::array* array = value->if_array();
  bool good = array && array->size() <= max;
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    good = (*array)[i].is_string() && (*array)[i].get_string().size() <= 1023;
    if (good) into.emplace_back(std::string_view((*array)[i].get_string()));
  }
  if (!good) fail(profile_errc::bad_value, at(key), "a list of at most " + std::to_string(max) + " texts");
}

void JsonReader::entries(const char* key, const char*, std::size_t max, std::size_t,
                         const std::function<void(Fields&, std::size_t)>& visit) {
  const json::value* value = find(key, false);
  if (!value) return;
  const json::array* array = value->if_array();
  if (!array || array->size() > max)
    return fail(profile_errc::bad_value, at(key), "a list of at most " + std::to_string(max));
  for (std::size_t i = 0; i < array->size() && !fault_; ++i) {
    JsonReader element((*array)[i], at(key) + "[" + std::to_string(i) + "]", fault_);
    visit(element, i);
  }
}

}  // namespace mr::printer
