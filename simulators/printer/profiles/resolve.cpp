#include "simulators/printer/profiles/resolve.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>

#include "simulators/printer/profiles/built_in.hpp"
#include "simulators/printer/profiles/fields.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;

constexpr int like_depth_max = 8;

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }
json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

// The lists of a profile, and by which word their entries are meant; null: by themselves.
class ListIds final : public Fields {
 public:
  std::map<std::string, const char*, std::less<>> ids;

  bool reading() const override { return false; }
  void fail(const char*, const std::string&) override {}
  void text(const char*, std::string&, TextRule) override {}
  void flag(const char*, bool&) override {}
  void texts(const char* key, std::vector<std::string>&, std::size_t) override { ids[key] = nullptr; }
  void bits(const char*, std::uint8_t&, std::span<const std::pair<std::string_view, std::uint8_t>>) override {
  }

 protected:
  void integer(const char*, std::int64_t&, std::int64_t, std::int64_t, bool) override {}
  void standard(const char*, std::int32_t&, const Enumeration&, bool) override {}
  void choice(const char*, std::size_t&, std::span<const std::string_view>, bool) override {}
  void entries(const char* key, const char* id, std::size_t, std::size_t,
               const std::function<void(Fields&, std::size_t)>&) override {
    ids[key] = id;
  }
};

const std::map<std::string, const char*, std::less<>>& list_ids() {
  static const auto all = [] {
    ListIds ids;
    Model model;
    describe_model(ids, model);
    return std::move(ids.ids);
  }();
  return all;
}

// What an entry is meant by; empty where it does not say.
std::string_view id_of(const json::value& entry, const char* word) {
  const json::value* said = word ? nullptr : &entry;
  if (word && entry.is_object()) said = entry.get_object().if_contains(word);
  const json::string* text = said ? said->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

// One list's composition.
class Edit {
 public:
  Edit(std::string_view key, const char* id) : key_(key), id_(id) {}

  Result<json::array> of(json::array list, const json::object& words) {
    for (const auto& member : words) {
      const std::string_view word = view(member.key());
      if (word != "use" && word != "without" && word != "change" && word != "add")
        return Fault(profile_errc::unknown_word, path(word));
      if (!member.value().is_array()) return bad(path(word), "a list");
    }
    list_ = std::move(list);
    std::optional<Fault> fault;
    const auto each = [&](std::string_view word, auto step) {
      const json::value* value = words.if_contains(view(word));
      if (!value) return;
      const json::array& array = value->get_array();
      for (std::size_t i = 0; i < array.size() && !fault; ++i)
        fault = step(array[i], path(word) + "[" + std::to_string(i) + "]");
    };
    if (words.contains("use")) list_.clear();
    each("use", [this](const json::value& entry, const std::string& at) { return use(entry, at); });
    each("without", [this](const json::value& entry, const std::string& at) { return without(entry, at); });
    each("change", [this](const json::value& entry, const std::string& at) { return change(entry, at); });
    each("add", [this](const json::value& entry, const std::string&) {
      list_.push_back(entry);
      return std::optional<Fault>();
    });
    if (fault) return *fault;
    return std::move(list_);
  }

 private:
  std::string path(std::string_view word) const { return std::string(key_) + "." + std::string(word); }
  static Fault bad(const std::string& at, const std::string& expected) {
    return Fault(profile_errc::bad_value, at + ": expected " + expected);
  }

  std::optional<Fault> use(const json::value& entry, const std::string& at) {
    const std::string_view wanted = id_of(entry, nullptr);
    std::string known;
    for (const BuiltInProfile& sets : built_in_sets()) {
      if (sets.key != key_) continue;
      const json::value all = json::parse(view(sets.json));
      for (const auto& set : all.as_object()) {
        if (view(set.key()) == wanted) {
          const json::array& entries = set.value().as_array();
          list_.insert(list_.end(), entries.begin(), entries.end());
          return {};
        }
        known += (known.empty() ? "" : ", ") + std::string(view(set.key()));
      }
    }
    return bad(at, known.empty() ? "nothing: there are no sets for " + std::string(key_) : "one of " + known);
  }

  std::optional<Fault> without(const json::value& entry, const std::string& at) {
    const std::string_view id = id_of(entry, nullptr);
    const auto gone = std::remove_if(list_.begin(), list_.end(), [&](const json::value& one) {
      return !id.empty() && id_of(one, id_) == id;
    });
    if (gone == list_.end()) return bad(at, "an entry that was taken over");
    list_.erase(gone, list_.end());
    return {};
  }

  std::optional<Fault> change(const json::value& entry, const std::string& at) {
    const std::string_view id = id_ ? id_of(entry, id_) : std::string_view();
    const auto is_meant = [&](const json::value& one) { return !id.empty() && id_of(one, id_) == id; };
    if (std::count_if(list_.begin(), list_.end(), is_meant) != 1)
      return bad(at, id_ ? "a " + std::string(id_) + " that exactly one entry taken over has"
                         : std::string("nothing: texts are taken out and added"));
    json::object& into = std::find_if(list_.begin(), list_.end(), is_meant)->get_object();
    for (const auto& member : entry.get_object()) into[member.key()] = member.value();
    return {};
  }

  std::string_view key_;
  const char* id_;
  json::array list_;
};

Result<json::object> resolve(std::string_view text, int depth) {
  boost::system::error_code error;
  json::value document = json::parse(view(text), error);
  if (error) return Fault(profile_errc::bad_json, error.message());
  if (!document.is_object()) return Fault(profile_errc::bad_value, "the document: expected an object");
  json::object& own = document.get_object();

  json::object out;
  if (const json::value* like = own.if_contains("like")) {
    const std::string_view wanted = id_of(*like, nullptr);
    const auto all = built_in_profiles();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const BuiltInProfile& one) { return one.key == wanted; });
    if (found == all.end())
      return Fault(profile_errc::bad_value, "like: expected the key of a built-in profile");
    if (depth >= like_depth_max)
      return Fault(profile_errc::bad_value, "like: expected an end; profiles are like each other");
    auto base = resolve(found->json, depth + 1);
    if (!base) return base.error();
    out = std::move(*base);
    for (const char* word : {"key", "source"}) out.erase(word);
    own.erase("like");
  }
  for (auto& member : own) {
    const std::string_view key = view(member.key());
    const auto list = list_ids().find(key);
    if (list == list_ids().end() || !member.value().is_object()) {
      out[member.key()] = std::move(member.value());
      continue;
    }
    json::array base;
    if (json::value* taken = out.if_contains(member.key())) {
      if (!taken->is_array()) return Fault(profile_errc::bad_value, std::string(key) + ": expected a list");
      base = std::move(taken->get_array());
    }
    auto edited = Edit(key, list->second).of(std::move(base), member.value().get_object());
    if (!edited) return edited.error();
    out[member.key()] = std::move(*edited);
  }
  return out;
}

}  // namespace

Result<json::object> resolve_profile(std::string_view text) { return resolve(text, 0); }

}  // namespace mr::printer
