// Strict YAML for target files: one document of maps, lists and scalars, every scalar a text, each with its
// place.
//
// Refused, with line and column: duplicate keys, anchors, aliases, tags, several documents, nesting deeper
// than 16, more than 256 KiB, bad UTF-8. Any bytes may be given.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

namespace mr::harness {

struct Place {
  int line = 1, column = 1;
};

// What is wrong in a file, and where. to_string: "target.yaml:3:7: found 'x', expected y".
struct FileFault {
  std::string file;
  Place place;
  std::string what;
};
std::string to_string(const FileFault& fault);
[[noreturn]] void throw_exception_from_error(const FileFault&, const boost::source_location&);

template <class T>
using Read = boost::system::result<T, FileFault>;

struct Yaml {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string text;                                 // scalar
  std::vector<Yaml> items;                          // list, or the values of a map
  std::vector<std::pair<std::string, Place>> keys;  // map: beside items

  const Yaml* find(std::string_view key) const;  // of a map; null where absent
};

Read<Yaml> read_yaml(std::string_view text, const std::string& file);

}  // namespace mr::harness
