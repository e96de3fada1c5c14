// The ways in which a text can be written in what is sent: as it is, and XML-escaped, percent-encoded, in
// UTF-16, in base64. Made readable again, so that one plain search finds all of them. Lower case throughout:
// a search is for a lower-case text.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mr::scenarios {

std::string lower_case(std::string_view text);

// Calls `show` with each reading of `content` that differs from it by having something decoded, and first
// with itself. base64 is read in runs of eight characters and more, from each of the four positions at which
// a group of it may begin, line ends ignored; what it gives is read as UTF-16 as well. cost: a small multiple
// of `content`.
void for_each_reading(std::string_view content,
                      const std::function<void(std::string_view how, std::string_view reading)>& show);

}  // namespace mr::scenarios
