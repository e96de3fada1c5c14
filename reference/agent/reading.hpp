// What a printer's variables say, in the model's terms: pure.
//
// Standard objects first (RFC 1213, 2790, 3805), then what vendors add where the standard has nothing: the
// IEEE 1284 device id of the port monitor MIB, the ENTITY-MIB's serial number, the private counters of
// enterprise 253. Absent objects stay absent.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "reference/protocol/model/report.hpp"
#include "reference/protocol/snmp/value.hpp"

namespace mr::agent {

using Variables = std::map<snmp::Oid, snmp::Value>;

// What a full read asks for: scalars by GET, then subtrees.
const std::vector<snmp::Oid>& full_scalars();
std::vector<snmp::Oid> full_subtrees(const snmp::Oid& sys_object_id);

// What tells who a printer is, without a walk: for one that is not reported yet.
const std::vector<snmp::Oid>& identity_scalars();

// What its software level is read from, by the report and by an upgrade alike.
const std::vector<snmp::Oid>& firmware_scalars();

// What a status read asks for, in one GET.
const std::vector<snmp::Oid>& status_scalars();

// Fills identity, network, properties, status, meters, supplies and usage. `at` stamps the meters.
void describe_device(const Variables& variables, const model::Stamp& at, model::DeviceReport& report);

// The level of the system software: the last word of the first row of hrSWInstalledTable, else what sysDescr
// says of it. Empty: not told.
std::string firmware_level(const Variables& variables);

model::Status describe_status(const Variables& variables, const model::Stamp& at);

// Text of a device as UTF-8: kept where it is valid, read as ISO 8859-1 where not; NUL and trailing blanks
// are cut.
std::string device_text(const std::string& octets);

// The maker of an enterprise number (IANA), or empty.
std::string_view maker_of(const snmp::Oid& sys_object_id);

}  // namespace mr::agent
