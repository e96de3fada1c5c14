// Errors are values: Result<T> holds a T or a Fault; a broken invariant of our own aborts (MR_ASSERT).
//
// A Fault is an error code, for programs to decide on, and a short detail for people: where, what was found, what was
// expected. Never a secret (community, passphrase, key). Each module has one `errc` enum, declared with MR_ERRC.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mr {

// A value that names one failure. `detail` may be empty; to_string gives "detail: message" or the message alone.
struct Fault {
  boost::system::error_code code;
  std::string detail;

  Fault() = default;  // no failure: what Result<T>::error() gives where there is a value
  Fault(boost::system::error_code code_, std::string detail_ = {}) : code(code_), detail(std::move(detail_)) {}
  template <class Errc>
    requires boost::system::is_error_code_enum<Errc>::value
  Fault(Errc errc, std::string detail_ = {}) : code(errc), detail(std::move(detail_)) {}

  bool operator==(const Fault& other) const { return code == other.code; }  // the detail is for people
};

std::string to_string(const Fault& fault);

template <class T>
using Result = boost::system::result<T, Fault>;

// Called by Result<T>::value() on an error: asking for a value that is not there is a bug, so it aborts.
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

// Says, in the source, that a failure is of no consequence and why.
template <class T>
void ignore(const T&, std::string_view /*reason*/) {}

// Prints the condition and place and aborts. Stays on in release builds. One condition each; never on bytes from a peer.
[[noreturn]] void assert_failed(const char* condition, const std::source_location& where);

// Called before the abort, once, with the message; the world prints seed, instant and trace tail here.
using AssertHook = void (*)(std::string_view message);
void set_assert_hook(AssertHook hook);

}  // namespace mr

#define MR_ASSERT(condition)                                                       \
  do {                                                                             \
    if (!(condition)) ::mr::assert_failed(#condition, std::source_location::current()); \
  } while (false)

// Leaves the enclosing function with the fault of `result`, if it has one. For plain functions; coroutines use MR_CO_TRY.
#define MR_TRY(result)                                 \
  do {                                                 \
    if (auto&& mr_try_ = (result); mr_try_.has_error()) return mr_try_.error(); \
  } while (false)
#define MR_CO_TRY(result)                              \
  do {                                                 \
    if (auto&& mr_try_ = (result); mr_try_.has_error()) co_return mr_try_.error(); \
  } while (false)

// Makes `enum class Errc` (in namespace NS, with `std::string_view describe(Errc)` beside it) an error code of category NAME.
// Write it at global scope, after the declarations:  MR_ERRC(mr::package, errc, "package")
#define MR_ERRC(NS, ENUM, NAME)                                                             \
  namespace NS {                                                                            \
  inline const boost::system::error_category& ENUM##_category() {                           \
    static const struct Category final : boost::system::error_category {                    \
      const char* name() const noexcept override { return NAME; }                           \
      std::string message(int value) const override {                                       \
        return std::string(describe(static_cast<ENUM>(value)));                             \
      }                                                                                     \
    } category;                                                                             \
    return category;                                                                        \
  }                                                                                         \
  inline boost::system::error_code make_error_code(ENUM value) {                            \
    return {static_cast<int>(value), ENUM##_category()};                                    \
  }                                                                                         \
  }                                                                                         \
  template <>                                                                               \
  struct boost::system::is_error_code_enum<NS::ENUM> : std::true_type {};
