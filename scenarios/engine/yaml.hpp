// Strict YAML, read into a tree that knows where each thing stands.
//
// One document of maps, lists and scalars, in YAML 1.2's plain sense: every scalar is text, and the reader
// asks for the type that it wants (`no` is the text "no"). Refused, with file:line:column and what was
// expected: duplicate keys, anchors and aliases, tags, several documents, nesting deeper than 32, more than 1
// MiB, keys that are not scalars, bad UTF-8. A key that nobody asked for is an error too: read every map
// through Map, and end with done().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::scenarios {

enum class yaml_errc {
  unreadable = 1,  // the file cannot be read
  syntax,          // not YAML, or a feature of it that is refused
  unknown_key,
  duplicate_key,
  missing_key,
  wrong_type,
  out_of_range,
};
std::string_view describe(yaml_errc);

struct Place {
  std::shared_ptr<const std::string> file;
  int line = 0, column = 0;  // from 1
};
std::string to_string(const Place& place);  // "daily.yaml:3:7"

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string text;                                 // scalar
  bool quoted = false;                              // scalar
  std::vector<Node> items;                          // list; map: the values, beside `keys`
  std::vector<std::pair<std::string, Place>> keys;  // map
};

Result<Node> read_yaml(std::string_view text, std::string file_name);
Result<Node> read_yaml_file(const std::string& path);

// The first fault of a whole reading; later ones are dropped, so that a reader needs no check after each
// line.
class Faults {
 public:
  void add(yaml_errc code, const Place& place, std::string found_and_expected);
  bool any() const { return first_.has_value(); }
  const Fault& first() const { return *first_; }

 private:
  std::optional<Fault> first_;
};

// Reads one map. Each getter marks its key as known and reports what is wrong with its value to `faults`; a
// getter without a default reports a missing key. After any fault the values are defaults, and only `faults`
// counts.
class Map {
 public:
  Map(const Node& node, std::string what,
      Faults& faults);  // `what` names the map in messages: "a printer group"

  bool has(std::string_view key);  // asking makes it known
  const Place& place(std::string_view key) const;  // of the value, or of the map where absent

  std::string text(std::string_view key);
  std::string text(std::string_view key, std::string otherwise);
  std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max,
                       std::optional<std::int64_t> otherwise = {});
  bool boolean(std::string_view key, bool otherwise);
  // 90s, 15m, 1h, 3d, 250ms and sums of these: 1h30m.
  std::chrono::milliseconds duration(std::string_view key,
                                     std::optional<std::chrono::milliseconds> otherwise = {});
  // 2026-03-02T08:00:00Z
  std::chrono::sys_seconds instant(std::string_view key,
                                   std::optional<std::chrono::sys_seconds> otherwise = {});
  // 02:00 or 02:00:30, of a day.
  std::chrono::seconds time_of_day(std::string_view key, std::optional<std::chrono::seconds> otherwise = {});
  // One of the words; gives its index.
  std::size_t word(std::string_view key, const std::vector<std::string_view>& words,
                   std::optional<std::size_t> otherwise = {});
  std::vector<std::string> texts(std::string_view key);  // a list of scalars; absent is empty
  const Node* child(std::string_view key,
                    Node::Kind kind);     // null where absent or of another kind (reported)
  const Node* any(std::string_view key);  // null where absent

  void done();  // reports the first key that nobody asked for, with those that exist

 private:
  const Node* value(std::string_view key);
  const Node* scalar(std::string_view key, bool required, std::string_view expected);
  const Node& node_;
  std::string what_;
  Faults& faults_;
  std::set<std::string, std::less<>> known_;
};

// For scalars that stand outside a map.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace mr::scenarios
MR_ERRC(mr::scenarios, yaml_errc, "scenario")
