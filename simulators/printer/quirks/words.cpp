#include "simulators/printer/quirks/words.hpp"

#include "simulators/printer/quirks/quirk.hpp"

namespace mr::printer {

namespace json = boost::json;
using snmp::Oid;
using snmp::Value;

Words::Words(const json::value& value, std::string path, std::optional<Fault>& fault)
    : path_(std::move(path)), fault_(fault), object_(value.if_object()) {
  if (!object_ && !fault_) fault_.emplace(quirk_errc::bad_value, path_ + ": expected an object");
}

void Words::fail(Kind kind, std::string_view word, const std::string& expected) {
  if (fault_) return;
  const quirk_errc what = kind == quirk_unknown   ? quirk_errc::unknown_word
                          : kind == quirk_missing ? quirk_errc::missing_word
                                                  : quirk_errc::bad_value;
  fault_.emplace(what, at(word) + (expected.empty() ? "" : ": expected " + expected));
}

const json::value* Words::any(const char* word, bool required) {
  named_.insert(word);
  const json::value* found = object_ ? object_->if_contains(word) : nullptr;
  if (!found && required && object_) fail(quirk_missing, word, "");
  return found;
}

std::int64_t Words::number(const char* word, std::int64_t low, std::int64_t high,
                           std::optional<std::int64_t> absent) {
  const json::value* found = any(word, !absent);
  if (!found) return absent.value_or(low);
  std::optional<std::int64_t> n;
  if (found->is_int64()) n = found->get_int64();
  if (found->is_uint64() && found->get_uint64() <= INT64_MAX)
    n = static_cast<std::int64_t>(found->get_uint64());
  if (n && *n >= low && *n <= high) return *n;
  fail(quirk_value, word, "a number from " + std::to_string(low) + " to " + std::to_string(high));
  return low;
}

std::uint32_t Words::per_million(const char* word, std::uint32_t absent) {
  const json::value* found = any(word, false);
  if (!found) return absent;
  double p = -1;
  if (found->is_int64()) p = static_cast<double>(found->get_int64());
  if (found->is_double()) p = found->get_double();
  if (p >= 0 && p <= 1) return static_cast<std::uint32_t>(p * 1e6 + 0.5);
  fail(quirk_value, word, "a probability from 0 to 1");
  return absent;
}

std::string Words::text(const char* word, std::optional<std::string> absent, std::size_t max) {
  const json::value* found = any(word, !absent);
  if (!found) return absent.value_or("");
  if (found->is_string() && found->get_string().size() <= max) return std::string(found->get_string());
  fail(quirk_value, word, "a text of at most " + std::to_string(max) + " octets");
  return {};
}

std::string Words::one_of(const char* word, const std::vector<std::string>& words,
                          std::optional<std::string> absent) {
  const bool present = has(word);
  std::string given = text(word, std::move(absent));
  if (!present) return given;
  std::string all;
  for (const std::string& one : words) {
    if (one == given) return given;
    all += (all.empty() ? "" : ", ") + one;
  }
  fail(quirk_value, word, "one of " + all);
  return words.front();
}

namespace {
std::optional<Oid> oid_from(const json::value& value) {
  if (!value.is_string()) return {};
  auto read = Oid::parse(std::string(value.get_string()));
  return read ? std::optional(std::move(*read)) : std::nullopt;
}
}  // namespace

Oid Words::oid(const char* word, std::optional<Oid> absent) {
  const json::value* found = any(word, !absent);
  if (!found) return absent.value_or(Oid());
  if (auto read = oid_from(*found)) return std::move(*read);
  fail(quirk_value, word, "an object identifier, as 1.3.6.1.2.1.43");
  return {};
}

std::vector<Oid> Words::oids(const char* word) {
  const json::value* found = any(word, true);
  std::vector<Oid> all;
  if (!found) return all;
  bool good = true;
  const auto take = [&](const json::value& one) {
    auto read = oid_from(one);
    good = good && read;
    if (read) all.push_back(std::move(*read));
  };
  if (const json::array* list = found->if_array()) {
    for (const json::value& one : *list) take(one);
    good = good && !list->empty();
  } else {
    take(*found);
  }
  if (!good) fail(quirk_value, word, "an object identifier, or a list of them");
  return all;
}

std::optional<Value> value_from(const json::value& given) {
  const json::object* object = given.if_object();
  if (!object || object->size() != 1) return {};
  const std::string_view type(object->begin()->key().data(), object->begin()->key().size());
  const json::value& value = object->begin()->value();
  const auto number = [&](std::int64_t low, std::int64_t high) -> std::optional<std::int64_t> {
    std::optional<std::int64_t> n;
    if (value.is_int64()) n = value.get_int64();
    return n && *n >= low && *n <= high ? n : std::nullopt;
  };
  if (type == "integer") {
    const auto n = number(INT32_MIN, INT32_MAX);
    return n ? std::optional(Value::integer(static_cast<std::int32_t>(*n))) : std::nullopt;
  }
  if (type == "oid") {
    auto read = oid_from(value);
    return read ? std::optional(Value::oid(std::move(*read))) : std::nullopt;
  }
  if (type == "text" && value.is_string()) return Value::octets(std::string(value.get_string()));
  if (type == "hex" && value.is_string()) {
    std::string bytes;
    const std::string digits(value.get_string());
    const auto digit = [](char c) {
      return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    if (digits.size() % 2 != 0) return {};
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      const int high = digit(digits[i]), low = digit(digits[i + 1]);
      if (high < 0 || low < 0) return {};
      bytes += static_cast<char>(high * 16 + low);
    }
    return Value::octets(std::move(bytes));
  }
  const auto n = number(0, UINT32_MAX);
  if (!n) return {};
  const auto u = static_cast<std::uint32_t>(*n);
  if (type == "counter") return Value::counter32(u);
  if (type == "gauge") return Value::gauge32(u);
  if (type == "ticks") return Value::time_ticks(u);
  return {};
}

Value Words::value(const char* word) {
  const json::value* found = any(word, true);
  if (!found) return {};
  if (auto read = value_from(*found)) return std::move(*read);
  fail(quirk_value, word, "a value, as {\"integer\": -3} or {\"text\": \"NULL\"}");
  return {};
}

void Words::finish() {
  if (!object_ || fault_) return;
  for (const auto& [key, value] : *object_) {
    const std::string_view word(key.data(), key.size());
    if (!named_.contains(word)) return fail(quirk_unknown, word, "");
  }
}

}  // namespace mr::printer
