#include "reference/runtime/stream.hpp"

namespace mr::runtime {

std::string to_string(const Endpoint& endpoint) {
  const std::string port = std::to_string(endpoint.port);
  if (endpoint.address.is_v6()) return "[" + endpoint.address.to_string() + "]:" + port;
  return endpoint.address.to_string() + ":" + port;
}

}  // namespace mr::runtime
