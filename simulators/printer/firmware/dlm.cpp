#include "simulators/printer/firmware/dlm.hpp"

#include <algorithm>

namespace mr::printer::firmware {

std::string_view describe(errc e) {
  switch (e) {
    case errc::no_header:
      return "no whole header at the beginning";
    case errc::malformed:
      return "not in the form of a firmware file";
    case errc::truncated:
      return "it ends early";
    case errc::too_large:
      return "over a limit";
    case errc::bad_digest:
      return "a digest does not fit";
    case errc::bad_signature:
      return "the signature does not verify";
    case errc::not_trusted:
      return "its signer is not trusted to sign firmware";
    case errc::wrong_model:
      return "for another model";
    case errc::older:
      return "older than what runs";
    case errc::not_supported:
      return "this printer takes no software";
    case errc::busy:
      return "another file is being taken";
    case errc::interrupted:
      return "it broke off";
  }
  return "unknown";
}

std::string_view to_slug(errc e) {
  switch (e) {
    case errc::no_header:
      return "no-header";
    case errc::malformed:
      return "malformed";
    case errc::truncated:
      return "truncated";
    case errc::too_large:
      return "too-large";
    case errc::bad_digest:
      return "bad-digest";
    case errc::bad_signature:
      return "bad-signature";
    case errc::not_trusted:
      return "not-trusted";
    case errc::wrong_model:
      return "wrong-model";
    case errc::older:
      return "older";
    case errc::not_supported:
      return "not-supported";
    case errc::busy:
      return "busy";
    case errc::interrupted:
      return "interrupted";
  }
  return "failed";
}

std::string to_slug(const Fault& fault) {
  if (fault.code.category() != errc_category()) return "failed";
  return std::string(to_slug(static_cast<errc>(fault.code.value())));
}

namespace {

constexpr std::string_view plain_prefix = "%%", pjl_prefix = "@PJL COMMENT ";
constexpr std::string_view begin_word = "XRXbegin", end_word = "XRXend";
constexpr std::string_view firmware_type = "OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE";

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e && c != '"'; });
}

// The text of "…" and nothing else.
bool unquote(std::string_view value, std::string& into) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') return false;
  const std::string_view inner = value.substr(1, value.size() - 2);
  if (!printable(inner)) return false;
  into = std::string(inner);
  return true;
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

struct Seen {
  bool job_type = false, firmware = false, name = false, version = false, digest = false;
};

// One line between begin and end, without its prefix. False where it is one that is known and bad.
bool read_line(std::string_view line, Header& header, Seen& seen) {
  const std::size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  const std::string_view value = space == line.npos ? std::string_view() : line.substr(space + 1);
  const auto once = [](bool& flag) { return !std::exchange(flag, true); };
  if (word == "OID_ATT_JOB_TYPE") {
    seen.firmware = value == firmware_type;
    return once(seen.job_type);
  }
  if (word == "OID_ATT_JOB_COMMENT") return unquote(value, header.comments.emplace_back());
  if (word == "OID_ATT_DLM_NAME")
    return once(seen.name) && unquote(value, header.name) && !header.name.empty();
  if (word == "OID_ATT_DLM_VERSION") {
    if (!once(seen.version)) return false;
    if (value == "NO_DLM_VERSION_CHECK") return true;
    std::string version;
    if (!unquote(value, version) || version.empty()) return false;
    if (version != "NO_DLM_VERSION_CHECK") header.version = std::move(version);
    return true;
  }
  if (word == "OID_ATT_DLM_SIGNATURE") {
    if (!once(seen.digest) || !unquote(value, header.digest) || !is_digest(header.digest)) return false;
    for (char& c : header.digest) {
      if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    return true;
  }
  if (word == "OID_ATT_DLM_EXTRACTION_CRITERIA") return unquote(value, header.extraction_criteria);
  return true;  // the family has more attributes than these
}

}  // namespace

Result<Start> read_start(std::string_view start) {
  const std::string_view window = start.substr(0, header_bytes_max);
  Header header;
  std::string_view prefix;
  for (const std::string_view form : {plain_prefix, pjl_prefix}) {
    const std::string first = std::string(form) + std::string(begin_word) + "\n";
    if (window.starts_with(first)) prefix = form;
    if (window.size() < first.size() && std::string_view(first).starts_with(window)) return Start{};
  }
  if (prefix.empty()) return Start{.kind = Start::Kind::other};
  header.pjl = prefix == pjl_prefix;
  Seen seen;
  bool good = true;
  std::size_t at = prefix.size() + begin_word.size() + 1;
  for (;;) {
    const std::size_t end = window.find('\n', at);
    if (end == window.npos) {
      if (start.size() < header_bytes_max) return Start{};
      return Fault(errc::no_header, "no XRXend in the first " + std::to_string(header_bytes_max) + " octets");
    }
    std::string_view line = window.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(prefix)) {
      good = false;
      continue;
    }
    line.remove_prefix(prefix.size());
    if (line == end_word) break;
    good = read_line(line, header, seen) && good;
  }
  if (!seen.firmware) return Start{.kind = Start::Kind::other, .header = {}, .length = at};
  if (!good || !seen.name || !seen.version || !seen.digest)
    return Fault(errc::malformed, "the header lacks a line, or has a bad one");
  return Start{.kind = Start::Kind::firmware, .header = std::move(header), .length = at};
}

std::string write(const Header& header) {
  const std::string prefix(header.pjl ? pjl_prefix : plain_prefix);
  std::string out;
  const auto line = [&](std::string_view text) { out += prefix + std::string(text) + "\n"; };
  const auto quoted = [&](std::string_view word, const std::string& text) {
    MR_ASSERT(printable(text));
    line(std::string(word) + " \"" + text + "\"");
  };
  line(begin_word);
  line("OID_ATT_JOB_TYPE " + std::string(firmware_type));
  line("OID_ATT_JOB_SCHEDULING OID_VAL_JOB_SCHEDULING_AFTER_COMPLETE");
  for (const std::string& comment : header.comments) quoted("OID_ATT_JOB_COMMENT", comment);
  quoted("OID_ATT_DLM_NAME", header.name);
  if (header.version.empty()) {
    line("OID_ATT_DLM_VERSION NO_DLM_VERSION_CHECK");
  } else {
    quoted("OID_ATT_DLM_VERSION", header.version);
  }
  quoted("OID_ATT_DLM_SIGNATURE", header.digest);
  quoted("OID_ATT_DLM_EXTRACTION_CRITERIA", header.extraction_criteria);
  line(end_word);
  MR_ASSERT(out.size() <= header_bytes_max);
  return out;
}

}  // namespace mr::printer::firmware
