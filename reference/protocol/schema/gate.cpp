// One pass over the bytes by recursive descent without recursion: the open elements are kept on a stack, with
// the name-space prefixes that each declares.
//
// What is checked where. Bytes: UTF-8 and the characters of XML, once at the start, so that the scanner may
// compare bytes. Markup: the productions of XML 1.0 without DTD. Document: one declaration at most and at the
// start, one root, nothing but comments and white space beside it. Names: each prefix bound, no attribute
// twice by name or by name space and local name, `xml` and `xmlns` left alone.
#include "reference/protocol/schema/gate.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "reference/protocol/schema/characters.hpp"

namespace mr::schema {

std::string_view describe(errc code) {
  switch (code) {
    case errc::malformed_xml:
      return "not well-formed XML";
    case errc::doctype_refused:
      return "a document type declaration is refused";
    case errc::too_large:
      return "larger than the limits";
    case errc::schema_violation:
      return "not valid by the schema";
  }
  return "unknown xml error";
}

namespace {

constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view xmlns_namespace = "http://www.w3.org/2000/xmlns/";
constexpr std::string_view xsi_namespace = "http://www.w3.org/2001/XMLSchema-instance";

struct Attribute {
  std::string_view name;
  std::string_view value;            // raw, between the quotes
  const std::string* uri = nullptr;  // of its prefix; null where it has none
};

struct Binding {
  std::string_view prefix;  // empty: the default
  std::string uri;
};

struct Open {
  std::string_view name;
  std::size_t bindings = 0;  // how many were in force before it
};

class Gate {
 public:
  Gate(std::string_view xml, const GateLimits& limits) : xml_(xml), limits_(limits) {}

  Result<void> run() {
    if (xml_.size() > limits_.bytes_max) {
      return Fault(errc::too_large,
                   std::to_string(xml_.size()) + " bytes, at most " + std::to_string(limits_.bytes_max));
    }
    MR_TRY(bytes());
    if (xml_.starts_with("\xef\xbb\xbf")) at_ = 3;
    if (looking_at("<?xml") && at_ + 5 < xml_.size() && is_space(xml_[at_ + 5])) MR_TRY(declaration());
    bool root_seen = false;
    while (at_ < xml_.size() || !open_.empty()) {
      if (at_ == xml_.size())
        return bad("the end of </" + std::string(open_.back().name) + ">, found the end of the text");
      if (xml_[at_] != '<') {
        MR_TRY(open_.empty() ? between() : text());
      } else if (looking_at("<!--")) {
        MR_TRY(comment());
      } else if (looking_at("<![CDATA[") && !open_.empty()) {
        MR_TRY(cdata());
      } else if (looking_at("<!DOCTYPE")) {
        return Fault(errc::doctype_refused, where(at_));
      } else if (looking_at("<?")) {
        return bad("no processing instruction");
      } else if (looking_at("</")) {
        MR_TRY(end_tag());
      } else {
        if (open_.empty() && root_seen) return bad("one root element, found another");
        root_seen = true;
        MR_TRY(start_tag());
      }
    }
    if (!root_seen) return bad("a root element");
    return {};
  }

