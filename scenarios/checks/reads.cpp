#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {

std::string in_words(const Held& held) {
  std::string out;
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (i > 0) out += i + 1 == held.size() ? " or " : ", ";
    out += std::to_string(held[i]);
  }
  return out;
}

}  // namespace mr::scenarios
