#include "reference/protocol/model/report.hpp"

namespace mr::model {

std::span<const Word<ReportSource>> words_of(ReportSource) {
  static constexpr Word<ReportSource> table[] = {{ReportSource::direct, "direct"},
                                                 {ReportSource::agent, "agent"}};
  return table;
}

std::span<const Word<SecurityMode>> words_of(SecurityMode) {
  static constexpr Word<SecurityMode> table[] = {{SecurityMode::normal, "normal"},
                                                 {SecurityMode::locked_down, "lockedDown"}};
  return table;
}

bool is_identifier(std::string_view text) {
  if (text.empty() || text.size() > 64) return false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
      return false;
    }
  }
  return true;
}

}  // namespace mr::model
