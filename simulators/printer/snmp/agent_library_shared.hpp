// What the tests of this folder share: the one library that a process may have, and a user for every
// combination of protocols.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "simulators/printer/snmp/agent_library.hpp"

namespace mr::printer {

inline std::unique_ptr<AgentLibrary>& shared_library() {
  static std::unique_ptr<AgentLibrary> one = [] {
    auto started = AgentLibrary::start();
    if (!started) ADD_FAILURE() << to_string(started.error());
    return started ? std::move(*started) : nullptr;
  }();
  return one;
}

// Named u<auth><priv> by the numbers of the enumerators: u00 has no keys, u42 is SHA-256 and AES-128.
inline std::shared_ptr<snmp::UserTable> every_user() {
  auto table = std::make_shared<snmp::UserTable>();
  snmp::PasswordKeys keys;
  for (int auth = 0; auth <= static_cast<int>(trust::UsmAuth::sha512); ++auth) {
    for (int priv = 0; priv <= static_cast<int>(trust::UsmPriv::aes256_reeder); ++priv) {
      if (auth == 0 && priv != 0) continue;
      snmp::UsmPasswords passwords;
      passwords.name = "u" + std::to_string(auth) + std::to_string(priv);
      passwords.auth = static_cast<trust::UsmAuth>(auth);
      passwords.priv = static_cast<trust::UsmPriv>(priv);
      if (auth) passwords.auth_password = "auth-passphrase";
      if (priv) passwords.priv_password = "priv-passphrase";
      auto made = make_user(passwords, keys);
      if (!made) ADD_FAILURE() << to_string(made.error());
      (*table)[passwords.name] = std::make_shared<snmp::UsmUser>(std::move(*made));
    }
  }
  return table;
}

// The part of the .snmprec form that this test needs: name|tag|value, tags in decimal, x for hexadecimal.
inline std::map<snmp::Oid, snmp::Value> read_table(const std::filesystem::path& file) {
  using snmp::Oid;
  using snmp::Value;
  std::map<Oid, Value> read;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find('|'), second = line.find('|', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto name = Oid::parse(line.substr(0, first));
    if (!name || name->size() < 2) continue;
    std::string tag = line.substr(first + 1, second - first - 1), text = line.substr(second + 1);
    if (!tag.empty() && tag.back() == 'x') {
      tag.pop_back();
      std::string bytes;
      for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::strtol(text.substr(i, 2).c_str(), nullptr, 16));
      text = bytes;
    }
    const auto number = static_cast<std::uint64_t>(std::strtoll(text.c_str(), nullptr, 10));
    switch (std::atoi(tag.c_str())) {
      case 2:
        read[*name] = Value::integer(static_cast<std::int32_t>(number));
        break;
      case 4:
        read[*name] = Value::octets(text);
        break;
      case 5:
        read[*name] = Value::null();
        break;
      case 6:
        if (const auto value = Oid::parse(text); value && value->size() >= 2)
          read[*name] = Value::oid(*value);
        break;
      case 64:
        if (text.size() == 4) {
          std::array<std::uint8_t, 4> octets{};
          std::copy(text.begin(), text.end(), octets.begin());
          read[*name] = Value::ip_address(octets);
        }
        break;
      case 65:
        read[*name] = Value::counter32(static_cast<std::uint32_t>(number));
        break;
      case 66:
        read[*name] = Value::gauge32(static_cast<std::uint32_t>(number));
        break;
      case 67:
        read[*name] = Value::time_ticks(static_cast<std::uint32_t>(number));
        break;
      case 70:
        read[*name] = Value::counter64(number);
        break;
      default:
        break;
    }
  }
  return read;
}

inline std::filesystem::path shared_folder() {
  const char* given = std::getenv("MAKEREADY_SHARED");
  return given ? std::filesystem::path(given) : std::filesystem::path("../shared");
}

}  // namespace mr::printer
