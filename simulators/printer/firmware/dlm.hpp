// The header of a .DLM, the form in which this printer family takes new software on its raw port: lines of
// ASCII before a gzip'd tar archive.
//
//   %%XRXbegin
//   %%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE
//   %%OID_ATT_JOB_SCHEDULING OID_VAL_JOB_SCHEDULING_AFTER_COMPLETE
//   %%OID_ATT_JOB_COMMENT "..."                 any number
//   %%OID_ATT_DLM_NAME "..."
//   %%OID_ATT_DLM_VERSION "..."                 or the word NO_DLM_VERSION_CHECK
//   %%OID_ATT_DLM_SIGNATURE "<64 hex digits>"   SHA-256 of the archive
//   %%OID_ATT_DLM_EXTRACTION_CRITERIA "..."
//   %%XRXend
//
// Older devices write the same lines as `@PJL COMMENT XRXbegin` and so on. Print jobs of the family may begin
// with such a header too, of another job type: those are print jobs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::printer::firmware {

// The header, from the first octet of XRXbegin to the line end after XRXend, lies in this many octets.
inline constexpr std::size_t header_bytes_max = 1000;

// Why a file is not installed. to_slug() is the word for events and results.
enum class errc {
  no_header = 1,  // no whole header at the beginning
  malformed,      // header, archive or manifest are not of their form, or contradict each other
  truncated,      // the archive ends early
  too_large,      // over a limit: a member, the whole, or what the archive inflates to
  bad_digest,     // the archive is not the one that the header names, or the payload not the manifest's
  bad_signature,  // the manifest's signature does not verify
  not_trusted,    // the signer is not certified by a firmware root of this printer, or not for signing code
  wrong_model,    // for another model
  older,          // older than what runs, and not marked as allowed to be
  not_supported,  // this printer takes no software
  busy,           // another file is being taken
  interrupted,    // the connection or the power went before the end
};
std::string_view describe(errc);
std::string_view to_slug(errc);
// The slug of any fault of this module; "failed" of others.
std::string to_slug(const Fault& fault);

struct Header {
  std::string name;
  std::string version;  // empty: NO_DLM_VERSION_CHECK
  std::string digest;   // 64 lower-case hex digits
  std::string extraction_criteria;
  std::vector<std::string> comments;
  bool pjl = false;  // written as PJL comments
};

// What the beginning of a job is.
struct Start {
  enum class Kind {
    more,      // it may become a header: show more octets
    firmware,  // a .DLM; `header` is set, the archive begins at `length`
    other,     // a print job; `length` is that of a header of another job type before it, else 0
  };
  Kind kind = Kind::more;
  Header header;
  std::size_t length = 0;
};
// `start`: the first octets of a job, all that has come. errors: no_header (it begins as a header does but
// has no end within header_bytes_max), malformed (a header of firmware that lacks a line, or has a bad one).
Result<Start> read_start(std::string_view start);

// requires: no text holds '"' or control characters, and all fit header_bytes_max (MR_ASSERTed).
std::string write(const Header& header);

}  // namespace mr::printer::firmware
MR_ERRC(mr::printer::firmware, errc, "firmware")
