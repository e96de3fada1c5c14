// The files that a run of a suite leaves, and the lines that it prints.
#pragma once

#include <string>

#include "conformance/harness/case.hpp"
#include "conformance/report/report.hpp"

namespace mr::suites {

// run.yaml: what would repeat the run.
std::string run_yaml(const report::Run& run, const std::string& suite, const harness::TargetFile& target,
                     const std::string& target_text);
// "'it''s'" for a shell, only where needed.
std::string shell_word(const std::string& word);

}  // namespace mr::suites
