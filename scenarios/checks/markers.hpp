// Markers: texts made to be found. Those that a site's people and printers use (document names, user names,
// mail addresses) are made from the seed, so that they occur nowhere by chance; the secrets that the scenario
// uses anyway (communities, registration keys) are markers as they are. None of them may leave the site.
// (WP-3-01)
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

// What somebody at a site prints. Each text is one word of [a-z0-9.@-], made from seed and number; no two are
// alike.
struct PlantedJob {
  std::string document;  // the name of a document: "invoice-7f3k2m9qx4.pdf"
  std::string user;      // a login name: "user-..."
  std::string mail;      // "user-...@customer.example"
};
PlantedJob planted_job(std::uint64_t seed, std::uint64_t number);
// The job as a workstation sends it to port 9100: PJL that names document, user and mail address, and `pages`
// pages of PCL.
std::string as_print_stream(const PlantedJob& job, std::uint32_t pages);

std::vector<Setting::Marker> markers_of(const PlantedJob& job);
// A secret: the text itself. Texts of under 6 octets, and the well-known "public" and "private", are no
// markers: they would be found by chance. Gives whether it was added.
bool add_secret(std::vector<Setting::Marker>& markers, std::string name, std::string text,
                bool in_registration = false);

}  // namespace mr::scenarios
