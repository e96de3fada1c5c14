#include "simulators/printer/snmp/agent_library_values.hpp"

#include <cstdlib>
#include <cstring>

// clang-format off
#include <net-snmp/library/keytools.h>
#include <net-snmp/library/scapi.h>
#include <net-snmp/library/tools.h>
// clang-format on

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;
using snmp::VarBind;

namespace {

Oid oid_of(const oid* arcs, std::size_t size) {
  Oid made;
  for (std::size_t i = 0; i < size; ++i) made.append(static_cast<Oid::Arc>(arcs[i]));
  return made;
}

int auth_type(snmp::UsmAuth auth) {
  switch (auth) {
    case snmp::UsmAuth::none:
      return NETSNMP_USMAUTH_NOAUTH;
    case snmp::UsmAuth::md5:
      return NETSNMP_USMAUTH_HMACMD5;
    case snmp::UsmAuth::sha1:
      return NETSNMP_USMAUTH_HMACSHA1;
    case snmp::UsmAuth::sha224:
      return NETSNMP_USMAUTH_HMAC128SHA224;
    case snmp::UsmAuth::sha256:
      return NETSNMP_USMAUTH_HMAC192SHA256;
    case snmp::UsmAuth::sha384:
      return NETSNMP_USMAUTH_HMAC256SHA384;
    case snmp::UsmAuth::sha512:
      return NETSNMP_USMAUTH_HMAC384SHA512;
  }
  return NETSNMP_USMAUTH_NOAUTH;
}

int priv_type(snmp::UsmPriv priv) {
  switch (priv) {
    case snmp::UsmPriv::none:
      return USM_CREATE_USER_PRIV_NONE;
    case snmp::UsmPriv::des:
      return USM_CREATE_USER_PRIV_DES;
    case snmp::UsmPriv::aes128:
      return USM_CREATE_USER_PRIV_AES;
    case snmp::UsmPriv::aes192:
      return USM_CREATE_USER_PRIV_AES192;
    case snmp::UsmPriv::aes256:
      return USM_CREATE_USER_PRIV_AES256;
    case snmp::UsmPriv::aes192_reeder:
      return USM_CREATE_USER_PRIV_AES192_CISCO;
    case snmp::UsmPriv::aes256_reeder:
      return USM_CREATE_USER_PRIV_AES256_CISCO;
  }
  return USM_CREATE_USER_PRIV_NONE;
}

char* copy(const std::string& text) {
  auto* bytes = static_cast<char*>(std::malloc(text.size() + 1));
  std::memcpy(bytes, text.data(), text.size());
  bytes[text.size()] = 0;
  return bytes;
}

bool set_protocol(oid*& protocol, std::size_t& length, const oid* given, std::size_t given_length) {
  if (given == nullptr) return false;
  std::free(protocol);
  protocol = snmp_duplicate_objid(given, given_length);
  length = given_length;
  return protocol != nullptr;
}

bool localized(const usmUser& user, const std::string& ku, u_char*& key, std::size_t& length) {
  length = USM_LENGTH_KU_HASHBLOCK;  // 64, the longest digest
  key = static_cast<u_char*>(std::calloc(1, length));
  return generate_kul(user.authProtocol, static_cast<u_int>(user.authProtocolLen), user.engineID,
                      user.engineIDLen, reinterpret_cast<const u_char*>(ku.data()), ku.size(), key,
                      &length) == SNMPERR_SUCCESS;
}

}  // namespace

Oid name_of(const netsnmp_variable_list& variable) { return oid_of(variable.name, variable.name_length); }

