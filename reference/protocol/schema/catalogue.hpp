// The field catalogue: every leaf of every message, with what it is and how sensitive. It is made from the
// same description that the codec runs on (describe_*.hpp), so it cannot lack a field that is sent, nor name
// one that is not.
//
// Read by: the lock-down filter (erase), leak markers and the flow checks, the pages that show what is sent,
// and the documentation of the schema.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/model/messages.hpp"

namespace mr::schema {

enum class Sensitivity : std::uint8_t {
  none,
  address,     // an IP or IPX address, or a name that resolves to one, of the site
  person,      // names or reaches a person, or is free text of people
  document,    // content or name of a job
  credential,  // lets its holder in
};
std::string_view word(Sensitivity sensitivity);

// What a leaf's text must look like; the XSD has a simple type of the same name for each.
enum class Form : std::uint8_t {
  text,        // any characters of XML
  identifier,  // model::is_identifier
  uuid,        // model::is_uuid
  word,        // [A-Za-z][A-Za-z0-9.-]{0,63}
  slug,        // [a-z][a-z0-9-]{0,63}
  mac,         // 6 or 8 octets, lower-case hexadecimal with colons
  ip,          // characters of IPv4 and IPv6 addresses, 2 to 45 of them
  oid,         // dotted decimal, 2 to 128 arcs
  entry_name,  // [a-z0-9/._-]{1,128}
  // The rest belongs to types of their own and is never written in a description.
  number,
  signed_number,
  boolean,
  stamp,
  time_of_day,
  level,
  closed_word,
  open_word,
};
std::string_view word(Form form);

struct Field {
  std::string name;         // of the element
  std::string path;         // `/DeviceReport/Network/MacAddress`, without indices
  std::string_view row;     // of the white paper's tables, or `protocol` for what only the transport needs
  std::string_view clause;  // of conformance/requirements/clauses.yaml
  Sensitivity sensitivity;
  Form form;
  bool repeated;  // the leaf itself may occur more than once in its structure
  bool required;  // within its structure
};

// All fields of all messages, in the order of the messages and of the XML.
std::span<const Field> catalogue();
// The field at a path (with or without `[n]` indices), or null.
const Field* find_field(std::string_view path);

// Removes every optional or repeated leaf of that sensitivity, and empties required texts (addresses are
// never required: a test holds that). Free text of devices (console lines, descriptions) may still contain
// such values: who fills it in decides.
void erase(model::DeviceReport& report, Sensitivity sensitivity);
void erase(model::Manifest& manifest, Sensitivity sensitivity);

}  // namespace mr::schema
