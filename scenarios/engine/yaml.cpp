#include "scenarios/engine/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "reference/protocol/schema/characters.hpp"

namespace mr::scenarios {

std::string_view describe(yaml_errc code) {
  switch (code) {
    case yaml_errc::unreadable:
      return "cannot be read";
    case yaml_errc::syntax:
      return "not accepted";
    case yaml_errc::unknown_key:
      return "unknown key";
    case yaml_errc::duplicate_key:
      return "duplicate key";
    case yaml_errc::missing_key:
      return "missing key";
    case yaml_errc::wrong_type:
      return "wrong type";
    case yaml_errc::out_of_range:
      return "out of range";
  }
  return "scenario error";
}

std::string to_string(const Place& place) {
  return *place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

namespace {

constexpr std::size_t bytes_max = 1 << 20;
constexpr std::size_t depth_max = 32;

// Builds the tree from yaml-cpp's events; the first thing that is refused stops it by exception, which
// read_yaml catches.
class Builder final : public YAML::EventHandler {
 public:
  struct Stop {
    yaml_errc code;
    Place place;
    std::string detail;
  };

  Builder(std::shared_ptr<const std::string> file, Node& root) : file_(std::move(file)), root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node& node = add(mark, "", anchor);
    node.kind = Node::Kind::null;
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(yaml_errc::syntax, mark, "found an alias (*name); write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!open_.empty() && open_.back()->kind == Node::Kind::map &&
        open_.back()->keys.size() == open_.back()->items.size()) {
      check(mark, tag, anchor);
      Node& map = *open_.back();
      for (const auto& [key, place] : map.keys) {
        if (key == value) {
          stop(yaml_errc::duplicate_key, mark,
               "found '" + value + "' again; the first is in line " + std::to_string(place.line));
        }
      }
      map.keys.emplace_back(value, at(mark));
      return;
    }
    Node& node = add(mark, tag, anchor);
    node.kind = Node::Kind::scalar;
    node.text = value;
    node.quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  Place at(const YAML::Mark& mark) const { return {file_, mark.line + 1, mark.column + 1}; }
  [[noreturn]] void stop(yaml_errc code, const YAML::Mark& mark, std::string detail) const {
    throw Stop{code, at(mark), std::move(detail)};
  }
  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0)
      stop(yaml_errc::syntax, mark, "found an anchor (&name); write the value out where it is used");
    if (!tag.empty() && tag != "?" && tag != "!")
      stop(yaml_errc::syntax, mark, "found the tag " + tag + "; types come from the schema");
  }
  Node& add(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    check(mark, tag, anchor);
    Node* node = &root_;
    if (!open_.empty()) {
      Node& parent = *open_.back();
      if (parent.kind == Node::Kind::map && parent.keys.size() == parent.items.size()) {
        stop(yaml_errc::syntax, mark, "found a key that is not plain text");
      }
      node = &parent.items.emplace_back();
    }
    node->place = at(mark);
    return *node;
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    if (open_.size() == depth_max)
      stop(yaml_errc::syntax, mark, "nested deeper than " + std::to_string(depth_max));
    Node& node = add(mark, tag, anchor);
    node.kind = kind;
    open_.push_back(&node);  // stays valid: a parent's `items` grows only while the child is closed
  }

  std::shared_ptr<const std::string> file_;
  Node& root_;
  std::vector<Node*> open_;
};

std::string kind_words(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "'" + node.text.substr(0, 60) + "'";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "something";
}

template <class Number>
bool parse_number(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (at + count > text.size()) return false;
  out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

}  // namespace

Result<Node> read_yaml(std::string_view text, std::string file_name) {
  const auto file = std::make_shared<const std::string>(std::move(file_name));
  const auto fault = [](yaml_errc code, const Place& place, const std::string& detail) {
    return Fault(code, to_string(place) + ": " + detail);
  };
  if (text.size() > bytes_max) {
    return fault(yaml_errc::syntax, {file, 1, 1},
                 std::to_string(text.size()) + " bytes; at most 1 MiB is read");
  }
  if (!schema::is_utf8(text)) return fault(yaml_errc::syntax, {file, 1, 1}, "not UTF-8");
  Node root;
  root.place = {file, 1, 1};
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(file, root);
    if (!parser.HandleNextDocument(builder)) return fault(yaml_errc::syntax, root.place, "found no document");
    Node second;
    Builder rest(file, second);
    if (parser.HandleNextDocument(rest))
      return fault(yaml_errc::syntax, second.place, "found a second document; expected one");
  } catch (const Builder::Stop& stop) {
    return fault(stop.code, stop.place, stop.detail);
  } catch (const YAML::Exception& error) {  // yaml-cpp's own words, with its own mark
    return fault(yaml_errc::syntax, {file, error.mark.line + 1, error.mark.column + 1}, error.msg);
  }
  return root;
}

