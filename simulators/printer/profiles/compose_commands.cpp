// The vendor's command table: a SET makes the printer do something, one thing at a time.
#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Type;
using snmp::Value;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const Oid management_entry = vendor_arcs + Oid{53, 5, 2, 1};

// How long the printer is at it; nothing where it does not take the command.
std::optional<Moment> takes(const Device& device, std::int64_t command) {
  switch (command) {
    case 1:  // none
      return Moment{};
    case 4:  // test, and diagnose: a test page
    case 2326:
      return seconds(10);
    case 8:  // resets
    case 9:
    case 10:
    case 2302:
    case 2332:
    case 2333:
    case 2334:
      return Moment(std::chrono::milliseconds(device.model().restart_ms));
    case 18:  // energySave, powerToSleep; wakeUp, powerToReady
    case 19:
    case 20:
    case 22:
      return seconds(1);
    case 6:  // quiesce, disable, pause; manage, enable, resume
    case 14:
    case 1306:
    case 1307:
    case 1308:
    case 1309:
      return Moment{};
    case 2343:
      return has_disk(device.model()) ? std::optional<Moment>(minutes(20)) : std::nullopt;
    default:
      return {};
  }
}

// Does it; gives the status that the command ends with.
ErrorStatus perform(DeviceMib& mib, std::int64_t command) {
  Device& device = mib.device();
  switch (command) {
    case 4:
    case 2326:
      if (!device.ready()) return ErrorStatus::resource_unavailable;
      return device.run_job({.black = 1, .name = "Test page"}, mib.now()) == 1 ? ErrorStatus::no_error
                                                                               : ErrorStatus::gen_err;
    case 8:
    case 2302:
    case 2332:
      device.request_reset(Reset::power_cycle);
      break;
    case 9:
    case 2333:
      device.request_reset(Reset::to_nvram);
      break;
    case 10:
    case 2334:
      device.request_reset(Reset::to_factory);
      break;
    case 18:
    case 22:
    case 19:
    case 20:
      device.standby(command == 18 || command == 22, mib.now());
      break;
    case 6:
    case 1306:
    case 1308:
      device.set_online(false, mib.now());
      break;
    case 14:
    case 1307:
    case 1309:
      device.set_online(true, mib.now());
      break;
    default:
      break;
  }
  return ErrorStatus::no_error;
}

// Of the command that was given since power-on, or null.
const DeviceMib::Notes* given(const DeviceMib& mib) {
  return mib.notes() && mib.notes()->boots == mib.device().boots() ? mib.notes() : nullptr;
}
bool in_progress(const DeviceMib& mib) {
  const DeviceMib::Notes* notes = given(mib);
  return notes && mib.now() < notes->busy_until;
}
// To write to: a restart forgot what was there before it.
DeviceMib::Notes& notes_of(DeviceMib& mib) {
  DeviceMib::Notes& notes = mib.make_notes();
  if (notes.boots != mib.device().boots()) {
    notes.command = 1;
    notes.command_status = 0;
    notes.command_data.clear();
    notes.busy_until = {};
    notes.boots = mib.device().boots();
  }
  return notes;
}

}  // namespace

void compose_commands(Composition& out) {
  const auto at = [](Oid::Arc column) { return management_entry + column + printer_device; };
  const auto free = [](const DeviceMib& mib) {
    return in_progress(mib) ? ErrorStatus::inconsistent_value : ErrorStatus::no_error;
  };
  out.number(at(1), row_active);
  out.reading(at(2), Type::integer,
              {[](const DeviceMib& mib) { return Value::integer(given(mib) ? given(mib)->command : 1); },
               [free](const DeviceMib& mib, const Value& value) {
                 if (const ErrorStatus status = free(mib); status != ErrorStatus::no_error) return status;
                 return takes(mib.device(), *value.number()) ? ErrorStatus::no_error
                                                             : ErrorStatus::wrong_value;
               },
               [](DeviceMib& mib, const Value& value) {
                 const std::int64_t command = value.number().value_or(1);
                 const auto time = takes(mib.device(), command);
                 if (!time) return ErrorStatus::commit_failed;
                 DeviceMib::Notes& notes = notes_of(mib);
                 notes.command = static_cast<std::int32_t>(command);
                 notes.command_status = static_cast<std::int32_t>(perform(mib, command));
                 notes.busy_until = mib.now() + *time;
                 return ErrorStatus::no_error;
               }});
  out.reading(at(3), Type::octets,
              {[](const DeviceMib& mib) { return Value::octets(given(mib) ? given(mib)->command_data : ""); },
               [free](const DeviceMib& mib, const Value&) { return free(mib); },
               [](DeviceMib& mib, const Value& value) {
                 notes_of(mib).command_data = *value.octets();
                 return ErrorStatus::no_error;
               }});
  // While it is at it: accepted. Then how it ended.
  out.reading(at(4), Type::integer, {[](const DeviceMib& mib) {
                return Value::integer(!given(mib) || in_progress(mib) ? 0 : given(mib)->command_status);
              }});
  for (const Oid::Arc secret : {5u, 6u, 7u, 12u}) out.text(at(secret), "");
  out.reading(at(8), Type::integer,
              {[](const DeviceMib& mib) { return Value::integer(in_progress(mib) ? 1 : 2); }});
  for (const Oid::Arc name : {9u, 10u, 11u}) out.text(at(name), "");
}

}  // namespace mr::printer
