#include "reference/runtime/trace_log.hpp"

#include <charconv>
#include <utility>

namespace mr::runtime {
namespace {

constexpr std::size_t unwritten_max = 4096;

void append_number(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

// RFC 8259 section 7. Bytes from 0x80 pass as they are where they form UTF-8; a stray one becomes U+FFFD, so
// that a line is always JSON.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = byte(at);
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xbf;  // of the second byte
  if (lead >= 0xc2 && lead <= 0xdf)
    length = 2;
  else if (lead >= 0xe0 && lead <= 0xef)
    length = 3;
  else if (lead >= 0xf0 && lead <= 0xf4)
    length = 4;
  else
    return 0;
  if (lead == 0xe0) low = 0xa0;
  if (lead == 0xed) high = 0x9f;
  if (lead == 0xf0) low = 0x90;
  if (lead == 0xf4) high = 0x8f;
  if (byte(at + 1) < low || byte(at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte(at + i) < 0x80 || byte(at + i) > 0xbf) return 0;
  }
  return length;
}

void append_text(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text, i);
      if (length == 0)
        out += "\xef\xbf\xbd";
      else
        out.append(text, i, length);
      i += length == 0 ? 1 : length;
      continue;
    }
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[i];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c == 0x7f) {
      out += "\\u00";
      out += digits[c >> 4];
      out += digits[c & 15];
    } else {
      out += text[i];
    }
    ++i;
  }
  out += '"';
}

// The line from `"t_ns"` to the closing brace and the newline: what is hashed.
std::string tail_of(Instant at, std::string_view host, const Event& event) {
  std::string out = "\"t_ns\":";
  append_number(out, at.time_since_epoch().count());
  out += ",\"host\":";
  append_text(out, host);
  out += ",\"kind\":";
  append_text(out, event.kind);
  if (!event.id.empty()) {
    out += ",\"id\":";
    append_text(out, event.id);
  }
  if (!event.causes.empty()) {
    out += ",\"cause\":[";
    for (std::size_t i = 0; i < event.causes.size(); ++i) {
      if (i) out += ',';
      append_text(out, event.causes[i]);
    }
    out += ']';
  }
  for (const auto& [name, value] : event.fields) {
    out += ',';
    append_text(out, name);
    out += ':';
    if (const auto* number = std::get_if<std::int64_t>(&value))
      append_number(out, *number);
    else
      append_text(out, std::get<std::string_view>(value));
  }
  out += "}\n";
  return out;
}

}  // namespace

TraceLog::TraceLog() = default;
TraceLog::TraceLog(Options options) : options_(std::move(options)) {}

bool TraceLog::always(std::string_view kind) const {
  if (options_.always) return options_.always(kind);
  return kind.starts_with("order.") || kind.starts_with("violation.");
}

// Past the limit: the causes of an event that is written anyway, where they are still at hand.
void TraceLog::write_causes(const Event& event) {
  for (const auto& cause : event.causes) {
    for (auto at = unwritten_.begin(); at != unwritten_.end();) {
      if (at->id != cause) {
        ++at;
        continue;
      }
      options_.write(at->line);
      at = unwritten_.erase(at);
    }
  }
}

std::uint64_t TraceLog::record(Instant at, std::string_view host, const Event& event) {
  const std::uint64_t seq = ++seq_;
  const std::string tail = tail_of(at, host, event);
  if (event.kind != "note") hash_.add(tail);

  std::string line;
  if (options_.write) {
    line = "{\"seq\":" + std::to_string(seq) + "," + tail;
    const bool selected = always(event.kind);
    if (!truncated_ && written_bytes_ + line.size() > options_.bytes_max) truncated_ = true;
    if (truncated_ && !selected) {
      if (!event.id.empty()) {
        unwritten_.push_back({std::string(event.id), std::move(line)});
        if (unwritten_.size() > unwritten_max) unwritten_.pop_front();
      }
      line.clear();
    } else {
      if (truncated_) write_causes(event);
      written_bytes_ += line.size();
      options_.write(line);
    }
  }
  // By index: an observer may record, and observe() may be called by one.
  for (std::size_t i = 0; i < observers_.size(); ++i) {
    observers_[i](Record{seq, at, host, event, line});
  }
  return seq;
}

void TraceLog::observe(Observer observer) { observers_.push_back(std::move(observer)); }

std::string TraceLog::hash() const { return trust::hex(hash_.value()); }

}  // namespace mr::runtime
