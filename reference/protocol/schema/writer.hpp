// Writer: the Io that turns a value into XML.
#pragma once

#include "reference/protocol/schema/codec.hpp"
#include "reference/protocol/schema/leaf.hpp"

namespace mr::schema {

class Writer {
 public:
  template <class T>
  void field(std::string_view name, std::optional<T>& member, const Note& note) {
    if (member) field(name, *member, note);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>& member, const Note& note) {
    for (T& row : member) field(name, row, note);
  }
  template <class T>
  void field(std::string_view name, T& member, const Note&) {
    open(name);
    if constexpr (is_leaf<T>) {
      out_ += '>';
      append_leaf(out_, member);
    } else {
      out_ += ">\n";
      indent_ += 2;
      describe(*this, member);
      indent_ -= 2;
      out_.append(indent_, ' ');
    }
    close(name);
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

  template <class Message>
  std::string document(std::string_view root, const Message& message) {
    out_.reserve(4096);
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    open(root);
    out_ += " xmlns=\"";
    out_ += namespace_v1;
    out_ += "\">\n";
    indent_ = 2;
    describe(*this, const_cast<Message&>(message));  // a description changes nothing by itself
    indent_ = 0;
    close(root);
    return std::move(out_);
  }

 private:
  void open(std::string_view name) {
    out_.append(indent_, ' ');
    out_ += '<';
    out_ += name;
  }
  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += ">\n";
  }

  std::string out_;
  std::size_t indent_ = 0;
};

}  // namespace mr::schema
