// HTTP messages as plain values: what a conversation asks its shell to send, and what came back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::exchange {

// In the order received or to be sent; names compare without regard to case (RFC 9110 section 5.1).
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first field of that name.
std::optional<std::string> find(const Headers& headers, std::string_view name);

struct HttpRequest {
  std::string method;   // "POST"
  std::string target;   // "/v1/reports": origin form
  Headers headers;      // without Host, Content-Length and Connection, which the shell adds
  std::string body;
};

struct HttpResponse {
  unsigned status = 0;  // 100-599
  Headers headers;
  std::string body;
  // What a server answers with instead of a body that is too large to hold: `stream` gives the next octets at each call, at least one,
  // `stream_bytes` in all. A fault cuts the connection. Never set in a response that was received.
  std::uint64_t stream_bytes = 0;
  std::function<Result<std::string>()> stream = {};
};

inline constexpr std::string_view media_xml = "application/xml";
inline constexpr std::string_view media_zip = "application/zip";
inline constexpr std::string_view media_sealed = "application/pkcs7-mime; smime-type=authEnveloped-data";

// Whether a Content-Type names `expected`, one of those above: type, subtype and smime-type count, other parameters and case do not.
bool is_media(std::string_view content_type, std::string_view expected);

}  // namespace mr::exchange
