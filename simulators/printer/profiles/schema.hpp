// The published JSON Schema of profiles (schema/profile.schema.json), made from the same declarations as the
// reader, and profiles written from models.
#pragma once

#include <string>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {

// JSON Schema 2020-12 of a profile file as it is written, before composition. It says all that the reader
// demands of single values; what needs a look at two of them (references, distinct codes) it cannot say.
std::string profile_schema();

// A profile file of a model, with every word that differs from nothing: read_profile gives the model back.
// `source` becomes the file's, where not empty.
std::string write_profile(const Model& model, const std::vector<std::string>& source);

}  // namespace mr::printer
