#include "simulators/printer/snmp/mib_text/mib_text.hpp"

// The order of net-snmp's headers matters.
// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/mib_api.h>
// clang-format on

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

std::string_view describe(mib_errc e) {
  switch (e) {
    case mib_errc::no_texts:
      return "no MIB texts";
    case mib_errc::bad_text:
      return "a MIB text has errors";
  }
  return "unknown";
}

// --- syntax ---

bool Syntax::has(std::int64_t number) const {
  if (!values.empty() && !bits) return values.contains(number);
  return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
           return number >= range.low && number <= range.high;
         });
}

std::optional<std::string> Syntax::refuses(const Value& value) const {
  if (value.type() != type) return "is " + value.text() + ", of another type";
  if (type == Type::octets) {
    const std::string& octets = *value.octets();
    if (!bits && !has(static_cast<std::int64_t>(octets.size())))
      return "has " + std::to_string(octets.size()) + " octets";
    if (ascii && std::any_of(octets.begin(), octets.end(), [](char c) { return (c & 0x80) != 0; }))
      return "is not ASCII: " + value.text();
    if (bits) {
      for (std::size_t i = 0; i < octets.size() * 8; ++i) {
        const bool set = (static_cast<unsigned char>(octets[i / 8]) & (0x80u >> i % 8)) != 0;
        if (set && !values.contains(static_cast<std::int64_t>(i)))
          return "has bit " + std::to_string(i) + " set, which has no name";
      }
    }
    return {};
  }
  if (type == Type::integer || type == Type::gauge32) {
    const auto number = value.number();
    if (!number || !has(*number)) return "is out of range: " + value.text();
  }
  return {};
}

// --- reading ---

namespace {

std::optional<Type> type_of(int type) {
  switch (type) {
    case TYPE_OBJID:
      return Type::oid;
    case TYPE_OCTETSTR:
    case TYPE_BITSTRING:
    case TYPE_NSAPADDRESS:
      return Type::octets;
    case TYPE_INTEGER:
    case TYPE_INTEGER32:
      return Type::integer;
    case TYPE_NETADDR:
    case TYPE_IPADDR:
      return Type::ip_address;
    case TYPE_COUNTER:
      return Type::counter32;
    case TYPE_GAUGE:
    case TYPE_UINTEGER:
    case TYPE_UNSIGNED32:
      return Type::gauge32;
    case TYPE_TIMETICKS:
      return Type::time_ticks;
    case TYPE_OPAQUE:
      return Type::opaque;
    case TYPE_COUNTER64:
      return Type::counter64;
    default:
      return {};  // no object
  }
}

MibAccess access_of(int access) {
  switch (access) {
    case MIB_ACCESS_READONLY:
      return MibAccess::read;
    case MIB_ACCESS_READWRITE:
      return MibAccess::write;
    case MIB_ACCESS_CREATE:
      return MibAccess::create;
    case MIB_ACCESS_WRITEONLY:
      return MibAccess::write_only;
    case MIB_ACCESS_NOTIFY:
      return MibAccess::notify;
    default:
      return MibAccess::none;
  }
}

Syntax syntax_of(const tree& node, Type type) {
  Syntax out;
  out.type = type;
  out.bits = node.type == TYPE_BITSTRING;
  out.ascii = node.hint && std::string_view(node.hint) == "255a";
  const bool natural = type == Type::gauge32;
  const auto wide = [natural](int n) {
    return natural ? std::int64_t{static_cast<std::uint32_t>(n)} : std::int64_t{n};
  };
  for (const range_list* range = node.ranges; range; range = range->next)
    out.ranges.push_back({wide(range->low), wide(range->high)});
  for (const enum_list* one = node.enums; one; one = one->next) out.values[one->value] = one->label;
  return out;
}

Oid name_of(const tree* node) {
  std::vector<Oid::Arc> arcs;
  for (; node; node = node->parent) arcs.push_back(static_cast<Oid::Arc>(node->subid));
  std::reverse(arcs.begin(), arcs.end());
  return Oid(std::span<const Oid::Arc>(arcs));
}

const tree* find(const char* label, const tree& beside) {
  const tree* own = find_tree_node(label, beside.modid);
  return own ? own : find_tree_node(label, -1);
}

std::vector<IndexPart> index_of(const tree& entry) {
  const tree* holder = &entry;
  if (!entry.indexes && entry.augments) {
    if (const tree* other = find(entry.augments, entry)) holder = other;
  }
  std::vector<IndexPart> out;
  for (const index_list* one = holder->indexes; one; one = one->next) {
    const tree* object = find(one->ilabel, *holder);
    const auto type = object ? type_of(object->type) : std::nullopt;
    out.push_back({one->ilabel, type ? syntax_of(*object, *type) : Syntax(), one->isimplied != 0});
  }
  return out;
}

}  // namespace

Result<MibTexts> MibTexts::read(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (!std::filesystem::is_directory(folder)) return Fault(mib_errc::no_texts, folder);
  }
  static bool started = false;
  if (!started) {
    started = true;
    setenv("MIBS", "", 1);
    unsetenv("MIBDIRS");
    unsetenv("MIBFILES");
    snmp_disable_log();
    netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIBDIRS, folders.front().c_str());
    netsnmp_init_mib();
  }
  const int errors_before = get_mib_parse_error_count();
  for (const std::string& folder : folders) add_mibdir(folder.c_str());
  read_all_mibs();
  if (const int errors = get_mib_parse_error_count() - errors_before; errors > 0)
    return Fault(mib_errc::bad_text, std::to_string(errors) + " errors");

  MibTexts out;
  const auto visit = [&](const auto& self, const tree* node) -> void {
    for (; node; node = node->next_peer) {
      const auto type = type_of(node->type);
      if (type && !node->child_list) {
        ObjectText object;
        object.name = node->label;
        char module[256];
        object.module = module_name(node->modid, module);
        object.oid = name_of(node);
        object.syntax = syntax_of(*node, *type);
        object.access = access_of(node->access);
        object.current = node->status == MIB_STATUS_CURRENT || node->status == MIB_STATUS_MANDATORY;
        if (node->parent) object.index = index_of(*node->parent);
        out.by_name_.emplace(object.name, object.oid);
        out.objects_.emplace(object.oid, std::move(object));
      }
      self(self, node->child_list);
    }
  };
  visit(visit, get_tree_head());
  if (out.objects_.empty()) return Fault(mib_errc::no_texts);
  return out;
}

const ObjectText* MibTexts::object_of(const Oid& name) const {
  auto at = objects_.upper_bound(name);
  if (at == objects_.begin()) return nullptr;
  --at;
  return name.starts_with(at->first) ? &at->second : nullptr;
}

const ObjectText* MibTexts::named(std::string_view name) const {
  const auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &objects_.at(at->second);
}

std::vector<const ObjectText*> MibTexts::below(const Oid& node) const {
  std::vector<const ObjectText*> out;
  for (auto at = objects_.upper_bound(node); at != objects_.end() && at->first.starts_with(node); ++at) {
    if (at->first.size() == node.size() + 1) out.push_back(&at->second);
  }
  return out;
}

}  // namespace mr::printer
