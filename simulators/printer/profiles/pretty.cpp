#include "simulators/printer/profiles/pretty.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mr::printer {
namespace {

namespace json = boost::json;
constexpr std::size_t line_max = 118;

void write(const json::value& value, std::size_t indent, std::string& out) {
  std::string flat = json::serialize(value);
  const bool holds = value.is_array() || value.is_object();
  const bool top = indent == 0 && value.is_object();
  if (!holds || (!top && indent + flat.size() <= line_max)) {
    out += flat;
    return;
  }
  const std::string space(indent + 2, ' ');
  bool first = true;
  const auto next = [&] {
    out += first ? "\n" : ",\n";
    out += space;
    first = false;
  };
  if (const json::array* array = value.if_array()) {
    out += '[';
    for (const json::value& element : *array) {
      next();
      write(element, indent + 2, out);
    }
  } else {
    out += '{';
    for (const auto& member : value.get_object()) {
      next();
      out += json::serialize(json::value(member.key())) + ": ";
      write(member.value(), indent + 2, out);
    }
  }
  out += "\n" + std::string(indent, ' ') + (value.is_array() ? "]" : "}");
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  write(value, 0, out);
  return out + "\n";
}

}  // namespace mr::printer
