#include "conformance/wire/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <set>

namespace mr::wire {
namespace {

constexpr std::size_t bytes_max = 8 * 1024 * 1024, depth_max = 64;

using Spaces = std::map<std::string, std::string, std::less<>>;  // prefix -> namespace name

Result<Element> element_of(const pugi::xml_node& node, Spaces spaces, std::size_t depth) {
  if (depth > depth_max) return Failure{End::too_large, "XML nested too deeply"};
  std::set<std::string_view> seen;
  for (const auto& attribute : node.attributes()) {
    const std::string_view key = attribute.name();
    if (!seen.insert(key).second) return Failure{End::malformed, fmt::format("attribute {} twice", key)};
    if (key == "xmlns") spaces[""] = attribute.value();
    if (key.starts_with("xmlns:")) spaces[std::string(key.substr(6))] = attribute.value();
  }
  Element out;
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  const std::string_view prefix =
      colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  out.name = colon == std::string_view::npos ? name : name.substr(colon + 1);
  const auto space = spaces.find(prefix);
  if (space == spaces.end() && !prefix.empty())
    return Failure{End::malformed, fmt::format("undeclared prefix {}", prefix)};
  if (space != spaces.end()) out.space = space->second;
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      out.text += child.value();
    } else if (child.type() == pugi::node_element) {
      auto inner = element_of(child, spaces, depth + 1);
      if (!inner) return inner.error();
      out.children.push_back(std::move(*inner));
    }
  }
  return out;
}

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool only(std::string_view text, std::string_view punctuation, bool upper = true) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (upper && c >= 'A' && c <= 'Z') ||
           punctuation.find(c) != std::string_view::npos;
  });
}

bool in(std::string_view two_digits, int from, int to) {
  if (two_digits.size() != 2 || !digits(two_digits)) return false;
  const int value = (two_digits[0] - '0') * 10 + (two_digits[1] - '0');
  return value >= from && value <= to;
}

// YYYY-MM-DDThh:mm:ss[.f{1,3}](Z|+hh:mm|-hh:mm)
bool stamp(std::string_view t) {
  if (t.size() < 20 || !digits(t.substr(0, 4)) || t[4] != '-' || !in(t.substr(5, 2), 1, 12) || t[7] != '-' ||
      !in(t.substr(8, 2), 1, 31) || t[10] != 'T' || !in(t.substr(11, 2), 0, 23) || t[13] != ':' ||
      !in(t.substr(14, 2), 0, 59) || t[16] != ':' || !in(t.substr(17, 2), 0, 59)) {
    return false;
  }
  t.remove_prefix(19);
  if (t.front() == '.') {
    const std::size_t end = t.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end < 2 || end > 4) return false;
    t.remove_prefix(end);
  }
  if (t == "Z") return true;
  return t.size() == 6 && (t[0] == '+' || t[0] == '-') && in(t.substr(1, 2), 0, 14) && t[3] == ':' &&
         in(t.substr(4, 2), 0, 59);
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

bool valid_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t more = lead >= 0xc2 && lead < 0xe0   ? 1
                             : lead >= 0xe0 && lead < 0xf0 ? 2
                             : lead >= 0xf0 && lead < 0xf5 ? 3
                                                           : 0;
    if (more == 0 || bytes.size() - i <= more) return false;
    std::uint32_t point = lead & (0x3fu >> more);
    for (std::size_t k = 1; k <= more; ++k) {
      const auto c = static_cast<unsigned char>(bytes[i + k]);
      if ((c & 0xc0) != 0x80) return false;
      point = (point << 6) | (c & 0x3f);
    }
    if ((more == 2 && point < 0x800) || (more == 3 && (point < 0x10000 || point > 0x10ffff)) ||
        (point >= 0xd800 && point < 0xe000))
      return false;
    i += more + 1;
  }
  return true;
}

const Element* Element::child(std::string_view wanted) const {
  for (const Element& one : children) {
    if (one.name == wanted && one.space == message_namespace) return &one;
  }
  return nullptr;
}

std::string Element::value(std::string_view wanted) const {
  const Element* found = child(wanted);
  return found == nullptr ? std::string() : found->text;
}

std::vector<const Element*> Element::all(std::string_view wanted) const {
  std::vector<const Element*> out;
  for (const Element& one : children) {
    if (one.name == wanted && one.space == message_namespace) out.push_back(&one);
  }
  return out;
}

