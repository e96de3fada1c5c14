// JSON to Model: composed (resolve.hpp), read strictly (read_json.hpp), and looked through for what its
// words say of each other.
#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/profiles/read_json.hpp"
#include "simulators/printer/profiles/resolve.hpp"

namespace mr::printer {

std::string_view describe(profile_errc e) {
  switch (e) {
    case profile_errc::bad_json:
      return "not JSON";
    case profile_errc::unknown_word:
      return "a profile has no such word";
    case profile_errc::missing_word:
      return "missing";
    case profile_errc::bad_value:
      return "not a value that it can have";
    case profile_errc::unknown_model:
      return "there is no such profile";
  }
  return "unknown";
}

Result<ModelPtr> read_profile(std::string_view text) {
  auto resolved = resolve_profile(text);
  if (!resolved) return resolved.error();
  const boost::json::value document(std::move(*resolved));
  std::optional<Fault> fault;
  auto model = std::make_shared<Model>();
  {
    JsonReader in(document, "", fault);
    std::vector<std::string> source;
    in.texts("source", source, 64);
    describe_model(in, *model);
  }
  if (fault) return *fault;
  if (auto broken = broken_reference(*model)) return Fault(profile_errc::bad_value, std::move(*broken));
  return ModelPtr(std::move(model));
}

}  // namespace mr::printer
