// How a conversation with a target ended without what was waited for. The suites judge by these, so each way
// of ending is its own word: a target that hangs up is another finding than one that stays silent.
#pragma once

#include <boost/system/result.hpp>
#include <cstdlib>
#include <string>
#include <string_view>

namespace mr::wire {

enum class End {
  timed_out = 1,  // the deadline passed
  refused,        // nobody listens
  unreachable,    // no such address or name, no route
  reset,          // the connection was torn down
  closed,         // ended in order, or cut without an alert
  alert,          // a TLS alert of the peer; Failure::alert is its number
  tls,            // our side ended the handshake: the peer does not speak TLS, or is not whom we expect
  malformed,      // bytes that are not what the protocol says
  too_large,      // more than the reader's limit
  local,          // this machine: no descriptors, no memory, a bug
};
std::string_view word(End end);

struct Failure {
  End end = End::local;
  std::string detail;  // what and where, for people; holds no secrets
  int alert = -1;      // RFC 8446 section 6, of End::alert
};
// "alert unknown_ca (48)", "timed out: no answer within 5000 ms".
std::string to_string(const Failure& failure);
std::string_view alert_name(int alert);  // "unknown_ca", or "?" for numbers without a name

template <class T>
using Result = boost::system::result<T, Failure>;

// Result::value() of a failure is a bug of the caller.
[[noreturn]] inline void throw_exception_from_error(const Failure&, const boost::source_location&) {
  std::abort();
}

}  // namespace mr::wire
