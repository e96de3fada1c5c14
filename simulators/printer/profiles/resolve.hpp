// Composition of profiles: one is like another, but for what it says; lists are taken over and changed, or
// begun with named sets.
//
//   "like": "office-colour-mfp"   all words of that built-in profile but key, like and source; a word that is
//                                 given replaces the one taken over, whole.
//   "faults": {...}               instead of a list: the list taken over (empty where there is none), with
//     "use": ["engine", ...]        replaced by these sets of sets/faults.json, one after the other
//     "without": ["08-101", ...]    less these entries
//     "change": [{"code": ...}]     some words of entries replaced; each is meant by its id
//     "add": [...]                  and these at the end. In this order.
//
// An entry's id is its code (faults, service_items), id (nvm), description (supplies, covers, channels,
// interpreters, finishers) or name (all others). Of lists of texts an entry is its own id, and none can be
// changed.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {

// The profile with nothing left to compose. errors: profile_errc, all but missing_word; the detail has the
// path.
Result<boost::json::object> resolve_profile(std::string_view text);

}  // namespace mr::printer
