#include "simulators/printer/control/body.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace mr::printer {

namespace json = boost::json;

namespace {
std::string in_range(std::string_view name, std::int64_t low, std::int64_t high) {
  return std::string(name) + ": expected a number from " + std::to_string(low) + " to " +
         std::to_string(high);
}
}  // namespace

Body::Body(const std::string& text) {
  if (text.empty()) return;
  json::error_code error;
  json::value value = json::parse(text, error, {}, {.max_depth = 4});
  if (error || !value.is_object()) {
    fail("the body must be a JSON object");
  } else {
    object_ = std::move(value.get_object());
  }
}

const json::value* Body::find(std::string_view name) {
  named_.emplace(name);
  return object_.if_contains(json::string_view(name.data(), name.size()));
}

void Body::fail(std::string detail) {
  if (fault_.empty()) fault_ = std::move(detail);
}

std::optional<std::int64_t> Body::number(std::string_view name, std::int64_t low, std::int64_t high) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (value->is_int64() && value->get_int64() >= low && value->get_int64() <= high) return value->get_int64();
  fail(in_range(name, low, high));
  return {};
}

std::optional<std::string> Body::text(std::string_view name, std::size_t max) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (value->is_string() && value->get_string().size() <= max)
    return std::string(value->get_string().data(), value->get_string().size());
  fail(std::string(name) + ": expected a text of at most " + std::to_string(max) + " octets");
  return {};
}

std::optional<std::vector<std::string>> Body::texts(std::string_view name, std::size_t most,
                                                    std::size_t max) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  const json::array* list = value->if_array();
  std::vector<std::string> out;
  bool good = list != nullptr && list->size() <= most;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const json::string* text = (*list)[i].if_string();
    good = text != nullptr && text->size() <= max;
    if (good) out.emplace_back(text->data(), text->size());
  }
  if (good) return out;
  fail(std::string(name) + ": expected a list of at most " + std::to_string(most) + " texts of at most " +
       std::to_string(max) + " octets");
  return {};
}

std::optional<bool> Body::flag(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return {};
  if (value->is_bool()) return value->get_bool();
  fail(std::string(name) + ": expected true or false");
  return {};
}

bool Body::numbers(std::string_view name, std::int64_t low, std::int64_t high,
                   std::span<std::uint32_t> into) {
  const json::value* value = find(name);
  if (value == nullptr) return false;
  const auto good = [&](const json::value& one) {
    return one.is_int64() && one.get_int64() >= low && one.get_int64() <= high;
  };
  if (good(*value)) {
    for (std::uint32_t& each : into) each = static_cast<std::uint32_t>(value->get_int64());
    return true;
  }
  const json::array* list = value->if_array();
  bool all = list != nullptr && list->size() <= into.size();
  for (std::size_t i = 0; all && i < list->size(); ++i) {
    all = good((*list)[i]);
    if (all) into[i] = static_cast<std::uint32_t>((*list)[i].get_int64());
  }
  if (!all) fail(in_range(name, low, high) + ", or a list of at most " + std::to_string(into.size()));
  return all;
}

std::optional<std::int64_t> Body::required_number(std::string_view name, std::int64_t low,
                                                  std::int64_t high) {
  auto value = number(name, low, high);
  if (!value) fail(in_range(name, low, high));
  return value;
}

std::optional<std::string> Body::required_text(std::string_view name, std::size_t max) {
  auto value = text(name, max);
  if (!value) fail(std::string(name) + ": expected a text");
  return value;
}

const std::string& Body::finish() {
  for (const auto& member : object_) {
    if (!named_.contains(std::string_view(member.key().data(), member.key().size())))
      fail("unknown member '" + std::string(member.key()).substr(0, 40) + "'");
  }
  return fault_;
}

}  // namespace mr::printer
