// Names, values and users in net-snmp's form. For agent_library.cpp and its tests: net-snmp's headers stay
// out of all others.
#pragma once

// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/snmpusm.h>
// clang-format on

#include <optional>
#include <string>

#include "reference/protocol/snmp/usm.hpp"

namespace mr::printer {

struct LibraryOid {
  explicit LibraryOid(const snmp::Oid& name) : size(name.size()) {
    for (std::size_t i = 0; i < size; ++i) arcs[i] = name[i];
  }
  oid arcs[snmp::Oid::arcs_max];
  std::size_t size;
};

snmp::Oid name_of(const netsnmp_variable_list& variable);
// Name and value; nothing for a type that SMI does not have (the library's own Opaque floats among them).
std::optional<snmp::VarBind> variable_of(const netsnmp_variable_list& variable);
// Sets the value, exceptions included; the name stays.
void assign(netsnmp_variable_list& variable, const snmp::Value& value);
// Puts a new variable at the end of the list. cost: the length of the list, so give the last one's
// `next_variable`.
void append(netsnmp_variable_list** list, const snmp::VarBind& binding);

// A user with keys localised by the library itself, active, ready for usm_add_user; null where the library
// has no such protocol. ownership: the caller's, by usm_free_user.
usmUser* localize(const snmp::UsmUser& user, const std::string& engine_id);

}  // namespace mr::printer
