// The XML gate: what every XML text from outside passes before a parser builds anything of it.
//
// It is a complete check of well-formedness (XML 1.0, fifth edition, and Namespaces in XML 1.0) of the
// profile that this protocol speaks: UTF-8 only, no document type, hence no entities but the five predefined
// and character references, no processing instruction but the XML declaration. Attributes of the XML Schema
// instance name space are refused here too, at any depth, because a validator would act on them (declaring
// its prefix is harmless and allowed). It reads once, from left to right, and holds no more than the open
// elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::schema {

// Why a document is refused. error_code (codec.hpp) gives the code to answer with.
enum class errc {
  malformed_xml = 1,  // not well-formed, not UTF-8, or a processing instruction
  doctype_refused,    // holds a document type declaration
  too_large,          // more bytes, nodes or depth than the limits
  schema_violation,   // well-formed, but not a message of this protocol
};
std::string_view describe(errc code);

struct GateLimits {
  std::size_t bytes_max = std::size_t{4} << 20;  // of the whole text
  std::size_t nodes_max = 1'000'000;             // elements, attributes, texts, comments
  std::size_t depth_max = 64;                    // of open elements
};

// Passes a document that is safe to parse.
// errors: errc::malformed_xml, doctype_refused, too_large, and schema_violation for a schema instance
// attribute. The detail begins `line L, column C: ` (from 1; columns count characters), or `byte N: ` (from
// 0) where the bytes are not UTF-8. Beyond the limits given, an element may have 64 attributes, and 64
// name-space declarations may be open. cost: linear in the text, times the open name-space declarations; no
// more memory than the open elements need.
Result<void> pass_gate(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema

MR_ERRC(mr::schema, errc, "xml")
