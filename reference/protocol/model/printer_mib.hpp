// Enumerations of the Printer MIB (RFC 3805, IANA-PRINTER-MIB) and of the Host Resources MIB (RFC 2790), with
// the MIBs' own numbers and words (words.hpp). A value read from a device may be outside of its enumeration:
// it is kept, without a word.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "reference/protocol/model/words.hpp"

namespace mr::model {

// PrtMarkerSuppliesClassTC. The level of a receptacle is the space that remains.
enum class SupplyClass : std::int32_t {
  other = 1,
  supply_that_is_consumed = 3,
  receptacle_that_is_filled = 4,
};
std::span<const Word<SupplyClass>> words_of(SupplyClass);

// PrtMarkerSuppliesTypeTC
enum class SupplyType : std::int32_t {
  other = 1,
  unknown = 2,
  toner = 3,
  waste_toner = 4,
  ink = 5,
  ink_cartridge = 6,
  ink_ribbon = 7,
  waste_ink = 8,
  opc = 9,
  developer = 10,
  fuser_oil = 11,
  solid_wax = 12,
  ribbon_wax = 13,
  waste_wax = 14,
  fuser = 15,
  corona_wire = 16,
  fuser_oil_wick = 17,
  cleaner_unit = 18,
  fuser_cleaning_pad = 19,
  transfer_unit = 20,
  toner_cartridge = 21,
  fuser_oiler = 22,
  water = 23,
  waste_water = 24,
  glue_water_additive = 25,
  waste_paper = 26,
  binding_supply = 27,
  banding_supply = 28,
  stitching_wire = 29,
  shrink_wrap = 30,
  paper_wrap = 31,
  staples = 32,
  inserts = 33,
  covers = 34,
  matte_toner = 35,
  matte_ink = 36,
};
std::span<const Word<SupplyType>> words_of(SupplyType);

// PrtMarkerSuppliesSupplyUnitTC; the MIB's spelling of hundredths is kept in the word.
enum class SupplyUnit : std::int32_t {
  other = 1,
  unknown = 2,
  ten_thousandths_of_inches = 3,
  micrometers = 4,
  impressions = 7,
  sheets = 8,
  hours = 11,
  thousandths_of_ounces = 12,
  tenths_of_grams = 13,
  hundreths_of_fluid_ounces = 14,
  tenths_of_milliliters = 15,
  feet = 16,
  meters = 17,
  items = 18,
  percent = 19,
};
std::span<const Word<SupplyUnit>> words_of(SupplyUnit);

// PrtCapacityUnitTC, of inputs and outputs
enum class CapacityUnit : std::int32_t {
  other = 1,
  unknown = 2,
  ten_thousandths_of_inches = 3,
  micrometers = 4,
  sheets = 8,
  feet = 16,
  meters = 17,
  items = 18,
  percent = 19,
};
std::span<const Word<CapacityUnit>> words_of(CapacityUnit);

// PrtMarkerCounterUnitTC
enum class CounterUnit : std::int32_t {
  ten_thousandths_of_inches = 3,
  micrometers = 4,
  characters = 5,
  lines = 6,
  impressions = 7,
  sheets = 8,
  dot_row = 9,
  hours = 11,
  feet = 16,
  meters = 17,
};
std::span<const Word<CounterUnit>> words_of(CounterUnit);

// PrtInputTypeTC
enum class InputType : std::int32_t {
  other = 1,
  unknown = 2,
  sheet_feed_auto_removable_tray = 3,
  sheet_feed_auto_non_removable_tray = 4,
  sheet_feed_manual = 5,
  continuous_roll = 6,
  continuous_fan_fold = 7,
  sheet_feed_pull = 8,
};
std::span<const Word<InputType>> words_of(InputType);

// PrtOutputTypeTC
enum class OutputType : std::int32_t {
  other = 1,
  unknown = 2,
  removable_bin = 3,
  un_removable_bin = 4,
  continuous_roll_device = 5,
  mail_box = 6,
  continuous_fan_fold = 7,
};
std::span<const Word<OutputType>> words_of(OutputType);

// PrtMarkerMarkTechTC
enum class MarkingTechnology : std::int32_t {
  other = 1,
  unknown = 2,
  electrophotographic_led = 3,
  electrophotographic_laser = 4,
  electrophotographic_other = 5,
  impact_moving_head_dot_matrix9pin = 6,
  impact_moving_head_dot_matrix24pin = 7,
  impact_moving_head_dot_matrix_other = 8,
  impact_moving_head_fully_formed = 9,
  impact_band = 10,
  impact_other = 11,
  inkjet_aqueous = 12,
  inkjet_solid = 13,
  inkjet_other = 14,
  pen = 15,
  thermal_transfer = 16,
  thermal_sensitive = 17,
  thermal_diffusion = 18,
  thermal_other = 19,
  electroerosion = 20,
  electrostatic = 21,
  photographic_microfiche = 22,
  photographic_imagesetter = 23,
  photographic_other = 24,
  ion_deposition = 25,
  e_beam = 26,
  typesetter = 27,
};
std::span<const Word<MarkingTechnology>> words_of(MarkingTechnology);

// PrtAlertSeverityLevelTC
enum class AlertSeverity : std::int32_t {
  other = 1,
  critical = 3,
  warning = 4,
  warning_binary_change_event = 5,
};
std::span<const Word<AlertSeverity>> words_of(AlertSeverity);

// PrtAlertTrainingLevelTC
enum class AlertTraining : std::int32_t {
  other = 1,
  unknown = 2,
  untrained = 3,
  trained = 4,
  field_service = 5,
  management = 6,
  no_intervention_required = 7,
};
std::span<const Word<AlertTraining>> words_of(AlertTraining);

// PrtAlertGroupTC
enum class AlertGroup : std::int32_t {
  other = 1,
  unknown = 2,
  host_resources_mib_storage_table = 3,
  host_resources_mib_device_table = 4,
  general_printer = 5,
  cover = 6,
  localization = 7,
  input = 8,
  output = 9,
  marker = 10,
  marker_supplies = 11,
  marker_colorant = 12,
  media_path = 13,
  channel = 14,
  interpreter = 15,
  console_display_buffer = 16,
  console_lights = 17,
  alert = 18,
  fin_device = 30,
  fin_supply = 31,
  fin_supply_media_input = 32,
  fin_attribute = 33,
};
std::span<const Word<AlertGroup>> words_of(AlertGroup);

// hrDeviceStatus
enum class DeviceStatus : std::int32_t {
  unknown = 1,
  running = 2,
  warning = 3,
  testing = 4,
  down = 5,
};
std::span<const Word<DeviceStatus>> words_of(DeviceStatus);

// hrPrinterStatus
enum class PrinterStatus : std::int32_t {
  other = 1,
  unknown = 2,
  idle = 3,
  printing = 4,
  warmup = 5,
};
std::span<const Word<PrinterStatus>> words_of(PrinterStatus);

// hrPrinterDetectedErrorState: bit 0 is the most significant bit of the first octet.
enum class DetectedError : std::uint8_t {
  low_paper = 0,
  no_paper = 1,
  low_toner = 2,
  no_toner = 3,
  door_open = 4,
  jammed = 5,
  offline = 6,
  service_requested = 7,
  input_tray_missing = 8,
  output_tray_missing = 9,
  marker_supply_missing = 10,
  output_near_full = 11,
  output_full = 12,
  input_tray_empty = 13,
  overdue_prevent_maint = 14,
};
std::span<const Word<DetectedError>> words_of(DetectedError);

// The words of an hrPrinterDetectedErrorState, in bit order; one or two octets are usual, more and unnamed
// bits are ignored.
std::vector<DetectedError> detected_errors(std::span<const std::uint8_t> octets);

// The word of a PrtAlertCodeTC, or empty. The table has what a printer itself raises (1 to 1509): the codes
// of scanners, faxes and finishers travel as their number like all others, and have no word here.
std::string_view alert_code_word(std::int32_t code);

// Alert codes that programs here decide on.
namespace alert_code {
inline constexpr std::int32_t cover_open = 3, jam = 8, subunit_life_almost_over = 10, subunit_life_over = 11,
                              subunit_almost_empty = 12, subunit_empty = 13, subunit_almost_full = 14,
                              subunit_full = 15, power_saver = 23, input_media_supply_low = 807,
                              input_media_supply_empty = 808, marker_toner_empty = 1101,
                              marker_ink_empty = 1102, marker_toner_almost_empty = 1104,
                              marker_ink_almost_empty = 1105, marker_waste_toner_almost_full = 1107,
                              marker_waste_toner_full = 1109;
}  // namespace alert_code

}  // namespace mr::model
