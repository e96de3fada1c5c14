// Makes any bytes safe to write. Not part of the module's contract.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mr::report {

// Valid UTF-8 without anything that does not show: invalid bytes become \xNN, control characters (but not
// newline and tab) too, and code points that turn the direction of writing or are no characters become
// \uNNNN.
std::string visible(std::string_view bytes);
// visible() with & < > " ' escaped, and in attributes newline and tab as well.
std::string xml_text(std::string_view bytes);
std::string xml_attribute(std::string_view bytes);
// "12.345678901": seconds of a count of nanoseconds; below 0 counts as 0.
std::string seconds(std::int64_t ns);
// For people: "3 d 04:05:06", "1 h 02:03", "12.3 s", "4.0 ms"; exact enough to tell events apart.
std::string readable(std::int64_t ns);

}  // namespace mr::report
