// Words of enumerations: every enumeration that is written in XML or shown has one table of value and word,
// found by overload: `std::span<const Word<E>> words_of(E)`. Enumerations of a MIB carry the MIB's numbers
// and words; a value that has no word (a newer MIB, a device that deviates) is kept as its number.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mr::model {

template <class E>
struct Word {
  E value;
  std::string_view word;
};

// The word of a value, or empty where it has none.
template <class E>
std::string_view word(E value) {
  for (const Word<E>& entry : words_of(E{})) {
    if (entry.value == value) return entry.word;
  }
  return {};
}

template <class E>
std::optional<E> from_word(std::string_view text) {
  for (const Word<E>& entry : words_of(E{})) {
    if (entry.word == text) return entry.value;
  }
  return std::nullopt;
}

}  // namespace mr::model
