#include "conformance/wire/http.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mr::wire {
namespace {

bool token(char c) {
  const auto u = static_cast<unsigned char>(c);
  if ((u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z')) return true;
  return u != 0 && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// At most 15 digits of the base, so that nothing overflows.
std::optional<std::size_t> number(std::string_view text, unsigned base) {
  if (text.empty() || text.size() > 15) return {};
  std::size_t value = 0;
  for (const char c : text) {
    const char l = lower(c);
    unsigned digit = 99;
    if (l >= '0' && l <= '9') digit = static_cast<unsigned>(l - '0');
    if (l >= 'a' && l <= 'f') digit = static_cast<unsigned>(l - 'a') + 10;
    if (digit >= base) return {};
    value = value * base + digit;
  }
  return value;
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 60))
    out += c >= ' ' && c < 127 ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::string bytes_of(const Request& request) {
  std::string out = request.method + " " + request.target + " " + request.version + "\r\n";
  for (const auto& [name, value] : request.fields) out += name + ": " + value + "\r\n";
  return out + "\r\n" + request.body;
}

std::string chunked(std::string_view body, std::size_t chunk_bytes) {
  std::string out;
  while (!body.empty()) {
    const std::string_view part = body.substr(0, chunk_bytes);
    out += fmt::format("{:x}\r\n", part.size());
    out.append(part).append("\r\n");
    body.remove_prefix(part.size());
  }
  return out + "0\r\n\r\n";
}

std::optional<std::string> Response::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (same(key, name)) return value;
  }
  return {};
}

std::size_t Response::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields.begin(), fields.end(), [&](const auto& f) { return same(f.first, name); }));
}

