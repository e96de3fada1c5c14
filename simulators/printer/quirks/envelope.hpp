// One printer's SNMP messages, opened so that what is in them can be seen and replaced: v1, v2c, and v3 with
// the printer's own users at every security level. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "reference/protocol/snmp/message.hpp"
#include "reference/protocol/snmp/usm.hpp"

namespace mr::printer {

class Envelopes {
 public:
  // salt: start of the privacy salts of what is closed here, from chance. users may be null: no v3.
  Envelopes(std::string engine_id, std::shared_ptr<const snmp::UserTable> users, std::uint64_t salt)
      : engine_id_(std::move(engine_id)), users_(std::move(users)), salt_(salt) {}

  struct Message {
    snmp::Version version = snmp::Version::v2c;
    std::string community;  // v1, v2c
    // v3
    std::int32_t message_id = 0, size_max = 0;
    snmp::SecurityLevel level{};
    bool reportable = false;
    snmp::EngineTime time;
    std::string user, context_engine_id, context_name;

    snmp::Pdu pdu;
  };
  // Nothing where it cannot be read: not SNMP, another engine's, an unknown user, wrong keys. Digests are not
  // verified: requests are judged by the engine, and answers are its own.
  std::optional<Message> open(snmp::ByteView datagram);
  // The message as bytes, with digest and encryption of its level. requires: open() gave it (its PDU may have
  // been changed).
  snmp::Bytes close(const Message& message);

 private:
  snmp::LocalUser* find(const std::string& name);
  std::string engine_id_;
  std::shared_ptr<const snmp::UserTable> users_;
  std::uint64_t salt_;
  std::map<std::string, std::unique_ptr<snmp::LocalUser>> local_;
};

}  // namespace mr::printer
