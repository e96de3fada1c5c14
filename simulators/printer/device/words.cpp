#include "simulators/printer/device/words.hpp"

namespace mr::printer {

std::string_view to_text(Power power) {
  switch (power) {
    case Power::off:
      return "off";
    case Power::restarting:
      return "restarting";
    case Power::warming_up:
      return "warming-up";
    case Power::on:
      return "on";
    case Power::standby:
      return "standby";
  }
  return "off";
}

std::string_view to_text(Severity severity) {
  switch (severity) {
    case Severity::other:
      return "other";
    case Severity::critical:
      return "critical";
    case Severity::warning:
      return "warning";
    case Severity::binary_warning:
      return "binary-warning";
  }
  return "other";
}

std::string_view to_text(JobFunction function) {
  switch (function) {
    case JobFunction::print:
      return "print";
    case JobFunction::copy:
      return "copy";
    case JobFunction::fax:
      return "fax";
  }
  return "print";
}

std::optional<JobFunction> job_function(std::string_view word) {
  for (const JobFunction one : {JobFunction::print, JobFunction::copy, JobFunction::fax}) {
    if (to_text(one) == word) return one;
  }
  return {};
}

}  // namespace mr::printer
