// SendReports, from the sender's side: a package is made once, spooled, and sent until the server has it. (WP-5-01, WP-5-21)
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/exchange/conversation.hpp"
#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/trust/certificate.hpp"

namespace mr::exchange {

using Bytes = std::vector<std::byte>;

// The zip of a package: manifest.xml, then one entry per report. `manifest.reports` is filled in here.
// errors: those of package::pack.
Result<Bytes> make_package(model::Manifest manifest, const std::vector<model::DeviceReport>& reports);

// `sha-256=<64 hex digits>` of a zip, before CMS: the Content-Fingerprint field.
std::string fingerprint(std::span<const std::byte> zip);

// One upload of a spooled package. `idempotency_key` is the package's, kept in the spool with the zip: a restart repeats it.
// With `envelope` the zip is sealed to it (an agent); without, it is sent as it is (a device). The receipt must name this
// key. errors: those of trust::seal.
Result<Conversation<model::Receipt>> upload(std::span<const std::byte> zip, const std::string& idempotency_key,
                                            const std::optional<trust::Certificate>& envelope);

}  // namespace mr::exchange
