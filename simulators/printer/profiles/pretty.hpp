// JSON as people read it: members one a line, lists and objects that fit on a line kept on it.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace mr::printer {

std::string pretty(const boost::json::value& value);  // ends in a line feed

}  // namespace mr::printer
