// A connection of arbitrary octets, whole and cut at a place that they choose: the same jobs.
#include <algorithm>
#include <cstdlib>

#include "simulators/printer/raw9100/raw_reader.hpp"

namespace {

using namespace mr::printer;

std::vector<RawJob> read(std::string_view octets, std::size_t cut, bool& firmware) {
  RawReader reader;
  reader.feed(octets.substr(0, cut));
  std::vector<RawJob> jobs = reader.take_jobs();
  reader.feed(octets.substr(cut));
  reader.finish();
  for (RawJob& job : reader.take_jobs()) jobs.push_back(std::move(job));
  firmware = reader.is_firmware();
  if (firmware) mr::ignore(reader.take_firmware(), "whether it is whole is not the question");
  return jobs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(bytes), size);
  bool firmware = false, firmware_cut = false;
  const auto whole = read(octets, size, firmware);
  const auto cut = read(octets, size == 0 ? 0 : bytes[size - 1] * size / 256, firmware_cut);
  if (firmware != firmware_cut) std::abort();
  if (whole.size() >= 8192) return 0;  // more jobs than are kept between two looks
  if (whole.size() != cut.size()) std::abort();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i].impressions != cut[i].impressions || whole[i].name != cut[i].name ||
        whole[i].octets != cut[i].octets || whole[i].coverage != cut[i].coverage ||
        whole[i].size != cut[i].size || whole[i].sets != cut[i].sets || whole[i].impressions > pages_max)
      std::abort();
  }
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const std::string_view seeds[] = {
      "\x1b%-12345X@PJL JOB NAME=\"a\"\r\n@PJL SET COPIES=2\r\n@PJL ENTER "
      "LANGUAGE=POSTSCRIPT\r\n%!PS\n%%Pages: 3\n"
      "\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X",
      "%%XRXbegin\n%%OID_ATT_JOB_TYPE OID_VAL_JOB_TYPE_DYNAMIC_LOADABLE_MODULE\n%%OID_ATT_DLM_NAME \"n\"\n"
      "%%OID_ATT_DLM_VERSION NO_DLM_VERSION_CHECK\n%%OID_ATT_DLM_SIGNATURE "
      "\"0000000000000000000000000000000000000000000000000000000000000000\"\n%%XRXend\n\x1f\x8b\x08",
      "\x1b"
      "E\x1b&l2X\x1b*b4Wabcdtext\f\x1b"
      "E",
      ") HP-PCL XL;2;0\n\xc1\x01\x02\xf8\x31\x43\xfb\x03xyz\x44",
      "%PDF-1.4 <</Type /Page>>",
      "\x1b&l26A\x1b*t75R\x1b*r-3U\x1b*r1A\x1b*b3m4V\x1f\x01\x02\x03\x1b*b2m2W\xff\x0f\x1b*rC\f",
      "%!\n/f { showpage } bind def save /showpage {} def f restore 3 { f } repeat << /PageSize [595 842] >> "
      "f",

  };
  if (n >= std::size(seeds)) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
