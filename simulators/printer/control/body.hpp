// The JSON object of a request, read strictly: a member that nobody asked for, of another type or out of
// range is a fault. The first fault stands.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mr::printer {

class Body {
 public:
  // `text` empty: an object without members.
  explicit Body(const std::string& text);

  std::optional<std::int64_t> number(std::string_view name, std::int64_t low, std::int64_t high);
  std::optional<std::string> text(std::string_view name, std::size_t max = 255);
  std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t most,
                                                std::size_t max = 255);
  std::optional<bool> flag(std::string_view name);
  // A number for each of `size`, or one for all of them.
  bool numbers(std::string_view name, std::int64_t low, std::int64_t high, std::span<std::uint32_t> into);
  std::optional<std::int64_t> required_number(std::string_view name, std::int64_t low, std::int64_t high);
  std::optional<std::string> required_text(std::string_view name, std::size_t max = 255);

  void fail(std::string detail);
  // What was wrong; after all members were read. Empty: nothing.
  const std::string& finish();

 private:
  const boost::json::value* find(std::string_view name);
  boost::json::object object_;
  std::set<std::string, std::less<>> named_;
  std::string fault_;
};

}  // namespace mr::printer
