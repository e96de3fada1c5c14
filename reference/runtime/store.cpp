#include "reference/runtime/store.hpp"

namespace mr::runtime {

std::string_view describe(store_errc errc) {
  switch (errc) {
    case store_errc::busy:
      return "another writer holds the store";
    case store_errc::constraint:
      return "a constraint of the store refused the row";
    case store_errc::corrupt:
      return "not a store, or damaged";
    case store_errc::full:
      return "no space in the store";
    case store_errc::rejected:
      return "the store rejected the statement or its schema does not fit";
    case store_errc::unavailable:
      return "the store cannot be opened, read or written";
  }
  return "unknown store error";
}

}  // namespace mr::runtime
