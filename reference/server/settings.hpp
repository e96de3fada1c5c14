// What a communication server is told at its start.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/model/stamp.hpp"
#include "reference/protocol/trust/tls.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::server {

struct Settings {
  runtime::Endpoint listen;                                             // the service port; port 0 takes a free one
  std::vector<std::string> names = {"eu.support.makeready.test"};       // of its certificate; the first is its own
  std::string store = "server";                                         // name of its store
  std::vector<trust::Certificate> factory_roots = {};                   // whose device certificates may register
  std::chrono::days issued_for{397};                                    // life of a sender's certificate
  std::optional<model::TimeOfDay> report_time_of_day = {};              // told to senders at registration
  trust::TlsVersion tls_max = trust::TlsVersion::v1_3;
  std::optional<runtime::Endpoint> administration = {};                 // where the administration listens; never the service port
};

}  // namespace mr::server
