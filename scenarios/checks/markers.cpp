#include "scenarios/checks/markers.hpp"

#include <algorithm>

namespace mr::scenarios {
namespace {

// SplitMix64's output function: any seed and number give a word that occurs nowhere else by chance.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

std::string planted_word(std::uint64_t seed, std::uint64_t number, std::uint64_t which) {
  std::uint64_t value = mixed(mixed(seed + number) + which);
  std::string text;
  for (int i = 0; i < 11; ++i) {
    text += "abcdefghijkmnpqrstuvwxyz23456789"[value % 32];
    value /= 32;
  }
  return text;
}

}  // namespace

PlantedJob planted_job(std::uint64_t seed, std::uint64_t number) {
  PlantedJob job;
  job.document = "invoice-" + planted_word(mixed(seed), number, 1) + ".pdf";
  job.user = "user-" + planted_word(mixed(seed), number, 2);
  job.mail = "mail-" + planted_word(mixed(seed), number, 3) + "@customer.example";
  return job;
}

std::string as_print_stream(const PlantedJob& job, std::uint32_t pages) {
  const std::string uel = "\x1b%-12345X";
  std::string out = uel + "@PJL JOB NAME = \"" + job.document + "\"\r\n@PJL SET USERNAME = \"" + job.user +
                    "\"\r\n@PJL COMMENT to " + job.mail +
                    "\r\n@PJL ENTER LANGUAGE = PCL\r\n\x1b"
                    "E";
  for (std::uint32_t page = 1; page <= pages; ++page) {
    out += "\x1b&a1440h1440V" + job.document + ", page " + std::to_string(page) + ", for " + job.mail + "\f";
  }
  return out +
         "\x1b"
         "E" +
         uel + "@PJL EOJ NAME = \"" + job.document + "\"\r\n" + uel;
}

std::vector<Setting::Marker> markers_of(const PlantedJob& job) {
  return {{"document name " + job.document, job.document, false},
          {"user name " + job.user, job.user, false},
          {"mail address " + job.mail, job.mail, false}};
}

bool add_secret(std::vector<Setting::Marker>& markers, std::string name, std::string text,
                bool in_registration) {
  constexpr std::size_t octets_min = 6;
  if (text.size() < octets_min || text == "public" || text == "private") return false;
  if (std::ranges::find(markers, text, &Setting::Marker::text) != markers.end()) return false;
  markers.push_back({std::move(name), std::move(text), in_registration});
  return true;
}

}  // namespace mr::scenarios
