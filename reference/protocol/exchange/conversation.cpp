#include "reference/protocol/exchange/conversation.hpp"

#include <charconv>

#include "reference/protocol/schema/error.hpp"

namespace mr::exchange {

bool worth_another_try(unsigned status) { return status == 408 || status == 429 || (status >= 500 && status != 501); }

Refused refusal(const HttpResponse& response) {
  if (const auto error = schema::decode_error(response.body)) return {response.status, error->code, error->detail};
  return {response.status, "status-" + std::to_string(response.status), "the reply has no Error that can be read"};
}

std::optional<std::chrono::seconds> retry_after(const HttpResponse& response) {
  const auto field = find(response.headers, "Retry-After");
  if (!field) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(field->data(), field->data() + field->size(), seconds);
  if (error != std::errc() || end != field->data() + field->size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

HttpRequest post(std::string target, std::string_view media_type, std::string body) {
  return {"POST", std::move(target), {{"Content-Type", std::string(media_type)}, {"Accept", std::string(media_xml)}}, std::move(body)};
}

std::string_view describe(errc code) {
  switch (code) {
    case errc::wrong_reply: return "the reply does not fit the request";
  }
  return "exchange error";
}

}  // namespace mr::exchange
