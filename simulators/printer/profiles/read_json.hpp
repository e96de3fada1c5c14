// Fields that reads: a word that was not named is an error with its path, as is one that is missing, of
// another type or out of range. The first error ends it.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <set>
#include <string>

#include "simulators/printer/profiles/fields.hpp"

namespace mr::printer {

// One object being read. All objects of a document share the first error. lifetime: `value` and `fault`
// outlive it.
class JsonReader final : public Fields {
 public:
  JsonReader(const boost::json::value& value, std::string path, std::optional<Fault>& fault);
  ~JsonReader() override;  // every word of the object must have been named

  bool reading() const override { return true; }
  void text(const char* key, std::string& into, TextRule rule) override;
  void flag(const char* key, bool& into) override;
  void texts(const char* key, std::vector<std::string>& into, std::size_t max) override;
  void bits(const char* key, std::uint8_t& into,
            std::span<const std::pair<std::string_view, std::uint8_t>> words) override;
  void fail(const char* key, const std::string& expected) override {
    fail(profile_errc::bad_value, at(key), expected);
  }

 protected:
  void integer(const char* key, std::int64_t& value, std::int64_t low, std::int64_t high,
               bool required) override;
  void standard(const char* key, std::int32_t& value, const Enumeration& enumeration, bool required) override;
  void choice(const char* key, std::size_t& at, std::span<const std::string_view> words,
              bool required) override;
  void entries(const char* key, const char* id, std::size_t max, std::size_t existing,
               const std::function<void(Fields&, std::size_t)>& visit) override;

 private:
  void fail(profile_errc what, const std::string& where, const std::string& expected);
  std::string at(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  }
  const boost::json::value* find(const char* key, bool required);

  std::string path_;
  std::optional<Fault>& fault_;
  const boost::json::object* object_ = nullptr;
  std::set<std::string, std::less<>> named_;
};

}  // namespace mr::printer
