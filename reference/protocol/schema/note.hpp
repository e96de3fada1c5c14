// Note: what a description says of a leaf besides its name (describe_*.hpp).
#pragma once

#include "reference/protocol/schema/catalogue.hpp"

namespace mr::schema {

struct Note {
  std::string_view row;
  std::string_view clause;
  Sensitivity sensitivity = Sensitivity::none;
  Form form = Form::text;  // of strings

  constexpr Note of(Sensitivity s) const { return {row, clause, s, form}; }
  constexpr Note as(Form f) const { return {row, clause, sensitivity, f}; }
};

// A description is one function per structure, `template <class Io> void describe(Io& io, Structure& value)`,
// that calls, in the order of the XML:
//
//   io.field(name, member, note)   T: once; std::optional<T>: at most once; std::vector<T>: any number
//   io.unique(rows, key, what)     two rows with equal keys break the schema
//   io.require(condition, what)    so does a false condition
//
// T is a leaf (text, number, bool, enumeration, Stamp, TimeOfDay, Level) or another structure.
// Writers must not change the value: the reference is not const because readers fill it in.

// The structure's own leaves and those it leads to are told apart by type.
template <class T>
inline constexpr bool is_leaf =
    std::is_same_v<T, std::string> || std::is_arithmetic_v<T> || std::is_enum_v<T> ||
    std::is_same_v<T, model::Stamp> || std::is_same_v<T, model::TimeOfDay> || std::is_same_v<T, model::Level>;

// Enumerations of a MIB are open: their numbers may lie outside the table. All others are closed.
template <class T>
inline constexpr bool is_open_enum = std::is_enum_v<T> && sizeof(T) == sizeof(std::int32_t);

template <class T>
Form form_of(const Note& note) {
  if constexpr (std::is_same_v<T, std::string>)
    return note.form;
  else if constexpr (std::is_same_v<T, bool>)
    return Form::boolean;
  else if constexpr (std::is_same_v<T, model::Stamp>)
    return Form::stamp;
  else if constexpr (std::is_same_v<T, model::TimeOfDay>)
    return Form::time_of_day;
  else if constexpr (std::is_same_v<T, model::Level>)
    return Form::level;
  else if constexpr (is_open_enum<T>)
    return Form::open_word;
  else if constexpr (std::is_enum_v<T>)
    return Form::closed_word;
  else
    return std::is_signed_v<T> ? Form::signed_number : Form::number;
}

}  // namespace mr::schema
