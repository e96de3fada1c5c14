// Both readers and the recognition on arbitrary text.
#include <cstdlib>

#include "simulators/printer/recording/recording.hpp"

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static constexpr std::string_view seeds[] = {
      "1.3.6.1.2.1.1.3.0|67|4280423\n1.3.6.1.2.1.43.11.1.1.8.1.1|2|100\n1.3.6.1.2.1.43.11.1.1.9.1.1|2|-3\n",
      "1.3.6.1.2.1.25.3.5.1.2.1|4x|2104\n1.3.6.1.2.1.4.20.1.1.10.0.0.1|64|10.0.0.1\n1.3.6.1.4.1.253.8.53.13."
      "2.1.6.1.20.1|2|77\n",
      ".1.3.6.1.2.1.1.1.0 = STRING: \"two\nlines\"\n.1.3.6.1.2.1.1.3.0 = Timeticks: (5) "
      "0:00:00.05\n.1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 00 11 22 33 44 55 \n",
      "SNMPv2-MIB::sysDescr.0 = STRING: x\n",
      "1.3.6.1.2.1.43.18.1.1.2.1.5|2|3\n1.3.6.1.2.1.43.18.1.1.3.1.5|2|3\n1.3.6.1.2.1.43.18.1.1.4.1.5|2|8\n1."
      "3.6.1.2.1.43.18.1.1.5.1.5|2|1\n"
      "1.3.6.1.2.1.43.18.1.1.6.1.5|2|-1\n1.3.6.1.2.1.43.18.1.1.7.1.5|2|808\n1.3.6.1.2.1.43.18.1.1.8.1.5|4|"
      "empty\n1.3.6.1.2.1.43.18.1.1.9.1.5|67|9\n",
  };
  if (n >= std::size(seeds)) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mr::printer;
  auto recording = read_recording({reinterpret_cast<const char*>(bytes), size});
  if (!recording) return 0;
  const RecordedPrinter printer = make_printer(std::move(*recording), "fuzz");
  Device device = printer.device();
  device.power_on(Moment{0});
  DeviceMib mib(printer.mib, device);
  mr::snmp::Oid at, name;
  mr::snmp::Value value;
  for (int round = 0; round < 2; ++round) {
    at.clear();
    while (mib.next(at, name, value)) {
      if (!(at < name)) std::abort();
      at = name;
    }
    device.run_job({.black = 10000}, std::chrono::seconds(1));
  }
  return 0;
}
