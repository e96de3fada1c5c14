// Samples: values of every message made from a seed, for tests and fuzz seeds here and in the modules that
// carry messages. They are valid by the schema, and made from the same description as the codec, so they
// reach every field.
#pragma once

#include <cstdint>

#include "reference/protocol/schema/describe_messages.hpp"

namespace mr::schema {

enum class Fill : std::uint8_t {
  minimal,  // required leaves only
  full,     // every optional leaf, two of each that repeats
  random,   // each optional leaf or not; up to three of each that repeats
};

// Requires nothing of the type but a description. The same seed and fill give the same value on every
// machine.
class Sampler {
 public:
  Sampler(Fill fill, std::uint64_t seed) : fill_(fill), state_(seed) {}

  template <class T>
  T make() {
    T value{};
    describe(*this, value);
    return value;
  }

  template <class T>
  void field(std::string_view name, std::optional<T>& member, const Note& note) {
    if (fill_ == Fill::full || (fill_ == Fill::random && below(2) == 0)) field(name, member.emplace(), note);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>& member, const Note& note) {
    const std::uint64_t rows = fill_ == Fill::minimal ? 0 : fill_ == Fill::full ? 2 : below(4);
    for (std::uint64_t i = 0; i < rows; ++i) field(name, member.emplace_back(), note);
  }
  template <class T>
  void field(std::string_view name, T& member, const Note& note) {
    if constexpr (!is_leaf<T>)
      describe(*this, member);
    else if constexpr (std::is_same_v<T, std::string>)
      member = text(note.form);
    else if constexpr (std::is_same_v<T, bool>)
      member = below(2) == 0;
    else if constexpr (std::is_enum_v<T>) {
      const auto words = words_of(T{});
      member = is_open_enum<T> && fill_ == Fill::random && below(16) == 0
                   ? static_cast<T>(below(100000) + 90000)
                   : words[below(words.size())].value;
    } else if constexpr (std::is_arithmetic_v<T>) {
      // Keys of rows count up, so that rows differ; figures take all sizes.
      member = name == "Index" ? static_cast<T>(++serial_) : static_cast<T>(draw() >> below(64));
      if (name == "Sequence" && member == 0) member = 1;
    } else if constexpr (std::is_same_v<T, model::Stamp>) {
      member = model::Stamp::from_ms(static_cast<std::int64_t>(below(4102444800000)),
                                     std::chrono::minutes(static_cast<int>(below(1681)) - 840));
    } else if constexpr (std::is_same_v<T, model::TimeOfDay>) {
      member.minutes = static_cast<int>(below(1440));
    } else {
      static_assert(std::is_same_v<T, model::Level>);
      const auto kind = static_cast<model::Level::Kind>(below(4));
      member = kind == model::Level::Kind::number
                   ? model::Level::number(static_cast<std::uint32_t>(draw() >> (32 + below(32))))
                   : model::Level{kind};
    }
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

 private:
  std::uint64_t draw();
  std::uint64_t below(std::uint64_t n) { return draw() % n; }
  // A text of that form; each has a serial number in it, so that no two are equal.
  std::string text(Form form);

  Fill fill_;
  std::uint64_t state_;
  std::uint64_t serial_ = 0;
};

}  // namespace mr::schema
