#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/pretty.hpp"
#include "simulators/printer/profiles/schema.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;

// Writes one object of a model. Empty texts and lists are left out where the reader does not need them.
class ProfileWriter final : public Fields {
 public:
  json::object take() { return std::move(out_); }

  bool reading() const override { return false; }
  void fail(const char*, const std::string&) override {}

  void text(const char* key, std::string& from, TextRule) override { out_[key] = from; }
  void flag(const char* key, bool& from) override { out_[key] = from; }
  void texts(const char* key, std::vector<std::string>& from, std::size_t) override {
    if (!from.empty()) out_[key] = json::array(from.begin(), from.end());
  }
  void bits(const char* key, std::uint8_t& from,
            std::span<const std::pair<std::string_view, std::uint8_t>> words) override {
    json::array names;
    for (const auto& [name, bit] : words) {
      if (from & bit) names.emplace_back(json::string_view(name.data(), name.size()));
    }
    if (names.size() != words.size() && !names.empty()) out_[key] = std::move(names);
  }

 protected:
  void integer(const char* key, std::int64_t& from, std::int64_t, std::int64_t, bool) override {
    out_[key] = from;
  }
  void standard(const char* key, std::int32_t& from, const Enumeration& enumeration, bool) override {
    const std::string name = name_of(enumeration, from);
    if (name.empty()) {
      out_[key] = from;
    } else {
      out_[key] = name;
    }
  }
  void choice(const char* key, std::size_t& from, std::span<const std::string_view> words, bool) override {
    out_[key] = json::string_view(words[from].data(), words[from].size());
  }
  void entries(const char* key, const char*, std::size_t, std::size_t existing,
               const std::function<void(Fields&, std::size_t)>& visit) override {
    if (existing == 0) return;
    json::array list;
    for (std::size_t i = 0; i < existing; ++i) {
      ProfileWriter entry;
      visit(entry, i);
      list.push_back(entry.take());
    }
    out_[key] = std::move(list);
  }

 private:
  json::object out_;
};

}  // namespace

std::string write_profile(const Model& model, const std::vector<std::string>& source) {
  ProfileWriter writer;
  Model copy = model;
  describe_model(writer, copy);
  json::object out = writer.take();
  if (!source.empty()) out["source"] = json::array(source.begin(), source.end());
  return pretty(out);
}

}  // namespace mr::printer
