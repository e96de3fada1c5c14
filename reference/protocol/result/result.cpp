#include "reference/protocol/result/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace mr {

std::string to_string(const Fault& fault) {
  return fault.detail.empty() ? fault.code.message() : fault.detail + ": " + fault.code.message();
}

void throw_exception_from_error(const Fault& fault, const boost::source_location& where) {
  std::fprintf(stderr, "%s:%u: a value was asked for where there is an error: %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), to_string(fault).c_str());
  std::abort();
}

namespace {
AssertHook hook = nullptr;
}

void set_assert_hook(AssertHook hook_) { hook = hook_; }

void assert_failed(const char* condition, const std::source_location& where) {
  const std::string message =
      std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": broken: " + condition;
  std::fprintf(stderr, "%s\n", message.c_str());
  if (const AssertHook once = std::exchange(hook, nullptr)) once(message);
  std::abort();
}

}  // namespace mr
