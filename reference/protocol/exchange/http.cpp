#include "reference/protocol/exchange/http.hpp"

#include <algorithm>

namespace mr::exchange {
namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

struct Media {
  std::string_view type, smime_type;
};

Media media_of(std::string_view field) {
  auto end = field.find(';');
  Media media{trimmed(field.substr(0, end)), {}};
  while (end != std::string_view::npos) {
    field.remove_prefix(end + 1);
    end = field.find(';');
    const std::string_view parameter = trimmed(field.substr(0, end));
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !same(parameter.substr(0, equals), "smime-type")) continue;
    std::string_view value = parameter.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    media.smime_type = value;
  }
  return media;
}
}  // namespace

//= HTTP-MEDIA
bool is_media(std::string_view content_type, std::string_view expected) {
  const Media found = media_of(content_type), wanted = media_of(expected);
  return same(found.type, wanted.type) && same(found.smime_type, wanted.smime_type);
}

std::optional<std::string> find(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (std::ranges::equal(key, name, {}, lower, lower)) return value;
  }
  return std::nullopt;
}

}  // namespace mr::exchange
