#include "conformance/harness/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "conformance/wire/xml.hpp"

namespace mr::harness {
namespace {

constexpr std::size_t bytes_max = 256 * 1024, depth_max = 16;

// Thrown out of yaml-cpp's parser, and caught in read_yaml alone.
struct Stop {
  Place place;
  std::string what;
};

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

class Builder : public YAML::EventHandler {
 public:
  Yaml root;
  bool any = false;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    throw Stop{place_of(mark), "found an anchor '" + name + "', expected none"};
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{place_of(mark), "found an alias, expected none"};
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    put(mark, "", anchor, Yaml{Yaml::Kind::null, place_of(mark)}, true);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    put(mark, tag, anchor, Yaml{Yaml::Kind::scalar, place_of(mark), value}, true);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    put(mark, tag, anchor, Yaml{Yaml::Kind::list, place_of(mark)}, false);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    put(mark, tag, anchor, Yaml{Yaml::Kind::map, place_of(mark)}, false);
  }
  void OnMapEnd() override { close(); }

 private:
  void put(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Yaml node, bool leaf) {
    if (anchor != 0) throw Stop{place_of(mark), "found an anchor, expected none"};
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Stop{place_of(mark), "found a tag '" + tag + "', expected none"};
    if (!open_.empty() && open_.back().kind == Yaml::Kind::map &&
        open_.back().keys.size() == open_.back().items.size()) {
      if (node.kind != Yaml::Kind::scalar) throw Stop{place_of(mark), "a key must be a word"};
      for (const auto& [key, at] : open_.back().keys) {
        if (key == node.text)
          throw Stop{place_of(mark), fmt::format("found the key '{}' twice, first in line {}", key, at.line)};
      }
      open_.back().keys.emplace_back(node.text, node.place);
      return;
    }
    if (open_.size() >= depth_max)
      throw Stop{place_of(mark), fmt::format("nested deeper than {}", depth_max)};
    open_.push_back(std::move(node));
    if (leaf) close();
  }
  void close() {
    Yaml done = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) {
      root = std::move(done);
      any = true;
    } else {
      open_.back().items.push_back(std::move(done));
    }
  }

  std::vector<Yaml> open_;
};

}  // namespace

std::string to_string(const FileFault& fault) {
  return fmt::format("{}:{}:{}: {}", fault.file, fault.place.line, fault.place.column, fault.what);
}

void throw_exception_from_error(const FileFault&, const boost::source_location&) { std::abort(); }

const Yaml* Yaml::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].first == key) return &items[i];
  }
  return nullptr;
}

Read<Yaml> read_yaml(std::string_view text, const std::string& file) {
  if (text.size() > bytes_max)
    return FileFault{file, {}, fmt::format("found {} octets, expected at most {}", text.size(), bytes_max)};
  if (!wire::valid_utf8(text) || text.find('\0') != std::string_view::npos)
    return FileFault{file, {}, "found octets that are not UTF-8"};
  // yaml-cpp recurses once per bracket before it tells anybody.
  const auto brackets = std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; });
  if (brackets > 4000) return FileFault{file, {}, "found more than 4000 brackets"};
  std::istringstream in{std::string(text)};
  Builder builder;
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return FileFault{file, {}, "found nothing, expected a document"};
    Builder second;
    if (parser.HandleNextDocument(second))
      return FileFault{file, second.root.place, "found a second document, expected one"};
  } catch (const Stop& stop) {
    return FileFault{file, stop.place, stop.what};
  } catch (const YAML::Exception& error) {
    return FileFault{file, place_of(error.mark), error.msg};
  }
  if (!builder.any) return FileFault{file, {}, "found nothing, expected a document"};
  return std::move(builder.root);
}

}  // namespace mr::harness