 private:
  std::string where(std::size_t at) const {
    std::size_t line = 1, column = 1;
    for (std::size_t i = xml_.starts_with("\xef\xbb\xbf") ? 3 : 0; i < at; ++i) {
      if (xml_[i] == '\n') {
        ++line;
        column = 1;
      } else if ((static_cast<unsigned char>(xml_[i]) & 0xc0) != 0x80) {
        ++column;
      }
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
  }
  Fault bad(std::string_view expected) const { return bad_at(at_, expected); }
  Fault bad_at(std::size_t at, std::string_view expected) const {
    return Fault(errc::malformed_xml, where(at) + ": expected " + std::string(expected));
  }
  bool looking_at(std::string_view word) const { return xml_.substr(at_, word.size()) == word; }
  char peek() const { return at_ < xml_.size() ? xml_[at_] : '\0'; }
  bool skip_space() {
    const std::size_t from = at_;
    while (at_ < xml_.size() && is_space(xml_[at_])) ++at_;
    return at_ > from;
  }
  Result<void> count_node() {
    if (++nodes_ <= limits_.nodes_max) return {};
    return Fault(errc::too_large, where(at_) + ": more than " + std::to_string(limits_.nodes_max) + " nodes");
  }

  // Every byte is part of UTF-8, and every character is one of XML.
  Result<void> bytes() const {
    const auto refuse = [](std::size_t at, std::string_view why) {
      return Fault(errc::malformed_xml, "byte " + std::to_string(at) + ": " + std::string(why));
    };
    for (std::size_t i = 0; i < xml_.size();) {
      const auto c = static_cast<unsigned char>(xml_[i]);
      if (c < 0x80) {
        if (c < 0x20 && c != 9 && c != 10 && c != 13) return refuse(i, "a control character");
        ++i;
        continue;
      }
      const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
      if (c < 0xc2 || c > 0xf4 || i + length > xml_.size()) return refuse(i, "not UTF-8");
      for (std::size_t k = 1; k < length; ++k) {
        if ((static_cast<unsigned char>(xml_[i + k]) & 0xc0) != 0x80) return refuse(i, "not UTF-8");
      }
      const std::uint32_t code = character(xml_, i).first;
      if (code < (length == 3 ? 0x800u : length == 4 ? 0x10000u : 0x80u))
        return refuse(i, "not UTF-8: overlong");
      if (!is_xml_char(code)) return refuse(i, "not a character of XML");
      i += length;
    }
    return {};
  }

  Result<void> declaration() {
    at_ += 5;
    static constexpr std::string_view names[] = {"version", "encoding", "standalone"};
    std::size_t next = 0;
    for (;;) {
      const bool spaced = skip_space();
      if (looking_at("?>")) break;
      std::string_view name;
      const std::size_t from = at_;
      while (peek() >= 'a' && peek() <= 'z') ++at_;
      name = xml_.substr(from, at_ - from);
      const auto* found = std::find(names + next, names + 3, name);
      if (!spaced || found == names + 3 || (next == 0 && found != names)) {
        return bad_at(from, "the XML declaration: version, encoding, standalone");
      }
      next = static_cast<std::size_t>(found - names) + 1;
      skip_space();
      if (peek() != '=') return bad("=");
      ++at_;
      skip_space();
      const char quote = peek();
      if (quote != '"' && quote != '\'') return bad("a quote");
      const std::size_t end = xml_.find(quote, at_ + 1);
      if (end == std::string_view::npos) return bad("the closing quote");
      std::string value(xml_.substr(at_ + 1, end - at_ - 1));
      if (name == "version" && value != "1.0") return bad("version 1.0");
      if (name == "encoding") {
        std::transform(value.begin(), value.end(), value.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (value != "utf-8") return bad("encoding UTF-8");
      }
      if (name == "standalone" && value != "yes" && value != "no") return bad("standalone yes or no");
      at_ = end + 1;
    }
    if (next == 0) return bad("a version");
    at_ += 2;
    return {};
  }

  Result<void> between() {
    if (skip_space()) return {};
    return bad("nothing beside the root element");
  }

  Result<void> reference() {  // at '&'
    const std::size_t from = at_;
    const std::size_t end = xml_.find(';', at_);
    if (end == std::string_view::npos || end - at_ > 12) return bad("a reference &...;");
    const std::string_view name = xml_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (!name.starts_with('#')) {
      static constexpr std::string_view predefined[] = {"lt", "gt", "amp", "apos", "quot"};
      if (std::find(std::begin(predefined), std::end(predefined), name) != std::end(predefined)) return {};
      return bad_at(from, "one of the five predefined entities");
    }
    const bool hex = name.size() > 1 && name[1] == 'x';
    const std::string_view figures = name.substr(hex ? 2 : 1);
    std::uint32_t code = 0;
    for (const char c : figures) {
      std::uint32_t figure = 99;
      if (c >= '0' && c <= '9')
        figure = static_cast<std::uint32_t>(c - '0');
      else if (hex && c >= 'a' && c <= 'f')
        figure = static_cast<std::uint32_t>(c - 'a' + 10);
      else if (hex && c >= 'A' && c <= 'F')
        figure = static_cast<std::uint32_t>(c - 'A' + 10);
      if (figure == 99) return bad_at(from, "a character reference");
      code = std::min<std::uint32_t>(code * (hex ? 16 : 10) + figure, 0x110000);
    }
    if (figures.empty() || !is_xml_char(code)) return bad_at(from, "a reference to a character of XML");
    return {};
  }

  Result<void> text() {
    MR_TRY(count_node());
    while (at_ < xml_.size() && xml_[at_] != '<') {
      const char c = xml_[at_];
      if ((byte_classes[static_cast<unsigned char>(c)] & plain) != 0) {
        ++at_;
      } else if (c == '&') {
        MR_TRY(reference());
      } else {
        if (looking_at("]]>")) return bad("no ]]> in text");
        ++at_;
      }
    }
    return {};
  }

  Result<void> comment() {
    MR_TRY(count_node());
    const std::size_t end = xml_.find("--", at_ + 4);
    if (end == std::string_view::npos || xml_.substr(end, 3) != "-->")
      return bad("a comment that ends at its first --");
    at_ = end + 3;
    return {};
  }

  Result<void> cdata() {
    MR_TRY(count_node());
    const std::size_t end = xml_.find("]]>", at_ + 9);
    if (end == std::string_view::npos) return bad("the end of a CDATA section");
    at_ = end + 3;
    return {};
  }

  Result<std::string_view> name() {
    const std::size_t from = at_;
    std::size_t colons = 0;
    while (at_ < xml_.size()) {
      const auto byte = static_cast<unsigned char>(xml_[at_]);
      if (byte < 0x80) {
        if ((byte_classes[byte] & (at_ == from ? name_start : name_char)) == 0) break;
        if (byte == ':') ++colons;
        ++at_;
      } else {
        const auto [code, length] = character(xml_, at_);
        if (!(at_ == from ? starts_name(code) : continues_name(code))) break;
        at_ += length;
      }
    }
    const std::string_view found = xml_.substr(from, at_ - from);
    if (found.empty()) return bad_at(from, "a name");
    const std::size_t colon = found.find(':');
    if (colons > 1 || colon == 0 || colon + 1 == found.size())
      return bad_at(from, "a name with at most one colon inside");
    if (colons == 1) {
      const auto [code, length] = character(found, colon + 1);
      const bool starts = code < 0x80 ? (byte_classes[code] & name_start) != 0 : starts_name(code);
      if (!starts) return bad_at(from, "a local name after the colon");
    }
    return found;
  }

  Result<void> start_tag() {
    const std::size_t from = at_++;
    if (open_.size() >= limits_.depth_max) {
      return Fault(errc::too_large, where(from) + ": deeper than " + std::to_string(limits_.depth_max));
    }
    MR_TRY(count_node());
    const auto element = name();
    MR_TRY(element);
    attributes_.clear();
    bool empty = false;
    for (;;) {
      const bool spaced = skip_space();
      if (looking_at("/>")) {
        at_ += 2;
        empty = true;
        break;
      }
      if (peek() == '>') {
        ++at_;
        break;
      }
      if (!spaced) return bad("white space, > or />");
      MR_TRY(attribute());
    }
    const Open opened{*element, bindings_.size()};
    MR_TRY(bind(from));
    MR_TRY(check_names(from, *element));
    if (empty)
      bindings_.resize(opened.bindings);
    else
      open_.push_back(opened);
    return {};
  }

  Result<void> attribute() {
    MR_TRY(count_node());
    const std::size_t from = at_;
    const auto attribute_name = name();
    MR_TRY(attribute_name);
    skip_space();
    if (peek() != '=') return bad("=");
    ++at_;
    skip_space();
    const char quote = peek();
    if (quote != '"' && quote != '\'') return bad("a quote");
    const std::size_t value_from = ++at_;
    while (at_ < xml_.size() && xml_[at_] != quote) {
      if (xml_[at_] == '<') return bad("no < in an attribute");
      if (xml_[at_] == '&')
        MR_TRY(reference());
      else
        ++at_;
    }
    if (at_ == xml_.size()) return bad_at(value_from, "the closing quote");
    if (attributes_.size() >= 64) return Fault(errc::too_large, where(from) + ": more than 64 attributes");
    for (const Attribute& other : attributes_) {
      if (other.name == *attribute_name) return bad_at(from, "each attribute once");
    }
    attributes_.push_back({*attribute_name, xml_.substr(value_from, at_ - value_from), nullptr});
    ++at_;
    return {};
  }

  // Takes over the declarations of a start tag. A name space with references in it is refused: no use is
  // honest.
  Result<void> bind(std::size_t from) {
    for (const Attribute& attribute : attributes_) {
      const bool is_default = attribute.name == "xmlns";
      if (!is_default && !attribute.name.starts_with("xmlns:")) continue;
      const std::string_view prefix = is_default ? std::string_view() : attribute.name.substr(6);
      if (attribute.value.find_first_of("&\t\n\r") != std::string_view::npos)
        return bad_at(from, "a plain name space name");
      if (!is_default && attribute.value.empty()) return bad_at(from, "a name space for the prefix");
      if (prefix == "xmlns" || attribute.value == xmlns_namespace ||
          (prefix == "xml") != (attribute.value == xml_namespace)) {
        return bad_at(from, "no use of the reserved prefixes and name spaces");
      }
      if (bindings_.size() >= 64)
        return Fault(errc::too_large, where(from) + ": more than 64 name-space declarations");
      bindings_.push_back({prefix, std::string(attribute.value)});
    }
    return {};
  }

  // The name space of a prefix, or null where it is not bound.
  const std::string* bound(std::string_view prefix) const {
    static const std::string none, xml(xml_namespace);
    if (prefix == "xml") return &xml;
    for (auto i = bindings_.rbegin(); i != bindings_.rend(); ++i) {
      if (i->prefix == prefix) return &i->uri;
    }
    return prefix.empty() ? &none : nullptr;
  }

  Result<void> check_names(std::size_t from, std::string_view element) {
    const auto prefix_of = [](std::string_view n) {
      return n.substr(0, n.find(':') == std::string_view::npos ? 0 : n.find(':'));
    };
    if (prefix_of(element) == "xmlns" || bound(prefix_of(element)) == nullptr)
      return bad_at(from, "a prefix that is declared");
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      Attribute& attribute = attributes_[i];
      const std::string_view prefix = prefix_of(attribute.name);
      if (prefix.empty() || prefix == "xmlns") continue;
      attribute.uri = bound(prefix);
      if (attribute.uri == nullptr) return bad_at(from, "prefixes that are declared");
      if (*attribute.uri == xsi_namespace) {
        return Fault(errc::schema_violation,
                     where(from) + ": an attribute of the XML Schema instance name space");
      }
      for (std::size_t k = 0; k < i; ++k) {
        const Attribute& other = attributes_[k];
        if (other.uri == nullptr || *other.uri != *attribute.uri) continue;
        if (other.name.substr(other.name.find(':')) == attribute.name.substr(prefix.size())) {
          return bad_at(from, "each attribute once");
        }
      }
    }
    return {};
  }

  Result<void> end_tag() {
    const std::size_t from = at_;
    at_ += 2;
    const auto element = name();
    MR_TRY(element);
    skip_space();
    if (peek() != '>') return bad(">");
    ++at_;
    if (open_.empty()) return bad_at(from, "a start tag before the end tag");
    if (open_.back().name != *element) return bad_at(from, "</" + std::string(open_.back().name) + ">");
    bindings_.resize(open_.back().bindings);
    open_.pop_back();
    return {};
  }

  std::string_view xml_;
  const GateLimits& limits_;
  std::size_t at_ = 0, nodes_ = 0;
  std::vector<Open> open_;
  std::vector<Binding> bindings_;
  std::vector<Attribute> attributes_;  // of the start tag being read
};

}  // namespace

Result<void> pass_gate(std::string_view xml, const GateLimits& limits) { return Gate(xml, limits).run(); }

}  // namespace mr::schema
