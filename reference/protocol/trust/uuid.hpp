// Random identifiers, from RAND: unlike a named entropy stream it does not start over when a host does.
#pragma once

#include <string>

namespace mr::trust {

// A version 4 UUID (RFC 9562): 8-4-4-4-12 lower case hexadecimal digits.
std::string random_uuid();

}  // namespace mr::trust
