// A profile made from a recorded walk, as far as one can be: what `makeready profile import` does.
#pragma once

#include <string>
#include <vector>

#include "simulators/printer/recording/recording.hpp"

namespace mr::command {

struct ImportedProfile {
  printer::Model model;
  std::vector<std::string> guessed;   // what the walk does not tell, and what was taken instead
  std::vector<std::string> left_out;  // what it tells and a profile cannot say
};

// `key` names the profile. The recorded serial number and MAC address are not kept: their shape is.
ImportedProfile import_profile(const printer::Recording& recording, const std::string& key);

}  // namespace mr::command
