// A connection of arbitrary octets, whole and cut at a place that they choose: the same replies and jobs.
#include <cstdlib>

#include "simulators/printer/lpd/lpd_receiver.hpp"

namespace {

using namespace mr::printer;

std::string read(std::string_view octets, std::size_t cut) {
  LpdReceiver receiver({});
  std::string out;
  const auto take = [&] {
    for (const LpdItem& item : receiver.take()) {
      const auto* job = std::get_if<RawJob>(&item);
      if (job && job->impressions > pages_max) std::abort();
      out += job ? "job " + job->name + " " + std::to_string(job->impressions) + ";" : "firmware;";
    }
  };
  receiver.feed(octets.substr(0, cut));
  take();
  receiver.feed(octets.substr(cut));
  take();
  receiver.finish();
  take();
  return out + receiver.take_replies();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(bytes), size);
  if (read(octets, size) != read(octets, size == 0 ? 0 : bytes[size - 1] * size / 256)) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  using namespace std::literals;
  static const std::string_view seeds[] = {
      "\2lp\n\2"
      "27 cfA001h\nHh\nPann\nJa\nfdfA001h\nUdfA001h\n\0\3"
      "4 dfA001h\nx\fy\f\0"sv,
      "\2lp\n\3"
      "0 dfA001h\n%!PS\nshowpage"sv,
      "\4lp ann\n"sv, "\5lp ann 1\n"sv,
      "\2lp\n\3"
      "3 dfA1\nabc\0\1\n\2"
      "8 cfA1\nfdfA1\nJx\0"sv};
  if (n >= std::size(seeds)) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