Result<Node> read_yaml_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Fault(yaml_errc::unreadable, path + ": no such file, or not readable");
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (stream.fail() && !stream.eof()))
    return Fault(yaml_errc::unreadable, path + ": not a readable file");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_yaml(text, path);
}

void Faults::add(yaml_errc code, const Place& place, std::string found_and_expected) {
  // A word that nothing knows is often the misspelling of one that is missing: it is the better thing to
  // tell.
  const bool better = first_ && first_->code == yaml_errc::missing_key && code == yaml_errc::unknown_key;
  if (!first_ || better) first_ = Fault(code, to_string(place) + ": " + std::move(found_and_expected));
}

Map::Map(const Node& node, std::string what, Faults& faults)
    : node_(node), what_(std::move(what)), faults_(faults) {
  if (node.kind != Node::Kind::map)
    faults.add(yaml_errc::wrong_type, node.place,
               "found " + kind_words(node) + ", expected " + what_ + " (a map)");
}

bool Map::has(std::string_view key) {
  known_.emplace(key);
  for (const auto& [name, place] : node_.keys) {
    if (name == key) return true;
  }
  return false;
}

const Place& Map::place(std::string_view key) const {
  for (std::size_t i = 0; i < node_.keys.size() && i < node_.items.size(); ++i) {
    if (node_.keys[i].first == key) return node_.items[i].place;
  }
  return node_.place;
}

const Node* Map::value(std::string_view key) {
  known_.emplace(key);
  for (std::size_t i = 0; i < node_.keys.size() && i < node_.items.size(); ++i) {
    if (node_.keys[i].first == key) return &node_.items[i];
  }
  return nullptr;
}

const Node* Map::scalar(std::string_view key, bool required, std::string_view expected) {
  const Node* node = value(key);
  if (node == nullptr) {
    if (required && node_.kind == Node::Kind::map) {
      faults_.add(yaml_errc::missing_key, node_.place,
                  what_ + " needs '" + std::string(key) + "': " + std::string(expected));
    }
    return nullptr;
  }
  if (node->kind != Node::Kind::scalar) {
    faults_.add(yaml_errc::wrong_type, node->place,
                "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " + std::string(expected));
    return nullptr;
  }
  return node;
}

std::string Map::text(std::string_view key) {
  const Node* node = scalar(key, true, "text");
  return node ? node->text : std::string();
}

std::string Map::text(std::string_view key, std::string otherwise) {
  const Node* node = scalar(key, false, "text");
  return node ? node->text : otherwise;
}

std::int64_t Map::integer(std::string_view key, std::int64_t min, std::int64_t max,
                          std::optional<std::int64_t> otherwise) {
  const std::string expected = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  const Node* node = scalar(key, !otherwise, expected);
  if (node == nullptr) return otherwise.value_or(min);
  std::int64_t number = 0;
  if (node->quoted || !parse_number(node->text, number)) {
    faults_.add(yaml_errc::wrong_type, node->place,
                "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " + expected);
  } else if (number < min || number > max) {
    faults_.add(yaml_errc::out_of_range, node->place,
                "'" + std::string(key) + "' is " + node->text + ", expected " + expected);
  } else {
    return number;
  }
  return otherwise.value_or(min);
}

bool Map::boolean(std::string_view key, bool otherwise) {
  const Node* node = scalar(key, false, "true or false");
  if (node == nullptr) return otherwise;
  if (node->text == "true") return true;
  if (node->text == "false") return false;
  faults_.add(yaml_errc::wrong_type, node->place,
              "'" + std::string(key) + "' is " + kind_words(*node) + ", expected true or false");
  return otherwise;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::chrono::milliseconds sum{0};
  if (text.empty()) return std::nullopt;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    std::int64_t number = 0;
    if (end == at || end - at > 9 || !parse_number(text.substr(at, end - at), number)) return std::nullopt;
    std::size_t unit_end = end;
    while (unit_end < text.size() && text[unit_end] >= 'a' && text[unit_end] <= 'z') ++unit_end;
    const std::string_view unit = text.substr(end, unit_end - end);
    const std::int64_t ms = unit == "ms"  ? 1
                            : unit == "s" ? 1000
                            : unit == "m" ? 60'000
                            : unit == "h" ? 3'600'000
                            : unit == "d" ? 86'400'000
                                          : 0;
    if (ms == 0) return std::nullopt;
    sum += std::chrono::milliseconds(number * ms);
    at = unit_end;
  }
  return sum;
}