std::optional<VarBind> variable_of(const netsnmp_variable_list& variable) {
  const auto bytes = [&] {
    return std::string(reinterpret_cast<const char*>(variable.val.string), variable.val_len);
  };
  const auto number = [&] {
    return static_cast<std::uint32_t>(static_cast<unsigned long>(*variable.val.integer));
  };
  Value value;
  switch (variable.type) {
    case ASN_INTEGER:
      value = Value::integer(static_cast<std::int32_t>(*variable.val.integer));
      break;
    case ASN_OCTET_STR:
      value = Value::octets(bytes());
      break;
    case ASN_NULL:
      break;
    case ASN_OBJECT_ID:
      value = Value::oid(oid_of(variable.val.objid, variable.val_len / sizeof(oid)));
      break;
    case ASN_IPADDRESS: {
      if (variable.val_len != 4) return {};
      std::array<std::uint8_t, 4> octets{};
      std::memcpy(octets.data(), variable.val.string, 4);
      value = Value::ip_address(octets);
      break;
    }
    case ASN_COUNTER:
      value = Value::counter32(number());
      break;
    case ASN_GAUGE:
      value = Value::gauge32(number());
      break;
    case ASN_TIMETICKS:
      value = Value::time_ticks(number());
      break;
    case ASN_OPAQUE:
      value = Value::opaque(bytes());
      break;
    case ASN_COUNTER64:
      value = Value::counter64((static_cast<std::uint64_t>(variable.val.counter64->high) << 32) |
                               (variable.val.counter64->low & 0xffffffffu));
      break;
    default:
      return {};
  }
  return VarBind{name_of(variable), std::move(value)};
}

void assign(netsnmp_variable_list& variable, const Value& value) {
  const auto type = static_cast<u_char>(value.type());
  switch (value.type()) {
    case Type::integer: {
      const long number = static_cast<long>(value.number().value_or(0));
      snmp_set_var_typed_value(&variable, type, &number, sizeof number);
      break;
    }
    case Type::counter32:
    case Type::gauge32:
    case Type::time_ticks: {
      const unsigned long number = static_cast<unsigned long>(value.unsigned_number().value_or(0));
      snmp_set_var_typed_value(&variable, type, &number, sizeof number);
      break;
    }
    case Type::counter64: {
      const std::uint64_t number = value.unsigned_number().value_or(0);
      counter64 split{};
      split.high = static_cast<u_long>(number >> 32);
      split.low = static_cast<u_long>(number & 0xffffffffu);
      snmp_set_var_typed_value(&variable, type, &split, sizeof split);
      break;
    }
    case Type::oid: {
      const LibraryOid name(*value.oid());
      snmp_set_var_typed_value(&variable, type, name.arcs, name.size * sizeof(oid));
      break;
    }
    case Type::octets:
    case Type::opaque:
    case Type::ip_address: {
      const std::string& bytes = *value.octets();
      snmp_set_var_typed_value(&variable, type, bytes.data(), bytes.size());
      break;
    }
    case Type::null:
    case Type::no_such_object:
    case Type::no_such_instance:
    case Type::end_of_mib_view:
      snmp_set_var_typed_value(&variable, type, nullptr, 0);
      break;
  }
}

void append(netsnmp_variable_list** list, const VarBind& binding) {
  const LibraryOid name(binding.name);
  netsnmp_variable_list* added = snmp_varlist_add_variable(list, name.arcs, name.size, ASN_NULL, nullptr, 0);
  if (added == nullptr) return;
  while (added->next_variable != nullptr) added = added->next_variable;
  assign(*added, binding.value);
}

usmUser* localize(const snmp::UsmUser& user, const std::string& engine_id) {
  usmUser* made = usm_create_user();
  if (made == nullptr) return nullptr;
  const auto build = [&] {
    made->engineID = reinterpret_cast<u_char*>(copy(engine_id));
    made->engineIDLen = engine_id.size();
    made->name = copy(user.name);
    made->secName = copy(user.name);
    std::size_t length = 0;
    const oid* auth = sc_get_auth_oid(auth_type(user.auth), &length);
    if (!set_protocol(made->authProtocol, made->authProtocolLen, auth, length)) return false;
    const oid* priv = sc_get_priv_oid(priv_type(user.priv), &length);
    if (!set_protocol(made->privProtocol, made->privProtocolLen, priv, length)) return false;
    if (user.auth != snmp::UsmAuth::none && !localized(*made, user.auth_ku, made->authKey, made->authKeyLen))
      return false;
    if (user.priv != snmp::UsmPriv::none) {
      if (!localized(*made, user.priv_ku, made->privKey, made->privKeyLen)) return false;
      if (usm_extend_user_kul(made, USM_LENGTH_KU_HASHBLOCK) != SNMPERR_SUCCESS) return false;
      // The library wants exactly the cipher's length.
      made->privKeyLen = std::min<std::size_t>(made->privKeyLen, trust::key_size(user.priv));
    }
    made->userStatus = RS_ACTIVE;
    made->userStorageType = ST_READONLY;
    return true;
  };
  if (build()) return made;
  usm_free_user(made);
  return nullptr;
}

}  // namespace mr::printer
