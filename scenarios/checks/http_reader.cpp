#include "scenarios/checks/http_reader.hpp"

#include <algorithm>
#include <charconv>

namespace mr::scenarios {
namespace {

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lowered, lowered); }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

template <class Number>
bool parse(std::string_view text, Number& number, int base) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return end.ec == std::errc() && end.ptr == text.data() + text.size();
}

}  // namespace

std::string_view HttpMessage::field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && same(line.substr(0, colon), name))
      return trimmed(line.substr(colon + 1));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 2);
  }
  return {};
}

void HttpReader::feed(std::span<const std::byte> bytes, runtime::Instant at) {
  if (state_ == State::broken || bytes.empty()) return;
  if (!within()) current_.began = at;
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  while (step()) {
    if (state_ == State::head && !buffer_.empty() && current_.head.empty()) current_.began = at;
  }
}

bool HttpReader::step() {
  const auto take = [this](std::size_t count) {
    current_.body.append(buffer_, 0, count);
    buffer_.erase(0, count);
    if (current_.body.size() > body_bytes_max) state_ = State::broken;
  };
  // The next line, without its end; nothing while it is not there.
  const auto line = [this](std::string& into) {
    const auto end = buffer_.find("\r\n");
    if (end == std::string::npos) {
      if (buffer_.size() > head_bytes_max) state_ = State::broken;
      return false;
    }
    into = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  };
  std::string text;
  switch (state_) {
    case State::head:
      return read_head();
    case State::body: {
      const std::size_t count = std::min(left_, buffer_.size());
      take(count);
      left_ -= count;
      if (left_ > 0 || state_ == State::broken) return false;
      give();
      return true;
    }
    case State::until_close:
      take(buffer_.size());
      return false;
    case State::chunk_size:
      if (!line(text)) return false;
      if (!parse(trimmed(std::string_view(text).substr(0, text.find(';'))), left_, 16) ||
          left_ > body_bytes_max) {
        state_ = State::broken;
        return false;
      }
      state_ = left_ == 0 ? State::trailer : State::chunk;
      return true;
    case State::chunk: {
      const std::size_t count = std::min(left_, buffer_.size());
      take(count);
      left_ -= count;
      if (left_ > 0 || state_ == State::broken) return false;
      state_ = State::chunk_end;
      return true;
    }
    case State::chunk_end:
      if (!line(text)) return false;
      state_ = text.empty() ? State::chunk_size : State::broken;
      return text.empty();
    case State::trailer:
      if (!line(text)) return false;
      current_.head += text.empty() ? "" : text + "\r\n";
      if (text.empty()) give();
      return true;
    case State::broken:
      return false;
  }
  return false;
}

bool HttpReader::read_head() {
  // Empty lines before a start line mean nothing.
  while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
  const auto end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos || end > head_bytes_max) {
    if (buffer_.size() > head_bytes_max) state_ = State::broken;
    return false;
  }
  current_.head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  const std::string_view start = std::string_view(current_.head).substr(0, current_.head.find("\r\n"));
  const auto first = start.find(' ');
  const auto second = first == std::string_view::npos ? first : start.find(' ', first + 1);
  if (side_ == Side::requests) {
    if (second == std::string_view::npos || !start.substr(second + 1).starts_with("HTTP/")) {
      state_ = State::broken;
      return false;
    }
    current_.method = start.substr(0, first);
    current_.target = start.substr(first + 1, second - first - 1);
  } else {
    if (!start.starts_with("HTTP/") || first == std::string_view::npos ||
        !parse(start.substr(first + 1, 3), current_.status, 10)) {
      state_ = State::broken;
      return false;
    }
    if (current_.status < 200) {  // interim
      current_ = HttpMessage{.began = current_.began};
      return true;
    }
  }
  const std::string_view length = current_.field("Content-Length"),
                         coding = current_.field("Transfer-Encoding");
  const bool bodiless = side_ == Side::responses &&
                        (std::exchange(no_body_, false) || current_.status == 204 || current_.status == 304);
  if (bodiless) {
    give();
  } else if (!coding.empty()) {
    state_ = State::chunk_size;
  } else if (!length.empty()) {
    if (!parse(length, left_, 10) || left_ > body_bytes_max) {
      state_ = State::broken;
      return false;
    }
    state_ = State::body;
    if (left_ == 0) give();
  } else if (side_ == Side::responses) {
    state_ = State::until_close;
  } else {
    give();
  }
  return true;
}

void HttpReader::give() {
  state_ = State::head;
  const HttpMessage message = std::exchange(current_, {});
  message_(message);
}

void HttpReader::finish() {
  if (state_ == State::broken || (state_ == State::head && buffer_.empty())) return;
  if (state_ == State::head) current_.head = std::exchange(buffer_, {});
  current_.whole = state_ == State::until_close;
  give();
  state_ = State::broken;
}

}  // namespace mr::scenarios
