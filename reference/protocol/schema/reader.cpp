#include "reference/protocol/schema/reader.hpp"

#include <cstring>
#include <pugixml.hpp>

namespace mr::schema {

namespace {

struct Prefix {
  std::string_view name;
  std::string_view uri;
};

struct Frame {
  pugi::xml_node element;
  std::string_view name;
  std::size_t row = 0;
  std::size_t bindings = 0;  // in force before it
};

std::string_view prefix_of(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

std::string_view local_of(std::string_view name) { return name.substr(name.find(':') + 1); }

bool is_declaration(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:");
}

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

}  // namespace

struct Reader::Document {
  pugi::xml_document tree;
  pugi::xml_node next;  // the element at the cursor, or null
  std::vector<Frame> frames;
  std::vector<Prefix> bindings;

  void bind(const pugi::xml_node& element) {
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      const std::string_view name = attribute.name();
      if (is_declaration(name))
        bindings.push_back({name == "xmlns" ? std::string_view() : name.substr(6), attribute.value()});
    }
  }
  std::string_view bound(std::string_view prefix) const {
    for (auto i = bindings.rbegin(); i != bindings.rend(); ++i) {
      if (i->name == prefix) return i->uri;
    }
    return {};
  }
  // The name space of an element whose own declarations are not yet bound.
  std::string_view space_of(const pugi::xml_node& element) const {
    const std::string_view prefix = prefix_of(element.name());
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      const std::string_view name = attribute.name();
      if (is_declaration(name) && (name == "xmlns" ? std::string_view() : name.substr(6)) == prefix)
        return attribute.value();
    }
    return bound(prefix);
  }
};

Reader::Reader(std::string_view xml, const GateLimits& limits) : document_(std::make_unique<Document>()) {
  if (auto passed = pass_gate(xml, limits); passed.has_error()) {
    failed_ = true;
    fault_ = passed.error();
    return;
  }
  constexpr unsigned flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                             pugi::parse_wconv_attribute | pugi::parse_ws_pcdata;
  const auto parsed = document_->tree.load_buffer(xml.data(), xml.size(), flags, pugi::encoding_utf8);
  if (!parsed) {  // the gate is the stricter of the two, so this is a disagreement; refuse all the same
    failed_ = true;
    fault_ =
        Fault(errc::malformed_xml, "byte " + std::to_string(parsed.offset) + ": " + parsed.description());
    return;
  }
  document_->next = document_->tree.document_element();
  look_at_next();
}

Reader::~Reader() = default;

void Reader::look_at_next() {
  const pugi::xml_node& next = document_->next;
  next_name_ = next ? local_of(next.name()) : std::string_view();
  next_is_ours_ = next && document_->space_of(next) == namespace_v1;
}

bool Reader::at(std::string_view name) const { return !failed_ && next_is_ours_ && next_name_ == name; }

bool Reader::enter_root(std::string_view root) {
  if (failed_) return false;
  if (!at(root)) {
    fail({}, "found " + found() + ", expected <" + std::string(root) + "> of " + std::string(namespace_v1));
    return false;
  }
  enter(root);
  return !failed_;
}

void Reader::enter(std::string_view name) {
  const pugi::xml_node element = document_->next;
  document_->frames.push_back({element, name, row_, document_->bindings.size()});
  row_ = 0;
  document_->bind(element);
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    const std::string_view attribute_name = attribute.name();
    if (is_declaration(attribute_name) || attribute_name.starts_with("xml:")) continue;
    const std::string_view prefix = prefix_of(attribute_name);
    if (prefix.empty() || document_->bound(prefix) == namespace_v1) {
      return fail({}, "found the attribute " + std::string(attribute_name) + ", expected none");
    }
  }
  for (const pugi::xml_node& child : element.children()) {
    if (is_text(child) && !trimmed(child.value()).empty()) {
      return fail({}, "found text, expected elements");
    }
  }
  document_->next = element.first_child();
  while (document_->next && document_->next.type() != pugi::node_element)
    document_->next = document_->next.next_sibling();
  look_at_next();
}

void Reader::leave() {
  if (failed_) return;
  while (document_->next) {  // the extension point: elements of other name spaces, ignored
    const std::string_view space = document_->space_of(document_->next);
    if (space == namespace_v1 || space.empty()) {
      return fail({}, "found " + found() + ", expected the end or elements of other name spaces");
    }
    do {
      document_->next = document_->next.next_sibling();
    } while (document_->next && document_->next.type() != pugi::node_element);
  }
  const Frame frame = document_->frames.back();
  document_->frames.pop_back();
  document_->bindings.resize(frame.bindings);
  document_->next = frame.element.next_sibling();
  while (document_->next && document_->next.type() != pugi::node_element)
    document_->next = document_->next.next_sibling();
  look_at_next();
}

std::optional<std::string_view> Reader::leaf(std::string_view name) {
  const pugi::xml_node element = document_->next;
  for (const pugi::xml_attribute& attribute : element.attributes()) {
    if (!is_declaration(attribute.name())) {
      fail(name, "found the attribute " + std::string(attribute.name()) + ", expected none");
      return std::nullopt;
    }
  }
  std::string_view text;
  bool first = true;
  for (const pugi::xml_node& child : element.children()) {
    if (!is_text(child)) {
      fail(name, "found <" + std::string(child.name()) + ">, expected text");
      return std::nullopt;
    }
    if (first) {
      text = child.value();
    } else {
      if (text.data() != text_.data()) text_ = text;
      text_ += child.value();
      text = text_;
    }
    first = false;
  }
  document_->next = element.next_sibling();
  while (document_->next && document_->next.type() != pugi::node_element)
    document_->next = document_->next.next_sibling();
  look_at_next();
  return text;
}

std::string Reader::found() const {
  if (!document_->next) return "the end";
  const std::string name = "<" + std::string(next_name_.substr(0, 64)) + ">";
  return next_is_ours_ ? name
                       : name + " of name space \"" +
                             std::string(document_->space_of(document_->next).substr(0, 100)) + "\"";
}

void Reader::missing(std::string_view name) {
  fail({}, "found " + found() + ", expected <" + std::string(name) + ">");
}

void Reader::wrong(std::string_view name, std::string_view text, Form form, Sensitivity sensitivity) {
  std::string quoted = "something else";
  if (sensitivity == Sensitivity::none) {
    std::size_t length = std::min<std::size_t>(text.size(), 60);
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
      --length;
    quoted = "\"" + std::string(text.substr(0, length)) + "\"";
  }
  fail(name, "found " + quoted + ", expected " + std::string(expected_form(form)));
}

void Reader::fail(std::string_view leaf_name, std::string what) {
  failed_ = true;
  std::string path;
  const auto step = [&](std::string_view name, std::size_t row) {
    path += '/';
    path += name;
    if (row != 0) path += "[" + std::to_string(row) + "]";
  };
  for (const Frame& frame : document_->frames) step(frame.name, frame.row);
  if (!leaf_name.empty()) step(leaf_name, row_);
  if (path.empty()) path = "/";
  fault_ = Fault(errc::schema_violation, path + ": " + std::move(what));
}

}  // namespace mr::schema
