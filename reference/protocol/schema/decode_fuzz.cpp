// Gate and decoders of every message: whatever the bytes, no fault; and what is taken can be written and read
// again, equal.
#include <cstdlib>
#include <vector>

#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/sample.hpp"
#include "reference/protocol/schema/schedule.hpp"

namespace {

using namespace mr;
using namespace mr::schema;

template <class M>
void turn(std::string_view xml, Result<M> (*decode)(std::string_view, const GateLimits&)) {
  const auto read = decode(xml, GateLimits{});
  if (read.has_error()) return;
  const auto again = decode(encode(*read), GateLimits{});
  if (again.has_error() || !(*again == *read)) std::abort();
}

template <class M>
std::string seed(std::size_t n) {
  return encode(Sampler(n % 2 == 0 ? Fill::minimal : Fill::random, n + 1).make<M>());
}

}  // namespace

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  using namespace mr::model;
  static constexpr std::string (*makers[])(std::size_t) = {seed<RegisterForManagement>,
                                                           seed<RegisterForManagementResponse>,
                                                           seed<DeviceReport>,
                                                           seed<Manifest>,
                                                           seed<Receipt>,
                                                           seed<GetSchedule>,
                                                           seed<GetScheduleResponse>,
                                                           seed<SendActionResults>,
                                                           seed<Acknowledgement>,
                                                           seed<ProtocolError>};
  if (n >= 2 * std::size(makers)) return false;
  const std::string xml = makers[n / 2](n);
  out.assign(xml.begin(), xml.end());
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(bytes), size);
  if (pass_gate(xml).has_error()) return 0;
  turn(xml, &decode_register);
  turn(xml, &decode_register_response);
  turn(xml, &decode_report);
  turn(xml, &decode_manifest);
  turn(xml, &decode_receipt);
  turn(xml, &decode_get_schedule);
  turn(xml, &decode_get_schedule_response);
  turn(xml, &decode_action_results);
  turn(xml, &decode_acknowledgement);
  turn(xml, &decode_error);
  return 0;
}
