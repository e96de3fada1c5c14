#include "reference/server/errors.hpp"

namespace mr::server {
namespace {

struct Words {
  std::string_view slug, text;
};

Words words_of_error(errc code) {
  switch (code) {
    case errc::unknown_user:
      return {"unknown-user", "no such user, or revoked or expired"};
    case errc::role_refused:
      return {"role-refused", "the user's role or account does not allow it"};
    case errc::unknown_account:
      return {"unknown-account", "no such open account"};
    case errc::unknown_sender:
      return {"unknown-sender", "no such sender"};
    case errc::unknown_device:
      return {"unknown-device", "the sender reports no such device"};
    case errc::unknown_kind:
      return {"unknown-kind", "no such kind of action"};
    case errc::not_permitted:
      return {"not-permitted", "the customer has not permitted it"};
    case errc::unknown_software:
      return {"unknown-software", "no such software for this account"};
    case errc::unknown_action:
      return {"unknown-action", "no such action, or delivered already"};
    case errc::bad_request:
      return {"bad-request", "a value is missing or wrong"};
    case errc::exists_already:
      return {"exists-already", "it exists already"};
  }
  return {"unknown", "unknown"};
}

}  // namespace

std::string_view describe(errc code) { return words_of_error(code).text; }
std::string_view slug(errc code) { return words_of_error(code).slug; }

}  // namespace mr::server
