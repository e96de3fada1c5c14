// For the tests of this folder: a printer with quirks and wrong answers behind either engine, asked with
// datagrams. It has a cover open, an empty tray and a past.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/quirks/quirky_engine.hpp"
#include "simulators/printer/snmp/agent_library_shared.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/printer/snmp/net_snmp_engine.hpp"

namespace mr::printer::test {

inline const runtime::Endpoint manager{boost::asio::ip::make_address("192.0.2.1"), 5000};

inline std::unique_ptr<SnmpEngine> make_engine(const std::string& kind) {
  if (kind == "native") return std::make_unique<NativeEngine>();
  return std::make_unique<NetSnmpEngine>(*shared_library());
}

inline std::string engine_name(const testing::TestParamInfo<std::string>& tested) {
  return tested.param == "native" ? "Native" : "NetSnmp";
}

inline std::shared_ptr<const Behaviour> behaviour(const std::vector<std::string>& quirks,
                                                  const std::string& wrong_answers = "[]") {
  auto read = read_behaviour("{\"wrong_answers\": " + wrong_answers + "}");
  if (!read) {
    ADD_FAILURE() << to_string(read.error());
    return nullptr;
  }
  for (const std::string& text : quirks) {
    auto quirk = parse_quirk(text);
    if (!quirk) {
      ADD_FAILURE() << to_string(quirk.error());
    } else {
      read->quirks.push_back(std::move(*quirk));
    }
  }
  return std::make_shared<const Behaviour>(std::move(*read));
}

class Printers {
 public:
  explicit Printers(const std::string& engine, std::size_t count = 1, std::uint64_t seed = 7)
      : entropy_(seed), engine_(make_engine(engine), entropy_, Moment(0)) {
    const ModelPtr model = *profile("office-colour-mfp");
    const MibTemplatePtr shared = compose_mib(model);
    users_ = default_users("auth-passphrase", "priv-passphrase", keys_);
    for (std::uint32_t i = 0; i < count; ++i) {
      devices_.push_back(std::make_unique<Device>(make_device(model, i, entropy_)));
      mibs_.push_back(std::make_unique<DeviceMib>(shared, *devices_.back()));
      Device& made = *devices_.back();
      made.set_address({192, 0, 2, static_cast<std::uint8_t>(7 + i)});
      made.power_on(Moment(0));
      made.set_cover(0, CoverStatus::open, Moment(0));
      made.set_input_level(0, 0, Moment(0));
      made.advance(std::chrono::minutes(10));
      EXPECT_TRUE(engine_.add(
          i, *mibs_.back(),
          {.engine_id = make_engine_id(8072, "quirky-" + std::to_string(i)), .users = users_, .salt = 1}));
    }
  }
  Device& device(PrinterId i = 0) { return *devices_[i]; }
  DeviceMib& mib(PrinterId i = 0) { return *mibs_[i]; }
  QuirkyEngine& engine() { return engine_; }
  void behave(std::shared_ptr<const Behaviour> how, PrinterId i = 0) { engine_.behave(i, std::move(how), i); }
  void quirks(const std::vector<std::string>& texts, PrinterId i = 0) { behave(behaviour(texts), i); }

  std::vector<OutDatagram> send(const snmp::Bytes& datagram, PrinterId i = 0) {
    std::vector<OutDatagram> out;
    engine_.receive(i, datagram, manager, now, out);
    return out;
  }
  std::vector<OutDatagram> ask_raw(snmp::Pdu request, PrinterId i = 0) {
    return send(snmp::encode(snmp::CommunityMessage{version, community, std::move(request)}), i);
  }
  std::optional<snmp::Pdu> ask(snmp::Pdu request, PrinterId i = 0) {
    const auto out = ask_raw(std::move(request), i);
    if (out.size() != 1) return {};
    const auto decoded = snmp::decode_community(out[0].payload);
    return decoded ? std::optional(decoded->pdu) : std::nullopt;
  }
  snmp::Pdu request(snmp::PduType type, std::vector<snmp::Oid> names, std::int32_t repetitions = 0) {
    snmp::Pdu pdu;
    pdu.type = type;
    pdu.request_id = ++last_id;
    pdu.error_index = repetitions;
    for (auto& name : names) pdu.varbinds.push_back({std::move(name), snmp::Value()});
    return pdu;
  }
  snmp::Value get(const snmp::Oid& name, PrinterId i = 0) {
    const auto pdu = ask(request(snmp::PduType::get, {name}), i);
    return pdu && pdu->error_status == 0 && pdu->varbinds.size() == 1 ? pdu->varbinds[0].value
                                                                      : snmp::Value();
  }
  // As snmpwalk and snmpbulkwalk do it; ends on an error, on a name that does not increase, and after `max`.
  struct Walk {
    std::vector<snmp::VarBind> found;
    std::string end;
  };
  Walk walk(const snmp::Oid& root, bool bulk = false, std::size_t max = 20000, PrinterId i = 0) {
    Walk out;
    snmp::Oid at = root;
    while (out.found.size() < max) {
      const auto pdu =
          ask(bulk ? request(snmp::PduType::get_bulk, {at}, 12) : request(snmp::PduType::get_next, {at}), i);
      if (!pdu) return out.end = "silence", out;
      if (pdu->error_status != 0)
        return out.end = std::string(to_text(static_cast<snmp::ErrorStatus>(pdu->error_status))), out;
      if (pdu->varbinds.empty()) return out.end = "empty", out;
      for (const auto& v : pdu->varbinds) {
        if (v.value.is_exception() || !v.name.starts_with(root)) return out.end = "end", out;
        if (v.name <= at) return out.end = "does not increase", out;
        out.found.push_back(v);
        at = v.name;
      }
    }
    return out.end = "never", out;
  }
  // The same over v3, authPriv. Only what one conversation gives.
  Result<snmp::Pdu> converse(snmp::Pdu pdu, PrinterId i = 0) {
    snmp::Session session(snmp::UserCredentials{users_->at("makeready"), ""}, {.request_id = 50, .salt = 9});
    auto action = session.start(std::move(pdu), now);
    for (int turn = 0; turn < 12; ++turn) {
      if (auto* done = std::get_if<snmp::Session::Done>(&action)) return std::move(done->response);
      std::vector<OutDatagram> out;
      if (auto* sending = std::get_if<snmp::Session::Send>(&action)) out = send(sending->datagram, i);
      action = out.empty() ? session.timed_out(now) : session.received(out[0].payload, now);
    }
    return Fault(snmp::errc::no_answer);
  }

  Moment now = std::chrono::minutes(11);
  snmp::Version version = snmp::Version::v2c;
  std::string community = "public";
  std::int32_t last_id = 100;

 private:
  runtime::SeededEntropy entropy_;
  snmp::PasswordKeys keys_;
  std::shared_ptr<const snmp::UserTable> users_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::unique_ptr<DeviceMib>> mibs_;
  QuirkyEngine engine_;
};

}  // namespace mr::printer::test
