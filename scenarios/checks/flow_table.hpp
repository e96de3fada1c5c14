// Table 7 of the white paper as data: which services may flow, at which ports and in which direction.
// (WP-10-01)
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mr::scenarios {

// A row for each service and port. `outbound`: it may leave the site, to the server and nowhere else; every
// row may flow inside.
struct TableRow {
  std::string_view service, protocol;  // as the tap tells them: see scenarios/engine/tap.hpp
  std::uint16_t port;
  bool outbound;
};
std::span<const TableRow> flow_table();

}  // namespace mr::scenarios
