// The server's tables, as numbered migrations in the SQL that SQLite and PostgreSQL share. Times are ms since the epoch, UTC.
//
// What is authoritative: account, registration_key, sender (who may speak), upload and report (what was received, once),
// meter_read and supply_read (what billing and replenishment read), action (what was asked and answered), audit (all of it, append-only).
#pragma once

#include <string>
#include <vector>

namespace mr::server {

std::vector<std::string> migrations();

}  // namespace mr::server
