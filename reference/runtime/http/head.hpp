// The gate before Beast: reads a request's head from its bytes, and refuses what two readers could understand
// differently.
//
// Beast alone takes fields folded over lines, no Host or two, Transfer-Encoding beside Content-Length,
// codings it does not know, and chunked where HTTP/1.0 has none: each is a way to smuggle a request past a
// proxy (RFC 9112 section 11.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "reference/runtime/http/http.hpp"

namespace mr::runtime {

// Why a request is refused, as the status to answer with and a word for people.
struct HeadRefusal {
  unsigned status = 400;
  std::string_view reason;  // a literal
};

struct ReadHead {
  HttpHead head;
  bool keep_alive = true;
  bool expects_continue = false;
  bool http_1_0 = false;
};

// `bytes` is a whole head: the request line, the fields and the empty line that ends them, CRLF each.
std::variant<ReadHead, HeadRefusal> read_head(std::string_view bytes, const HttpServerLimits& limits);

// True where the comma-separated list `value` has `token`, without regard to case.
bool has_token(std::string_view value, std::string_view token);
bool same_text(std::string_view a, std::string_view b);  // ASCII, without regard to case

}  // namespace mr::runtime
