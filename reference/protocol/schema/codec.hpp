// XML of the messages: encode and decode, one pair of functions per message; each message's file says what is
// its own.
//
// Encoding is a function of the value alone: fixed order, two spaces of indentation, the XML declaration, LF.
// It cannot fail: bytes of a text that XML cannot carry (broken UTF-8, control characters) are written as
// U+FFFD. What it writes is valid by the published XSD as long as the value keeps the forms that the model's
// headers state (identifiers, addresses, slugs).
//
// Decoding takes exactly what the published XSDs take: it passes the gate, then every element of our name
// space must be known, in order and of its form. Elements of other name spaces are ignored at the end of each
// structure, and attributes of other name spaces on structures (XSD: xs:any and xs:anyAttribute, ##other,
// lax); attributes of the XML Schema instance name space are refused everywhere. What lies inside an ignored
// element is not looked at.
//
// errors: those of the gate, and errc::schema_violation, whose detail gives the path, what was found and what
// was expected: `/DeviceReport/Supplies/Supply[3]/Level: found "full", expected a number, other, unknown or
// someRemaining`. The first error ends the decoding. Only fields without sensitivity are quoted.
#pragma once

#include <string>
#include <string_view>

#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/schema/gate.hpp"

namespace mr::schema {

// The name space of version 1.
inline constexpr std::string_view namespace_v1 = "urn:makeready:remote-services:1";

// The code to answer a refused document with.
model::ErrorCode error_code(const Fault& fault);

}  // namespace mr::schema
