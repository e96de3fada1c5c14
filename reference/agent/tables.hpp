// The agent's tables, as numbered migrations in the SQL that SQLite and PostgreSQL share. Times are ms since
// the epoch, UTC.
#pragma once

#include <string>
#include <vector>

namespace mr::agent {

std::vector<std::string> migrations();

}  // namespace mr::agent
