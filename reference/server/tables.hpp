// The server's tables, as numbered migrations in the SQL that SQLite and PostgreSQL share. Times are ms since the epoch, UTC.
//
// What is authoritative: account, registration_key, sender (who may speak), upload and report (what was received, once),
// meter_read and supply_read (what billing reads), permission (what customers allow), software, contract, supply_state and supply_order
// (what was ordered), action (what was asked and answered), server_user, audit (all of it, append-only).
#pragma once

#include <string>
#include <vector>

namespace mr::server {

std::vector<std::string> migrations();

}  // namespace mr::server
