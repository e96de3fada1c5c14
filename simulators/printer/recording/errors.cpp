#include "simulators/printer/recording/recording.hpp"

namespace mr::printer {

std::string_view describe(recording_errc e) {
  switch (e) {
    case recording_errc::not_a_recording:
      return "no line of it names a variable";
    case recording_errc::symbolic_names:
      return "names are symbolic: walk again with -On, so that they are numbers";
    case recording_errc::too_large:
      return "too large for a recording";
  }
  return "unknown";
}

std::string_view to_text(Unserved why) {
  switch (why) {
    case Unserved::malformed_line:
      return "malformed line";
    case Unserved::bad_name:
      return "not an object identifier";
    case Unserved::bad_value:
      return "the value is not of its type";
    case Unserved::unknown_type:
      return "unknown type";
    case Unserved::duplicate:
      return "the name was there before";
    case Unserved::no_value:
      return "the recorded agent had no value";
  }
  return "unknown";
}

}  // namespace mr::printer
