#include "reference/runtime/http/head.hpp"

#include <charconv>
#include <limits>

namespace mr::runtime {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alnum && std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos) return false;
  }
  return true;
}

// RFC 9110 section 5.5: visible bytes, spaces and tabs, and those above ASCII.
bool is_field_value(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return false;
  }
  return true;
}

bool is_visible(std::string_view text) {
  for (const char c : text) {
    if (c <= 0x20 || c >= 0x7f) return false;
  }
  return !text.empty();
}

// What may stand in a Host field: the characters of a name, an address in brackets, a port. No list, no user
// part.
bool is_authority(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alnum && std::string_view("-._~%:[]!$&'()*+;=").find(c) == std::string_view::npos) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_line(std::string_view& bytes) {
  const auto end = bytes.find("\r\n");
  const auto line = bytes.substr(0, end);
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 2);
  return line;
}

HeadRefusal bad(std::string_view reason) { return {400, reason}; }

std::optional<HeadRefusal> read_request_line(std::string_view line, const HttpServerLimits& limits,
                                             ReadHead& out) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("request line");
  const auto method = line.substr(0, first);
  auto target = line.substr(first + 1, last - first - 1);
  const auto version = line.substr(last + 1);
  if (!is_token(method) || method.size() > 32) return bad("method");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
    return other ? HeadRefusal{505, "HTTP version"} : bad("HTTP version");
  }
  if (target.size() > limits.target_bytes_max) return HeadRefusal{414, "request target too long"};
  if (!is_visible(target) || target.find('#') != std::string_view::npos) return bad("request target");
  // A server takes the absolute form too (RFC 9112 section 3.2.2).
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_text(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto end = target.find_first_of("/?");
    if (!is_authority(target.substr(0, end))) return bad("request target");
    target.remove_prefix(end == std::string_view::npos ? target.size() : end);
    out.head.target = target.starts_with('/') ? "" : "/";
    break;
  }
  out.head.target += target;
  if (!out.head.target.starts_with('/') && !(target == "*" && method == "OPTIONS"))
    return bad("request target");
  out.head.method = method;
  out.http_1_0 = version == "HTTP/1.0";
  out.keep_alive = !out.http_1_0;
  return {};
}

std::optional<HeadRefusal> read_fields(std::string_view bytes, const HttpServerLimits& limits,
                                       ReadHead& out) {
  for (;;) {
    const auto line = take_line(bytes);
    if (line.empty()) return bytes.empty() ? std::nullopt : std::optional(bad("bytes after the header"));
    if (line.front() == ' ' || line.front() == '\t') return bad("a field folded over lines");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return bad("field name");
    const auto value = trimmed(line.substr(colon + 1));
    if (!is_field_value(value)) return bad("field value");  // a bare CR or LF, NUL and other controls
    if (out.head.headers.size() == limits.fields_max) return HeadRefusal{431, "too many fields"};
    out.head.headers.emplace_back(line.substr(0, colon), value);
  }
}

std::optional<HeadRefusal> read_content_length(std::string_view value, ReadHead& out) {
  if (out.head.content_length) return bad("two Content-Length fields");
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos)
    return bad("Content-Length");
  std::uint64_t length = 0;
  if (std::from_chars(value.data(), value.data() + value.size(), length).ec != std::errc()) {
    return HeadRefusal{413, "Content-Length"};
  }
  out.head.content_length = length;
  return {};
}

// Only "chunked", once, is known here.
std::optional<HeadRefusal> read_transfer_coding(std::string_view value, ReadHead& out) {
  if (out.head.chunked) return bad("two Transfer-Encoding fields");
  if (out.http_1_0) return bad("Transfer-Encoding in HTTP/1.0");
  if (same_text(value, "chunked")) {
    out.head.chunked = true;
    return {};
  }
  const auto comma = value.rfind(',');
  const bool chunked_last =
      comma != std::string_view::npos && same_text(trimmed(value.substr(comma + 1)), "chunked");
  if (!chunked_last) return bad("Transfer-Encoding does not end in chunked");
  if (has_token(value.substr(0, comma), "chunked")) return bad("chunked twice");
  return HeadRefusal{501, "unknown transfer coding"};
}

std::optional<HeadRefusal> judge_framing(ReadHead& out) {
  bool host = false, chunked = false, close = false, keep = false;
  for (const auto& [name, value] : out.head.headers) {
    if (same_text(name, "Host")) {
      if (host || !is_authority(value)) return bad(host ? "two Host fields" : "Host");
      host = true;
      out.head.host = value;
    } else if (same_text(name, "Content-Length")) {
      if (auto refusal = read_content_length(value, out)) return refusal;
    } else if (same_text(name, "Transfer-Encoding")) {
      if (auto refusal = read_transfer_coding(value, out)) return refusal;
      chunked = true;
    } else if (same_text(name, "Connection")) {
      close = close || has_token(value, "close");
      keep = keep || has_token(value, "keep-alive");
    } else if (same_text(name, "Expect")) {
      if (!same_text(value, "100-continue")) return HeadRefusal{417, "Expect"};
      out.expects_continue = !out.http_1_0;
    }
  }
  if (chunked && out.head.content_length) return bad("Transfer-Encoding beside Content-Length");
  if (!host && !out.http_1_0) return bad("no Host field");
  out.keep_alive = !close && (out.keep_alive || keep);
  return {};
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool has_token(std::string_view value, std::string_view token) {
  for (;;) {
    const auto comma = value.find(',');
    if (same_text(trimmed(value.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

std::variant<ReadHead, HeadRefusal> read_head(std::string_view bytes, const HttpServerLimits& limits) {
  ReadHead out;
  const auto line = take_line(bytes);
  if (auto refusal = read_request_line(line, limits, out)) return *refusal;
  if (auto refusal = read_fields(bytes, limits, out)) return *refusal;
  if (auto refusal = judge_framing(out)) return *refusal;
  return out;
}

}  // namespace mr::runtime
