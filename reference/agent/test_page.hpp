// The test page: one page of PostScript in PJL, made here, that tells what was known when it was asked for.
// Pure.
//
// PJL (which every printer on port 9100 takes, or prints as a few lines of text) names the job, so that a
// printer can account for it; the page draws on the imageable area of A4 and Letter alike with a built-in
// font, and ends in one showpage. (WP-6-06)
#pragma once

#include <string>
#include <vector>

namespace mr::agent {

// The job, ready to be sent: `lines` below the title, in ISO 8859-1 as far as they are ASCII; other octets
// and controls become `?`, lines are cut at 80 octets and after 40 lines.
std::string test_page(const std::vector<std::string>& lines);

}  // namespace mr::agent
