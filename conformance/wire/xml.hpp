// XML of the messages, read by the suites' own eyes: a strict gate (UTF-8, one root, no DOCTYPE, no duplicate
// attributes), then a small tree with resolved namespaces, then a shape that the tree must have.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/wire/failure.hpp"

namespace mr::wire {

inline constexpr std::string_view message_namespace = "urn:makeready:remote-services:1";

struct Element {
  std::string space, name;  // namespace name and local name
  std::string text;         // all character data directly in it
  std::vector<Element> children;

  const Element* child(std::string_view name) const;  // the first of the protocol's namespace, or null
  std::string value(std::string_view name) const;     // its text, or empty
  std::vector<const Element*> all(std::string_view name) const;
};

// Any bytes; at most 8 MiB and 64 levels. errors: malformed, too_large.
Result<Element> read_xml(std::string_view bytes);

// What the text of an element must be.
enum class Text { any, none, identifier, uuid, slug, word, stamp, time_of_day };
bool fits(Text kind, std::string_view text);

// One element of a sequence, in the protocol's namespace; `most` 0 means any number.
struct Part {
  std::string_view name;
  Text text = Text::any;
  std::size_t least = 1, most = 1;
  std::vector<Part> parts = {};
};
// Holds an element against a root name and sequence as the XSDs write them: elements of other namespaces may
// follow the last. Gives what is wrong, in words; empty where nothing is.
std::string shape_fault(const Element& element, std::string_view name, const std::vector<Part>& parts);

std::string escaped(std::string_view text);  // & < > " as entities
// <name>text</name>
std::string tag(std::string_view name, std::string_view text);
// <name>inner</name>, where `inner` is mark-up
std::string nest(std::string_view name, std::string_view inner);
// A whole document with the protocol's namespace on its root.
std::string document(std::string_view root, std::string_view inner);

bool valid_utf8(std::string_view bytes);

}  // namespace mr::wire
