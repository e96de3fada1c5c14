// Hosts whose storage has one defect: the reference runs on them unchanged, and a check must notice.
//
// Defects of a disk or of a careless commit:
//   unsynced              SQLite with synchronous=OFF: a commit is believed before the disk has it
//   early_acknowledgement commit() completes at once and the data is committed later, as when the answer is
//   sent before the commit
// Defects of a careless query: statements are run with other words in them (with_statements).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "simulators/world/host.hpp"

namespace mr::rogue {

enum class StoreDefect { none, unsynced, early_acknowledgement };

// A host of the world with that defect. What it opened belongs to the host's present life. lifetime: `host`
// outlives what is given, here and below.
std::unique_ptr<runtime::Runtime> with_store_defect(world::Host& host, StoreDefect defect);

// Transactions that hold a statement with `word` in it commit `late_by` after commit() has completed; the
// next transaction waits for them, and queries do not see them before. An empty word stands for all.
std::unique_ptr<runtime::Runtime> with_late_commits(runtime::Runtime& host, std::string word,
                                                    runtime::Duration late_by);

// Statements that hold `from` run with `to` in its place. requires: `to` uses the
// arguments that `from` does; every argument must have a placeholder.
struct Reword {
  std::string from, to;
};
std::unique_ptr<runtime::Runtime> with_statements(runtime::Runtime& host, std::vector<Reword> rewords);

}  // namespace mr::rogue