Result<Element> read_xml(std::string_view bytes) {
  if (bytes.size() > bytes_max) return Failure{End::too_large, fmt::format("XML of {} octets", bytes.size())};
  if (!valid_utf8(bytes) || bytes.find('\0') != std::string_view::npos)
    return Failure{End::malformed, "XML that is not UTF-8"};
  pugi::xml_document parsed;
  const auto result = parsed.load_buffer(bytes.data(), bytes.size(),
                                         pugi::parse_default | pugi::parse_doctype | pugi::parse_declaration |
                                             pugi::parse_ws_pcdata | pugi::parse_fragment,
                                         pugi::encoding_utf8);
  if (!result)
    return Failure{End::malformed, fmt::format("XML: {} at octet {}", result.description(), result.offset)};
  pugi::xml_node root;
  for (const auto& node : parsed.children()) {
    switch (node.type()) {
      case pugi::node_doctype:
        return Failure{End::malformed, "XML with a DOCTYPE"};
      case pugi::node_element:
        if (root) return Failure{End::malformed, "XML with more than one root"};
        root = node;
        break;
      case pugi::node_pcdata:
      case pugi::node_cdata:
        if (!blank(node.value())) return Failure{End::malformed, "XML with text outside its root"};
        break;
      default:
        break;
    }
  }
  if (!root) return Failure{End::malformed, "XML without a root"};
  return element_of(root, {{"xml", "http://www.w3.org/XML/1998/namespace"}}, 1);
}

bool fits(Text kind, std::string_view text) {
  switch (kind) {
    case Text::any:
      return true;
    case Text::none:
      return blank(text);
    case Text::identifier:
      return !text.empty() && text.size() <= 64 && only(text, "._-");
    case Text::uuid:
      if (text.size() != 36) return false;
      for (std::size_t i = 0; i < text.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? text[i] != '-'
                   : !((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
          return false;
      }
      return true;
    case Text::slug:
      return !text.empty() && text.size() <= 64 && text[0] >= 'a' && text[0] <= 'z' && only(text, "-", false);
    case Text::word:
      return !text.empty() && text.size() <= 64 &&
             ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')) && only(text, ".-");
    case Text::stamp: {
      const std::size_t from = text.find_first_not_of(" \t\r\n");
      if (from == std::string_view::npos) return false;
      return stamp(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
    }
    case Text::time_of_day:
      return text.size() == 5 && text[2] == ':' && in(text.substr(0, 2), 0, 23) &&
             in(text.substr(3, 2), 0, 59);
  }
  return false;
}

std::string shape_fault(const Element& element, std::string_view name, const std::vector<Part>& parts) {
  if (element.name != name || element.space != message_namespace) {
    return fmt::format("found element {{{}}}{}, expected {{{}}}{}", element.space, element.name,
                       message_namespace, name);
  }
  if (!parts.empty() && !blank(element.text)) return fmt::format("{} holds text beside its elements", name);
  std::size_t at = 0;
  for (const Part& part : parts) {
    std::size_t count = 0;
    for (; at < element.children.size() && element.children[at].name == part.name &&
           element.children[at].space == message_namespace;
         ++at) {
      const Element& one = element.children[at];
      if (++count > part.most && part.most != 0)
        return fmt::format("{} holds {} more than {} times", name, part.name, part.most);
      if (part.parts.empty() && !fits(part.text, one.text))
        return fmt::format("{} in {} is '{}'", part.name, name, one.text.substr(0, 80));
      if (!part.parts.empty()) {
        if (auto fault = shape_fault(one, part.name, part.parts); !fault.empty()) return fault;
      }
    }
    if (count < part.least) return fmt::format("{} lacks {} (or has it out of order)", name, part.name);
  }
  for (; at < element.children.size(); ++at) {
    if (element.children[at].space == message_namespace)
      return fmt::format("{} holds an unexpected {}", name, element.children[at].name);
  }
  return {};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string tag(std::string_view name, std::string_view text) { return nest(name, escaped(text)); }

std::string nest(std::string_view name, std::string_view inner) {
  return fmt::format("<{0}>{1}</{0}>", name, inner);
}

std::string document(std::string_view root, std::string_view inner) {
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{0} xmlns=\"{1}\">{2}</{0}>\n", root,
                     message_namespace, inner);
}

}  // namespace mr::wire
