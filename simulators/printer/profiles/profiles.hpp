// Printer models as data: one JSON file each, built into the binary, and the composition of their management
// information base.
//
// A profile is strict: an unknown word is an error with its path (fields.hpp). It may be like another and
// change it (resolve.hpp). From the model the system, interfaces, IP, HOST-RESOURCES and Printer-MIB tables
// and, where meters have a place in it, the vendor's usage counter table are made by code.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "reference/runtime/entropy.hpp"
#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

enum class profile_errc {
  bad_json = 1,   // not JSON; the detail has the offset
  unknown_word,   // a key that a profile does not have; the detail is its path
  missing_word,   // a key that every profile must have
  bad_value,      // of the wrong type, out of range, or not fitting another
  unknown_model,  // there is no such built-in profile
};
std::string_view describe(profile_errc);

Result<ModelPtr> read_profile(std::string_view json);

// The built-in profiles' keys, in order.
std::vector<std::string_view> profile_keys();
// A built-in one. errors: unknown_model.
Result<ModelPtr> profile(std::string_view key);

MibTemplatePtr compose_mib(const ModelPtr& model);

// The printer with a number (0-based, global over shards, under 1,000,000): its own serial number, MAC
// address and name, and a past drawn from the streams `printer/<number>/past` (meters, levels) and
// `printer/<number>/service` (replaced parts, service counts, a fault history at negative moments: it was
// switched on once before the run). Switched off.
Device make_device(const ModelPtr& model, std::uint32_t number, runtime::Entropy& entropy);
Identity identity_of(const Model& model, std::uint32_t number);

}  // namespace mr::printer
MR_ERRC(mr::printer, profile_errc, "profile")
