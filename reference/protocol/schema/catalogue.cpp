#include "reference/protocol/schema/catalogue.hpp"

#include <algorithm>

#include "reference/protocol/schema/describe_messages.hpp"

namespace mr::schema {

std::string_view word(Sensitivity sensitivity) {
  switch (sensitivity) {
    case Sensitivity::none:
      return "none";
    case Sensitivity::address:
      return "address";
    case Sensitivity::person:
      return "person";
    case Sensitivity::document:
      return "document";
    case Sensitivity::credential:
      return "credential";
  }
  return "none";
}

std::string_view word(Form form) {
  static constexpr std::string_view words[] = {
      "text",  "identifier",  "uuid",       "word",        "slug",          "mac",
      "ip",    "oid",         "entry-name", "number",      "signed-number", "boolean",
      "stamp", "time-of-day", "level",      "closed-word", "open-word"};
  return words[static_cast<std::size_t>(form)];
}

namespace {

// The Io that walks a description with one row of everything and writes down its leaves.
class Lister {
 public:
  explicit Lister(std::vector<Field>& fields) : fields_(fields) {}

  template <class T>
  void field(std::string_view name, std::optional<T>&, const Note& note) {
    T value{};
    list(name, value, note, false, false);
  }
  template <class T>
  void field(std::string_view name, std::vector<T>&, const Note& note) {
    T value{};
    list(name, value, note, true, false);
  }
  template <class T>
  void field(std::string_view name, T& member, const Note& note) {
    list(name, member, note, false, true);
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

  template <class Message>
  void message() {
    Message value{};
    path_ = "/" + std::string(root_name<Message>);
    describe(*this, value);
  }

 private:
  template <class T>
  void list(std::string_view name, T& value, const Note& note, bool repeated, bool required) {
    const std::size_t length = path_.size();
    path_ += '/';
    path_ += name;
    if constexpr (is_leaf<T>) {
      fields_.push_back({std::string(name), path_, note.row, note.clause, note.sensitivity, form_of<T>(note),
                         repeated, required});
    } else {
      describe(*this, value);
    }
    path_.resize(length);
  }

  std::vector<Field>& fields_;
  std::string path_;
};

// The Io that takes out what is of one sensitivity.
class Eraser {
 public:
  explicit Eraser(Sensitivity sensitivity) : sensitivity_(sensitivity) {}

  template <class T>
  void field(std::string_view, std::optional<T>& member, const Note& note) {
    if (!member) return;
    if constexpr (is_leaf<T>) {
      if (note.sensitivity == sensitivity_) member.reset();
    } else {
      describe(*this, *member);
    }
  }
  template <class T>
  void field(std::string_view, std::vector<T>& member, const Note& note) {
    if constexpr (is_leaf<T>) {
      if (note.sensitivity == sensitivity_) member.clear();
    } else {
      for (T& row : member) describe(*this, row);
    }
  }
  template <class T>
  void field(std::string_view, T& member, const Note& note) {
    if constexpr (!is_leaf<T>)
      describe(*this, member);
    else if constexpr (std::is_same_v<T, std::string>) {
      if (note.sensitivity == sensitivity_) member.clear();
    }
  }
  template <class Rows, class Key>
  void unique(Rows&, Key, std::string_view) {}
  void require(bool, std::string_view) {}

 private:
  Sensitivity sensitivity_;
};

std::vector<Field> list_all() {
  std::vector<Field> fields;
  Lister lister(fields);
  lister.message<model::RegisterForManagement>();
  lister.message<model::RegisterForManagementResponse>();
  lister.message<model::DeviceReport>();
  lister.message<model::Manifest>();
  lister.message<model::Receipt>();
  lister.message<model::GetSchedule>();
  lister.message<model::GetScheduleResponse>();
  lister.message<model::SendActionResults>();
  lister.message<model::Acknowledgement>();
  lister.message<model::ProtocolError>();
  return fields;
}

}  // namespace

std::span<const Field> catalogue() {
  static const std::vector<Field> fields = list_all();
  return fields;
}

const Field* find_field(std::string_view path) {
  std::string plain;
  bool inside = false;
  for (const char c : path) {
    if (c == '[')
      inside = true;
    else if (c == ']')
      inside = false;
    else if (!inside)
      plain += c;
  }
  const auto fields = catalogue();
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.path == plain; });
  return found == fields.end() ? nullptr : &*found;
}

void erase(model::DeviceReport& report, Sensitivity sensitivity) {
  Eraser eraser(sensitivity);
  describe(eraser, report);
}

void erase(model::Manifest& manifest, Sensitivity sensitivity) {
  Eraser eraser(sensitivity);
  describe(eraser, manifest);
}

}  // namespace mr::schema
