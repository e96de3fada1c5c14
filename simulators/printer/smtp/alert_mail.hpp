// The mail that a printer sends about an alert (white paper, table 6: "alert notification e-mail to a defined
// recipient list"): an RFC 5322 message of plain text.
#pragma once

#include <string>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

// Whether people want to hear of it: what stops the printer, and what runs out.
bool is_for_mail(const AlertChange& change);

// `number`: of this printer's mails, for the Message-ID. What is in the device is written so that it cannot
// add header fields, and lines are at most 998 octets.
std::string alert_mail(const Device& device, const AlertChange& change, std::uint64_t number, Moment now);

}  // namespace mr::printer