std::chrono::milliseconds Map::duration(std::string_view key,
                                        std::optional<std::chrono::milliseconds> otherwise) {
  const Node* node = scalar(key, !otherwise, "a duration such as 90s, 15m, 1h30m, 3d");
  if (node == nullptr) return otherwise.value_or(std::chrono::milliseconds(0));
  if (const auto parsed = parse_duration(node->text)) return *parsed;
  faults_.add(yaml_errc::wrong_type, node->place,
              "'" + std::string(key) + "' is " + kind_words(*node) +
                  ", expected a duration such as 90s, 15m, 1h30m, 3d");
  return otherwise.value_or(std::chrono::milliseconds(0));
}

std::chrono::sys_seconds Map::instant(std::string_view key,
                                      std::optional<std::chrono::sys_seconds> otherwise) {
  constexpr std::string_view expected = "an instant in UTC such as 2026-03-02T08:00:00Z";
  const Node* node = scalar(key, !otherwise, expected);
  if (node == nullptr) return otherwise.value_or(std::chrono::sys_seconds());
  const std::string_view t = node->text;
  int year, month, day, hour, minute, second;
  if (t.size() == 20 && digits(t, 0, 4, year) && t[4] == '-' && digits(t, 5, 2, month) && t[7] == '-' &&
      digits(t, 8, 2, day) && t[10] == 'T' && digits(t, 11, 2, hour) && t[13] == ':' &&
      digits(t, 14, 2, minute) && t[16] == ':' && digits(t, 17, 2, second) && t[19] == 'Z') {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (date.ok() && hour < 24 && minute < 60 && second < 60) {
      return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
             std::chrono::seconds(second);
    }
  }
  faults_.add(yaml_errc::wrong_type, node->place,
              "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " + std::string(expected));
  return otherwise.value_or(std::chrono::sys_seconds());
}

std::chrono::seconds Map::time_of_day(std::string_view key, std::optional<std::chrono::seconds> otherwise) {
  constexpr std::string_view expected = "a time of day such as 02:00 or 02:00:30";
  const Node* node = scalar(key, !otherwise, expected);
  if (node == nullptr) return otherwise.value_or(std::chrono::seconds(0));
  const std::string_view t = node->text;
  int hour = 0, minute = 0, second = 0;
  const bool shaped = (t.size() == 5 || t.size() == 8) && digits(t, 0, 2, hour) && t[2] == ':' &&
                      digits(t, 3, 2, minute) && (t.size() == 5 || (t[5] == ':' && digits(t, 6, 2, second)));
  if (shaped && hour < 24 && minute < 60 && second < 60) {
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  }
  faults_.add(yaml_errc::wrong_type, node->place,
              "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " + std::string(expected));
  return otherwise.value_or(std::chrono::seconds(0));
}

std::size_t Map::word(std::string_view key, const std::vector<std::string_view>& words,
                      std::optional<std::size_t> otherwise) {
  std::string expected = "one of";
  for (const auto w : words) expected += " " + std::string(w);
  const Node* node = scalar(key, !otherwise, expected);
  if (node == nullptr) return otherwise.value_or(0);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (node->text == words[i]) return i;
  }
  faults_.add(yaml_errc::wrong_type, node->place,
              "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " + expected);
  return otherwise.value_or(0);
}

std::vector<std::string> Map::texts(std::string_view key) {
  std::vector<std::string> out;
  const Node* list = child(key, Node::Kind::list);
  if (list == nullptr) return out;
  for (const Node& item : list->items) {
    if (item.kind == Node::Kind::scalar) {
      out.push_back(item.text);
    } else {
      faults_.add(yaml_errc::wrong_type, item.place,
                  "found " + kind_words(item) + " in '" + std::string(key) + "', expected text");
    }
  }
  return out;
}

const Node* Map::child(std::string_view key, Node::Kind kind) {
  const Node* node = value(key);
  if (node == nullptr) return nullptr;
  if (node->kind != kind) {
    faults_.add(yaml_errc::wrong_type, node->place,
                "'" + std::string(key) + "' is " + kind_words(*node) + ", expected " +
                    (kind == Node::Kind::map    ? "a map"
                     : kind == Node::Kind::list ? "a list"
                                                : "text"));
    return nullptr;
  }
  return node;
}

const Node* Map::any(std::string_view key) { return value(key); }

void Map::done() {
  for (const auto& [key, place] : node_.keys) {
    if (known_.contains(key)) continue;
    std::string expected;
    for (const auto& name : known_) expected += (expected.empty() ? "" : ", ") + name;
    faults_.add(yaml_errc::unknown_key, place, "found '" + key + "'; " + what_ + " has: " + expected);
    return;
  }
}

}  // namespace mr::scenarios
