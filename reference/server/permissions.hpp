// The customer's permissions as senders last told them: per device in its newest report, for devices not
// reported yet in the newest manifest. (WP-6-01, WP-9-04)
//
// They are the sender's: who reports a device is also who would act on it. The record on the customer's side
// decides in the end; this one keeps the server from asking for what would be refused.
#pragma once

#include <string>
#include <vector>

#include "reference/protocol/model/report.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::server {

// Takes over what a report says, unless a newer one of the device came from this sender before. A read time
// after `now` counts as `now`.
Result<void> note_report(runtime::Transaction& transaction, const std::string& sender_id,
                         const std::string& device_id, const model::DeviceReport& report, runtime::WallTime now);
// Takes over what a manifest says, unless a newer one came before.
Result<void> note_manifest(runtime::Transaction& transaction, const std::string& sender_id,
                           const model::Manifest& manifest, runtime::WallTime now);

// Whether `action` (a word of ActionKind) is permitted at `at`: for the device, or with an empty device id by
// the manifest.
Result<bool> is_permitted(runtime::Transaction& transaction, const std::string& sender_id,
                          const std::string& device_id, const std::string& action, runtime::WallTime at);

}  // namespace mr::server