std::string Response::media() const {
  if (count("Content-Type") != 1) return {};
  const std::string value = *field("Content-Type");
  std::string out(trimmed(std::string_view(value).substr(0, value.find(';'))));
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

ResponseReader::ResponseReader(bool answers_head, ResponseLimits limits)
    : answers_head_(answers_head), limits_(limits) {}

Result<bool> ResponseReader::fail(End end, std::string why) {
  part_ = Part::failed;
  failure_ = Failure{end, std::move(why)};
  return *failure_;
}

Result<bool> ResponseReader::feed(std::string_view bytes) {
  if (failure_) return *failure_;
  started_ |= !bytes.empty();
  buffer_.append(bytes);
  for (;;) {
    if (part_ == Part::done) return true;
    const Part before = part_;
    const std::size_t had = buffer_.size();
    auto whole = step();
    if (!whole || *whole) return whole;
    if (part_ == before && buffer_.size() == had) return false;  // more must come
  }
}

bool ResponseReader::take_line(std::string& line) {
  const std::size_t at = buffer_.find("\r\n");
  if (at == std::string::npos) return false;
  line = buffer_.substr(0, at);
  buffer_.erase(0, at + 2);
  return true;
}

Result<bool> ResponseReader::step() {
  std::string line;
  switch (part_) {
    case Part::head: {
      constexpr std::string_view begin = "HTTP/1.";
      const std::size_t some = std::min(begin.size(), buffer_.size());
      if (buffer_.compare(0, some, begin.substr(0, some)) != 0) {
        return fail(End::malformed, fmt::format("no HTTP/1.x response: '{}'", shown(buffer_)));
      }
      const std::size_t at = buffer_.find("\r\n\r\n");
      if (at == std::string::npos ? buffer_.size() > limits_.head_bytes : at > limits_.head_bytes) {
        return fail(End::too_large, fmt::format("a header of more than {} octets", limits_.head_bytes));
      }
      if (at == std::string::npos) return false;
      const std::string head = buffer_.substr(0, at + 2);
      buffer_.erase(0, at + 4);
      return read_head(head);
    }
    case Part::sized:
    case Part::chunk: {
      const std::size_t n = std::min(left_, buffer_.size());
      response_.body.append(buffer_, 0, n);
      buffer_.erase(0, n);
      left_ -= n;
      if (left_ == 0) part_ = part_ == Part::sized ? Part::done : Part::chunk_end;
      return part_ == Part::done;
    }
    case Part::until_end:
      if (response_.body.size() + buffer_.size() > limits_.body_bytes)
        return fail(End::too_large, "a body without an end");
      response_.body += buffer_;
      buffer_.clear();
      return false;
    case Part::chunk_size: {
      if (!take_line(line)) {
        if (buffer_.size() > 256) return fail(End::malformed, "a chunk size of more than 256 octets");
        return false;
      }
      const auto size = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
      if (!size) return fail(End::malformed, fmt::format("a chunk size '{}'", shown(line)));
      if (*size > limits_.body_bytes - response_.body.size())
        return fail(End::too_large, "a body over the reader's limit");
      left_ = *size;
      part_ = left_ == 0 ? Part::trailer : Part::chunk;
      return false;
    }
    case Part::chunk_end:
      if (buffer_.size() < 2) return false;
      if (buffer_.compare(0, 2, "\r\n") != 0) return fail(End::malformed, "a chunk without its end of line");
      buffer_.erase(0, 2);
      part_ = Part::chunk_size;
      return false;
    case Part::trailer:
      if (!take_line(line)) {
        if (buffer_.size() > limits_.head_bytes)
          return fail(End::too_large, "a trailer over the reader's limit");
        return false;
      }
      trailer_bytes_ += line.size();
      if (trailer_bytes_ > limits_.head_bytes)
        return fail(End::too_large, "a trailer over the reader's limit");
      if (line.empty()) part_ = Part::done;
      return part_ == Part::done;
    case Part::done:
      return true;
    case Part::failed:
      break;
  }
  return *failure_;
}

Result<bool> ResponseReader::read_head(std::string_view head) {
  response_ = {};
  std::size_t end = head.find("\r\n");
  std::string_view line = head.substr(0, end);
  // HTTP-version SP 3DIGIT SP [reason]
  if (line.size() < 13 || line[7] < '0' || line[7] > '9' || line[8] != ' ' || line[12] != ' ' ||
      !number(line.substr(9, 3), 10)) {
    return fail(End::malformed, fmt::format("a status line '{}'", shown(line)));
  }
  response_.status = static_cast<unsigned>(*number(line.substr(9, 3), 10));
  response_.reason = line.substr(13);
  if (response_.status < 100 || response_.status > 599)
    return fail(End::malformed, fmt::format("a status of {}", response_.status));
  for (head.remove_prefix(end + 2); !head.empty(); head.remove_prefix(end + 2)) {
    end = head.find("\r\n");
    line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 ||
        !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), token)) {
      return fail(End::malformed, fmt::format("a header line '{}'", shown(line)));
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (std::any_of(value.begin(), value.end(),
                    [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 127; })) {
      return fail(End::malformed,
                  fmt::format("a control character in the field {}", shown(line.substr(0, colon))));
    }
    response_.fields.emplace_back(line.substr(0, colon), value);
    if (response_.fields.size() > 200) return fail(End::too_large, "more than 200 header fields");
  }
  if (response_.status < 200) {
    if (response_.status == 101 || ++interim_ > 8)
      return fail(End::malformed, fmt::format("an interim response {}", response_.status));
    return false;  // the final one follows
  }
  const std::size_t lengths = response_.count("Content-Length"),
                    codings = response_.count("Transfer-Encoding");
  if (lengths + codings > 1)
    return fail(End::malformed, "more than one of Content-Length and Transfer-Encoding");
  if (answers_head_ || response_.status == 204 || response_.status == 304) {
    part_ = Part::done;
    return true;
  }
  if (codings == 1) {
    if (!same(*response_.field("Transfer-Encoding"), "chunked"))
      return fail(End::malformed, "a transfer coding other than chunked");
    part_ = Part::chunk_size;
    return false;
  }
  if (lengths == 1) {
    const auto length = number(*response_.field("Content-Length"), 10);
    if (!length)
      return fail(End::malformed,
                  fmt::format("a Content-Length '{}'", shown(*response_.field("Content-Length"))));
    if (*length > limits_.body_bytes)
      return fail(End::too_large, fmt::format("a body of {} octets", *length));
    left_ = *length;
    part_ = left_ == 0 ? Part::done : Part::sized;
    return part_ == Part::done;
  }
  response_.to_the_end = true;
  part_ = Part::until_end;
  return false;
}

Result<bool> ResponseReader::end() {
  if (failure_) return *failure_;
  if (part_ == Part::done) return true;
  if (part_ == Part::until_end) {
    part_ = Part::done;
    return true;
  }
  if (!started_) return fail(End::closed, "without an answer");
  return fail(End::malformed, "the connection ended in the middle of a response");
}

Result<Response> read_response(Connection& connection, std::string& early, Deadline deadline,
                               bool answers_head) {
  ResponseReader reader(answers_head);
  Result<bool> whole = reader.feed(std::exchange(early, {}));
  while (whole && !*whole) {
    std::string bytes;
    const auto got = connection.receive(bytes, deadline);
    if (got) {
      whole = reader.feed(bytes);
    } else if (got.error().end == End::closed) {
      whole = reader.end();
    } else {
      Failure failure = got.error();
      if (failure.end == End::timed_out)
        failure.detail = reader.started() ? "in the middle of a response" : "no answer";
      return failure;
    }
  }
  if (!whole) return whole.error();
  early = reader.rest();
  return reader.response();
}

bool ends(Connection& connection, Deadline deadline) {
  std::string dropped;
  for (;;) {
    dropped.clear();
    const auto got = connection.receive(dropped, deadline);
    if (!got) return got.error().end != End::timed_out;
    if (deadline.passed()) return false;
  }
}

}  // namespace mr::wire
