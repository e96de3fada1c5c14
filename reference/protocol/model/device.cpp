#include "reference/protocol/model/device.hpp"

#include <charconv>

namespace mr::model {

std::optional<Level> Level::from_mib(std::int64_t value) {
  if (value >= 0 && value <= INT64_C(0xffffffff)) return number(static_cast<std::uint32_t>(value));
  switch (value) {
    case -1:
      return other();
    case -2:
      return unknown();
    case -3:
      return some_remaining();
    default:
      return std::nullopt;
  }
}

std::string to_text(Level level) {
  switch (level.kind) {
    case Level::Kind::number:
      return std::to_string(level.value);
    case Level::Kind::other:
      return "other";
    case Level::Kind::unknown:
      return "unknown";
    case Level::Kind::some_remaining:
      return "someRemaining";
  }
  MR_ASSERT(false);
  return {};
}

std::optional<Level> parse_level(std::string_view text) {
  if (text == "other") return Level::other();
  if (text == "unknown") return Level::unknown();
  if (text == "someRemaining") return Level::some_remaining();
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || text.size() > 20 || error != std::errc() || stop != end) return std::nullopt;
  return Level::number(value);
}

const Meter* Meters::find(std::string_view name, MeterScope scope) const {
  for (const Meter& meter : rows) {
    if (meter.name == name && meter.scope == scope) return &meter;
  }
  return nullptr;
}

std::span<const Word<ManagementState>> words_of(ManagementState) {
  static constexpr Word<ManagementState> table[] = {{ManagementState::managed, "managed"},
                                                    {ManagementState::discovered, "discovered"},
                                                    {ManagementState::excluded, "excluded"}};
  return table;
}

std::span<const Word<Retrieval>> words_of(Retrieval) {
  static constexpr Word<Retrieval> table[] = {{Retrieval::complete, "complete"},
                                              {Retrieval::partial, "partial"},
                                              {Retrieval::unreachable, "unreachable"}};
  return table;
}

std::span<const Word<MeterScope>> words_of(MeterScope) {
  static constexpr Word<MeterScope> table[] = {{MeterScope::system, "System"},
                                               {MeterScope::service, "Service"},
                                               {MeterScope::subunit, "Subunit"},
                                               {MeterScope::media_used, "MediaUsed"}};
  return table;
}

}  // namespace mr::model
