// Why the administration refuses a request. A refusal is an answer, not a failure of the server.
#pragma once

#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::server {

enum class errc {
  unknown_user = 1,  // no such user, or the user was revoked or has expired
  role_refused,      // the user's role or account does not allow it
  unknown_account,   // no such account, or it is closed
  unknown_sender,    // no such sender
  unknown_device,    // no such device, or the sender does not report it, or its account is another
  unknown_kind,      // not a kind of action of this version
  not_permitted,     // the customer has not recorded a permission for it
  unknown_software,  // no such software for that account
  unknown_action,    // no such action, or it was delivered already
  bad_request,       // a value is missing, malformed or out of range
  exists_already,    // a name or id that is taken
};
std::string_view describe(errc code);
// The slug of the code: `role-refused`.
std::string_view slug(errc code);

}  // namespace mr::server
MR_ERRC(mr::server, errc, "server")
