#include "simulators/printer/profiles/white_paper.hpp"

#include <algorithm>

#include "simulators/printer/device/alert.hpp"

namespace mr::printer {

// Short names, of this file alone.
namespace paper {
namespace {

bool always(const Model&) { return true; }
bool never(const Model&) { return false; }

// --- identity and properties ---
bool firmware(const Model& m) { return !m.firmware.empty(); }
bool modules(const Model& m) { return !m.modules.empty(); }
bool module_serials(const Model& m) {
  return std::any_of(m.modules.begin(), m.modules.end(),
                     [](const ModuleKind& one) { return !one.serial_suffix.empty(); });
}
bool features(const Model& m) { return !m.features.empty(); }
bool parts(const Model& m) { return !m.inputs.empty() && !m.outputs.empty(); }
bool sleeps(const Model& m) { return m.sleep_after_ms > 0; }
bool finishing(const Model& m) { return !m.finishers.empty(); }

// --- status ---
bool faults(const Model& m) { return !m.faults.empty(); }
bool fault_history(const Model& m) { return faults(m) && m.fault_history_max > 0; }
bool forty_faults(const Model& m) { return faults(m) && m.fault_history_max >= 40; }
bool jams(const Model& m) {
  return std::any_of(m.faults.begin(), m.faults.end(),
                     [](const FaultKind& one) { return one.alert_code == code_jam && !one.area.empty(); });
}
bool front_end(const Model& m) { return !m.front_end.empty() && m.event_log_max > 0; }
bool resolutions(const Model& m) {
  return fault_history(m) && std::any_of(m.faults.begin(), m.faults.end(),
                                         [](const FaultKind& one) { return !one.resolution.empty(); });
}
bool console(const Model& m) { return m.console_lines > 0; }

// --- counters ---
bool any_meter(const Model& m, bool (*is)(const MeterKind&)) {
  return std::any_of(m.meters.begin(), m.meters.end(), is);
}
bool by_function(const MeterKind& one, std::uint8_t function) {
  return one.counts <= MeterCounts::two_sided_sheets && one.functions != counts_every_function &&
         (one.functions & function) != 0;
}
bool meters(const Model& m) { return !m.meters.empty(); }
bool print_meters(const Model& m) {
  return any_meter(m, [](const MeterKind& one) { return by_function(one, counts_print); });
}
bool copy_meters(const Model& m) {
  return any_meter(m, [](const MeterKind& one) { return by_function(one, counts_copy); });
}
bool fax_meters(const Model& m) {
  return any_meter(m, [](const MeterKind& one) {
    return one.counts == MeterCounts::faxes_sent ||
           (by_function(one, counts_fax) && one.functions == counts_fax);
  });
}
bool large_meters(const Model& m) {
  return any_meter(m, [](const MeterKind& one) { return one.large_only; });
}
bool scan_meters(const Model& m) {
  return any_meter(m, [](const MeterKind& one) {
    return one.counts == MeterCounts::scans_email || one.counts == MeterCounts::scans_network;
  });
}

// --- consumables ---
bool supplies(const Model& m) { return !m.supplies.empty(); }
bool supply_serials(const Model& m) {
  return std::any_of(m.supplies.begin(), m.supplies.end(), [](const SupplyKind& one) {
    return one.description.find("{serial}") != std::string::npos;
  });
}
bool part_numbers(const Model& m) {
  return std::any_of(m.supplies.begin(), m.supplies.end(),
                     [](const SupplyKind& one) { return !one.part_number.empty(); });
}
bool exact_levels(const Model& m) {
  return std::any_of(m.supplies.begin(), m.supplies.end(),
                     [](const SupplyKind& one) { return one.reporting == Reporting::exact && one.max > 0; });
}
bool staples(const Model& m) {
  return std::any_of(m.supplies.begin(), m.supplies.end(),
                     [](const SupplyKind& one) { return one.wears_by == WearsBy::staples; });
}

// --- detailed usage ---
bool service_items(const Model& m) { return !m.service_items.empty(); }
bool nvm(const Model& m) { return !m.nvm.empty(); }
bool diagnostics(const Model& m) { return faults(m) && nvm(m); }
bool trays(const Model& m) { return m.inputs.size() > 1; }
bool media(const Model& m) {
  return std::any_of(m.inputs.begin(), m.inputs.end(),
                     [](const InputKind& one) { return !one.media_name.empty(); });
}
bool colorants(const Model& m) { return !m.colorants.empty(); }
bool job_data(const Model& m) {
  return !m.front_end.empty() && m.job_log_max > 0 &&
         std::any_of(m.interpreters.begin(), m.interpreters.end(),
                     [](const InterpreterKind& one) { return one.family == 6; });
}
bool jobs(const Model& m) { return m.job_log_max > 0; }

constexpr std::string_view identity = "Print Device Identity", network = "Print Device Network Address",
                           properties = "Print Device Properties", status = "Print Device Status",
                           counters = "Print Device Counters", consumables = "Print Device Consumables",
                           usage = "Print Detailed Machine Usage", debug = "Engineering / Debug",
                           job_related = "Customer Job-related";

constexpr PaperItem office[] = {
    {1, identity, "model", "Model::product", always},
    {1, identity, "module firmware levels", "Model::modules", modules},
    {1, identity, "module serial numbers", "Model::modules", module_serials},
    {1, identity, "module install dates", "", never},
    {1, identity, "licensing data", "Model::features", features},
    {1, identity, "location", "Device::settings", always},
    {1, network, "MAC address", "Device::identity", always},
    {1, network, "subnet address", "Device::identity, its address", always},
    {1, properties, "hardware component configuration", "Model::inputs, outputs, finishers", parts},
    {1, properties, "software module configuration", "Model::modules", modules},
    {1, properties, "features and services supported", "Model::features", features},
    {1, status, "active statuses", "Device::device_status, printer_status, alerts", always},
    {1, status, "fault history counts", "Usage::faults", faults},
    {1, status, "DFE event log", "Device::events", front_end},
    {1, status, "data transmission history", "", never},
    {1, counters, "billing meters", "Device::meter", meters},
    {1, counters, "print-related counters", "Device::meter", print_meters},
    {1, counters, "copy-related counters", "Device::meter", copy_meters},
    {1, counters, "large job-related counters", "Device::meter", large_meters},
    {1, counters, "production-specific counters", "Usage::run_length, sets, document_length", front_end},
    {1, counters, "scan-to-destination-related counters", "Device::meter", scan_meters},
    {1, consumables, "manufacturer", "Model::manufacturer", supplies},
    {1, consumables, "model", "SupplyKind::part_number", part_numbers},
    {1, consumables, "serial number", "Device::supply_serial", supply_serials},
    {1, consumables, "name and type", "SupplyKind::description, type", supplies},
    {1, consumables, "level and capacity", "Device::supply_level", exact_levels},
    {1, consumables, "status", "Device::alerts", supplies},
    {1, consumables, "lifetime counters", "Usage::Unit::last_life", supplies},
    {1, usage, "HFSI data", "Device::service_count", service_items},
    {1, usage, "NVM data", "Device::nvm", nvm},
    {1, usage, "parts replacement", "Device::service_replaced, Usage::units", service_items},
    {1, usage, "DFE logs", "Device::events", front_end},
    {1, usage, "detailed diagnostic data", "Device::fault_history, nvm", diagnostics},
    {1, usage, "fault resolution", "FaultRecord::resolution", resolutions},
    {1, debug, "non-structured debug data", "Device::save", always},
    {1, job_related, "job-related data", "Device::jobs", job_data},
    {1, job_related, "encrypted PostScript of a job", "", never},
};

constexpr PaperItem production[] = {
    {2, identity, "model", "Model::product", always},
    {2, identity, "firmware level", "Device::level", firmware},
    {2, identity, "module serial numbers", "Model::modules", module_serials},
    {2, identity, "install date", "", never},
    {2, network, "MAC address", "Device::identity", always},
    {2, network, "subnet address", "Device::identity, its address", always},
    {2, properties, "hardware component configuration", "Model::inputs, outputs, finishers", parts},
    {2, properties, "software module configuration", "Model::modules", modules},
    {2, properties, "features and services supported", "Model::features", features},
    {2, properties, "power saver modes", "Settings::sleep_after_ms", sleeps},
    {2, status, "overall status", "Device::device_status, printer_status", always},
    {2, status, "detailed alerts", "Device::alerts", always},
    {2, status, "last 40 faults history", "Device::fault_history", forty_faults},
    {2, status, "jam data", "Usage::jams", jams},
    {2, counters, "billing meters", "Device::meter", meters},
    {2, counters, "print-related counters", "Device::meter", print_meters},
    {2, counters, "copy-related counters", "Device::meter", copy_meters},
    {2, counters, "fax-related counters", "Device::meter", fax_meters},
    {2, counters, "large job-related counters", "Device::meter", large_meters},
    {2, counters, "scan-to-destination-related counters", "Device::meter", scan_meters},
    {2, counters, "usage statistics", "Device::usage", always},
    {2, consumables, "name", "SupplyKind::description", supplies},
    {2, consumables, "imaging", "Device::supply_level", supplies},
    {2, consumables, "finishing", "Device::supply_level", staples},
    {2, consumables, "paper media", "Device::input_level", media},
    {2, consumables, "level and capacity", "Device::supply_level", exact_levels},
    {2, consumables, "status", "Device::alerts", supplies},
    {2, consumables, "size", "InputKind::feed_um, cross_um", media},
    {2, usage, "print-related counters", "Device::usage", always},
    {2, usage, "power-on states", "Device::power_ms", always},
    {2, usage, "CRU replacement quantities", "Usage::Unit::replaced", supplies},
    {2, usage, "CRU failure data and distributions", "Usage::Unit::early, last_life", supplies},
    {2, usage, "embedded OCR feature usage", "", never},
    {2, usage, "print run length distribution", "Usage::run_length", always},
    {2, usage, "paper tray usage distribution", "Usage::sheets_by_input", trays},
    {2, usage, "media installed", "InputKind::media_name", media},
    {2, usage, "media types distribution", "Usage::sheets_by_type", media},
    {2, usage, "media size distribution", "Usage::sheets_by_size", media},
    {2, usage, "document length distribution", "Usage::document_length", always},
    {2, usage, "set number", "Usage::sets", always},
    {2, usage, "HFSI data", "Device::service_count", service_items},
    {2, usage, "NVM data", "Device::nvm", nvm},
    {2, usage, "marked pixel counts", "Usage::colorant_area", colorants},
    {2, usage, "average area coverage per color", "Usage::average_coverage", colorants},
    {2, usage, "faults and jams", "Usage::faults, jams", jams},
    {2, usage, "detailed scan-related counters", "Device::meter", scan_meters},
    {2, debug, "detailed debug information", "Device::save, jobs", jobs},
};

constexpr PaperItem other_brand[] = {
    {3, identity, "manufacturer, model and description", "Model::manufacturer, description", always},
    {3, identity, "firmware level", "Device::level", firmware},
    {3, identity, "serial number", "Device::identity", always},
    {3, identity, "system name, contact and location", "Device::settings", always},
    {3, identity, "asset tags", "", never},
    {3, network, "MAC address, IP address and subnet mask", "Device::identity", always},
    {3, properties, "components installed", "Model::inputs, outputs", parts},
    {3, properties, "finishing options", "Model::finishers", finishing},
    {3, properties, "print speed, color and duplex support", "Model::pages_per_minute, colour, duplex",
     always},
    {3, status, "overall status and detailed alerts", "Device::alerts", always},
    {3, status, "local console messages", "Device::console_text", console},
    {3, status, "device up-time", "Device::uptime_ticks", always},
    {3, counters, "billing meters", "Device::life_count", always},
    {3, counters, "copy-related counters", "Device::meter", copy_meters},
    {3, counters, "fax-related counters", "Device::meter", fax_meters},
    {3, counters, "scanning-related counters", "Device::meter", scan_meters},
    {3, consumables, "name and type", "SupplyKind::description, type", supplies},
    {3, consumables, "level and capacity", "Device::supply_level", exact_levels},
    {3, consumables, "paper media", "Device::input_level", media},
};

}  // namespace
}  // namespace paper

std::span<const PaperItem> paper_items(DeviceClass device_class) {
  switch (device_class) {
    case DeviceClass::office:
      return paper::office;
    case DeviceClass::production:
      return paper::production;
    case DeviceClass::other_brand:
      return paper::other_brand;
  }
  return {};
}

std::vector<std::string> lacking(const Model& model) {
  std::vector<std::string> out;
  for (const PaperItem& one : paper_items(model.device_class)) {
    if (!one.has(model)) out.push_back(std::string(one.row) + ": " + std::string(one.item));
  }
  return out;
}

}  // namespace mr::printer
