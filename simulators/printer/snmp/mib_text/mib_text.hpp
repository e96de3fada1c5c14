// What the texts of MIB modules say of each object, read with net-snmp's own parser. For tests: what a
// printer answers is held against it (mib_check.hpp).
//
// The parser keeps one tree per process; a MibTexts is a copy of what is needed of it, so that any number may
// be read. threading: one thread reads at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "reference/protocol/snmp/value.hpp"

namespace mr::printer {

enum class mib_errc {
  no_texts = 1,  // a folder is not there, or has no module
  bad_text,      // the parser met errors; the detail says how many
};
std::string_view describe(mib_errc);

// What a value may be. Of octets the ranges are of sizes; none: any.
struct Syntax {
  struct Range {
    std::int64_t low, high;
  };
  snmp::Type type = snmp::Type::null;
  std::vector<Range> ranges;
  std::map<std::int64_t, std::string> values;  // of an enumeration
  bool bits = false;                           // `values` are of its bits
  bool ascii = false;                          // DISPLAY-HINT of ASCII text
  // What is wrong with a value; nothing where it fits.
  std::optional<std::string> refuses(const snmp::Value& value) const;
  bool has(std::int64_t number) const;  // in a range and an enumeration, where there are any
};

enum class MibAccess : std::uint8_t { none, notify, read, write, create, write_only };

struct IndexPart {
  std::string name;
  Syntax syntax;
  bool implied = false;
};

// A scalar, or a column of a table.
struct ObjectText {
  std::string name, module;
  snmp::Oid oid;
  Syntax syntax;
  MibAccess access = MibAccess::none;
  bool current = true;           // neither deprecated, obsolete nor optional
  std::vector<IndexPart> index;  // empty of a scalar
  bool readable() const {
    return access == MibAccess::read || access == MibAccess::write || access == MibAccess::create;
  }
};

class MibTexts {
 public:
  // All modules of some folders. errors: mib_errc.
  static Result<MibTexts> read(const std::vector<std::string>& folders);

  // The object that a name is an instance of, or null.
  const ObjectText* object_of(const snmp::Oid& name) const;
  const ObjectText* named(std::string_view name) const;  // null where there is none
  // The objects right below a node: of an entry its columns, of a group its scalars.
  std::vector<const ObjectText*> below(const snmp::Oid& node) const;
  std::size_t size() const { return objects_.size(); }

 private:
  std::map<snmp::Oid, ObjectText> objects_;
  std::map<std::string, snmp::Oid, std::less<>> by_name_;
};

}  // namespace mr::printer
MR_ERRC(mr::printer, mib_errc, "mib")
