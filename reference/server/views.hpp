// What the administration shows of the store: one query for each kind of thing, as rows of JSON. Read only.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "reference/runtime/store.hpp"

namespace mr::server {

struct ViewScope {
  std::string account_id;    // empty: every account
  std::int64_t limit = 100;  // rows at most
  std::int64_t after =
      0;  // of the audit: the sequence number to go on after; else how many rows to pass over
};

// `name`: accounts, keys, senders (with host information), senders-reduced (without), devices, reports,
// actions, software, orders, contracts, audit, users. Instants are texts of xs:dateTime, in UTC; what is
// absent is null. requires: a name of these.
Result<boost::json::array> view(runtime::Store& store, std::string_view name, const ViewScope& scope);

}  // namespace mr::server
