// Reader: the Io that fills a value in from XML, and refuses what is not of the schema.
//
// It walks the children of each structure with one cursor, in the order of the description. After the first
// error every call does nothing, so descriptions need not look.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "reference/protocol/schema/codec.hpp"
#include "reference/protocol/schema/leaf.hpp"

namespace mr::schema {

class Reader {
 public:
  // Passes the gate, parses, and stands before the root element.
  Reader(std::string_view xml, const GateLimits& limits);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  template <class Message>
  Result<Message> document(std::string_view root) {
    Message message;
    if (enter_root(root)) {
      describe(*this, message);
      leave();
    }
    if (failed_) return std::move(fault_);
    return message;
  }

  template <class T>
  void field(std::string_view name, std::optional<T>& member, const Note& note) {
    if (at(name)) one(name, member.emplace(), note);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>& member, const Note& note) {
    while (at(name)) {
      row_ = member.size() + 1;
      one(name, member.emplace_back(), note);
    }
  }
  template <class T>
  void field(std::string_view name, T& member, const Note& note) {
    if (at(name))
      one(name, member, note);
    else if (!failed_)
      missing(name);
  }

  template <class Rows, class Key>
  void unique(Rows& rows, Key key, std::string_view what) {
    if (failed_ || rows.size() < 2) return;
    std::set<decltype(key(rows.front()))> seen;
    for (const auto& row : rows) {
      if (!seen.insert(key(row)).second) return require(false, what);
    }
  }
  // Fails at the structure being read.
  void require(bool condition, std::string_view what) {
    if (!condition && !failed_) fail({}, "expected " + std::string(what));
  }

 private:
  struct Document;  // the parsed text, and the structures that are open

  template <class T>
  void one(std::string_view name, T& member, const Note& note) {
    if constexpr (is_leaf<T>) {
      const Form form = form_of<T>(note);
      if (const auto text = leaf(name)) {
        if (!read_leaf(*text, member, form)) wrong(name, *text, form, note.sensitivity);
      }
    } else {
      enter(name);
      if (!failed_) describe(*this, member);
      leave();
    }
    row_ = 0;
  }

  bool enter_root(std::string_view root);
  bool at(std::string_view name) const;  // the next element is ours and has that name
  void enter(std::string_view name);     // into it
  void leave();                          // nothing of ours may be left; the cursor moves past
  std::optional<std::string_view> leaf(std::string_view name);  // its text; the cursor moves past
  void missing(std::string_view name);
  void wrong(std::string_view name, std::string_view text, Form form, Sensitivity sensitivity);
  void fail(std::string_view leaf_name, std::string what);
  std::string found() const;  // what stands at the cursor, in words
  void look_at_next();

  std::unique_ptr<Document> document_;
  bool failed_ = false;
  bool next_is_ours_ = false;
  std::string_view next_name_;  // local name of the next element; empty at the end
  std::size_t row_ = 0;         // of a repeated element, from 1
  std::string text_;            // of a leaf that is made of several pieces
  Fault fault_;
};

}  // namespace mr::schema
