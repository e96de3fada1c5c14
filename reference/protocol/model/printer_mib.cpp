#include "reference/protocol/model/printer_mib.hpp"

namespace mr::model {

std::span<const Word<SupplyClass>> words_of(SupplyClass) {
  static constexpr Word<SupplyClass> table[] = {
      {SupplyClass::other, "other"},
      {SupplyClass::supply_that_is_consumed, "supplyThatIsConsumed"},
      {SupplyClass::receptacle_that_is_filled, "receptacleThatIsFilled"},
  };
  return table;
}

std::span<const Word<SupplyType>> words_of(SupplyType) {
  static constexpr Word<SupplyType> table[] = {
      {SupplyType::other, "other"},
      {SupplyType::unknown, "unknown"},
      {SupplyType::toner, "toner"},
      {SupplyType::waste_toner, "wasteToner"},
      {SupplyType::ink, "ink"},
      {SupplyType::ink_cartridge, "inkCartridge"},
      {SupplyType::ink_ribbon, "inkRibbon"},
      {SupplyType::waste_ink, "wasteInk"},
      {SupplyType::opc, "opc"},
      {SupplyType::developer, "developer"},
      {SupplyType::fuser_oil, "fuserOil"},
      {SupplyType::solid_wax, "solidWax"},
      {SupplyType::ribbon_wax, "ribbonWax"},
      {SupplyType::waste_wax, "wasteWax"},
      {SupplyType::fuser, "fuser"},
      {SupplyType::corona_wire, "coronaWire"},
      {SupplyType::fuser_oil_wick, "fuserOilWick"},
      {SupplyType::cleaner_unit, "cleanerUnit"},
      {SupplyType::fuser_cleaning_pad, "fuserCleaningPad"},
      {SupplyType::transfer_unit, "transferUnit"},
      {SupplyType::toner_cartridge, "tonerCartridge"},
      {SupplyType::fuser_oiler, "fuserOiler"},
      {SupplyType::water, "water"},
      {SupplyType::waste_water, "wasteWater"},
      {SupplyType::glue_water_additive, "glueWaterAdditive"},
      {SupplyType::waste_paper, "wastePaper"},
      {SupplyType::binding_supply, "bindingSupply"},
      {SupplyType::banding_supply, "bandingSupply"},
      {SupplyType::stitching_wire, "stitchingWire"},
      {SupplyType::shrink_wrap, "shrinkWrap"},
      {SupplyType::paper_wrap, "paperWrap"},
      {SupplyType::staples, "staples"},
      {SupplyType::inserts, "inserts"},
      {SupplyType::covers, "covers"},
      {SupplyType::matte_toner, "matteToner"},
      {SupplyType::matte_ink, "matteInk"},
  };
  return table;
}

std::span<const Word<SupplyUnit>> words_of(SupplyUnit) {
  static constexpr Word<SupplyUnit> table[] = {
      {SupplyUnit::other, "other"},
      {SupplyUnit::unknown, "unknown"},
      {SupplyUnit::ten_thousandths_of_inches, "tenThousandthsOfInches"},
      {SupplyUnit::micrometers, "micrometers"},
      {SupplyUnit::impressions, "impressions"},
      {SupplyUnit::sheets, "sheets"},
      {SupplyUnit::hours, "hours"},
      {SupplyUnit::thousandths_of_ounces, "thousandthsOfOunces"},
      {SupplyUnit::tenths_of_grams, "tenthsOfGrams"},
      {SupplyUnit::hundreths_of_fluid_ounces, "hundrethsOfFluidOunces"},
      {SupplyUnit::tenths_of_milliliters, "tenthsOfMilliliters"},
      {SupplyUnit::feet, "feet"},
      {SupplyUnit::meters, "meters"},
      {SupplyUnit::items, "items"},
      {SupplyUnit::percent, "percent"},
  };
  return table;
}

std::span<const Word<CapacityUnit>> words_of(CapacityUnit) {
  static constexpr Word<CapacityUnit> table[] = {
      {CapacityUnit::other, "other"},
      {CapacityUnit::unknown, "unknown"},
      {CapacityUnit::ten_thousandths_of_inches, "tenThousandthsOfInches"},
      {CapacityUnit::micrometers, "micrometers"},
      {CapacityUnit::sheets, "sheets"},
      {CapacityUnit::feet, "feet"},
      {CapacityUnit::meters, "meters"},
      {CapacityUnit::items, "items"},
      {CapacityUnit::percent, "percent"},
  };
  return table;
}

std::span<const Word<CounterUnit>> words_of(CounterUnit) {
  static constexpr Word<CounterUnit> table[] = {
      {CounterUnit::ten_thousandths_of_inches, "tenThousandthsOfInches"},
      {CounterUnit::micrometers, "micrometers"},
      {CounterUnit::characters, "characters"},
      {CounterUnit::lines, "lines"},
      {CounterUnit::impressions, "impressions"},
      {CounterUnit::sheets, "sheets"},
      {CounterUnit::dot_row, "dotRow"},
      {CounterUnit::hours, "hours"},
      {CounterUnit::feet, "feet"},
      {CounterUnit::meters, "meters"},
  };
  return table;
}

std::span<const Word<InputType>> words_of(InputType) {
  static constexpr Word<InputType> table[] = {
      {InputType::other, "other"},
      {InputType::unknown, "unknown"},
      {InputType::sheet_feed_auto_removable_tray, "sheetFeedAutoRemovableTray"},
      {InputType::sheet_feed_auto_non_removable_tray, "sheetFeedAutoNonRemovableTray"},
      {InputType::sheet_feed_manual, "sheetFeedManual"},
      {InputType::continuous_roll, "continuousRoll"},
      {InputType::continuous_fan_fold, "continuousFanFold"},
      {InputType::sheet_feed_pull, "sheetFeedPull"},
  };
  return table;
}

std::span<const Word<OutputType>> words_of(OutputType) {
  static constexpr Word<OutputType> table[] = {
      {OutputType::other, "other"},
      {OutputType::unknown, "unknown"},
      {OutputType::removable_bin, "removableBin"},
      {OutputType::un_removable_bin, "unRemovableBin"},
      {OutputType::continuous_roll_device, "continuousRollDevice"},
      {OutputType::mail_box, "mailBox"},
      {OutputType::continuous_fan_fold, "continuousFanFold"},
  };
  return table;
}

std::span<const Word<MarkingTechnology>> words_of(MarkingTechnology) {
  static constexpr Word<MarkingTechnology> table[] = {
      {MarkingTechnology::other, "other"},
      {MarkingTechnology::unknown, "unknown"},
      {MarkingTechnology::electrophotographic_led, "electrophotographicLED"},
      {MarkingTechnology::electrophotographic_laser, "electrophotographicLaser"},
      {MarkingTechnology::electrophotographic_other, "electrophotographicOther"},
      {MarkingTechnology::impact_moving_head_dot_matrix9pin, "impactMovingHeadDotMatrix9pin"},
      {MarkingTechnology::impact_moving_head_dot_matrix24pin, "impactMovingHeadDotMatrix24pin"},
      {MarkingTechnology::impact_moving_head_dot_matrix_other, "impactMovingHeadDotMatrixOther"},
      {MarkingTechnology::impact_moving_head_fully_formed, "impactMovingHeadFullyFormed"},
      {MarkingTechnology::impact_band, "impactBand"},
      {MarkingTechnology::impact_other, "impactOther"},
      {MarkingTechnology::inkjet_aqueous, "inkjetAqueous"},
      {MarkingTechnology::inkjet_solid, "inkjetSolid"},
      {MarkingTechnology::inkjet_other, "inkjetOther"},
      {MarkingTechnology::pen, "pen"},
      {MarkingTechnology::thermal_transfer, "thermalTransfer"},
      {MarkingTechnology::thermal_sensitive, "thermalSensitive"},
      {MarkingTechnology::thermal_diffusion, "thermalDiffusion"},
      {MarkingTechnology::thermal_other, "thermalOther"},
      {MarkingTechnology::electroerosion, "electroerosion"},
      {MarkingTechnology::electrostatic, "electrostatic"},
      {MarkingTechnology::photographic_microfiche, "photographicMicrofiche"},
      {MarkingTechnology::photographic_imagesetter, "photographicImagesetter"},
      {MarkingTechnology::photographic_other, "photographicOther"},
      {MarkingTechnology::ion_deposition, "ionDeposition"},
      {MarkingTechnology::e_beam, "eBeam"},
      {MarkingTechnology::typesetter, "typesetter"},
  };
  return table;
}

std::span<const Word<AlertSeverity>> words_of(AlertSeverity) {
  static constexpr Word<AlertSeverity> table[] = {
      {AlertSeverity::other, "other"},
      {AlertSeverity::critical, "critical"},
      {AlertSeverity::warning, "warning"},
      {AlertSeverity::warning_binary_change_event, "warningBinaryChangeEvent"},
  };
  return table;
}

std::span<const Word<AlertTraining>> words_of(AlertTraining) {
  static constexpr Word<AlertTraining> table[] = {
      {AlertTraining::other, "other"},
      {AlertTraining::unknown, "unknown"},
      {AlertTraining::untrained, "untrained"},
      {AlertTraining::trained, "trained"},
      {AlertTraining::field_service, "fieldService"},
      {AlertTraining::management, "management"},
      {AlertTraining::no_intervention_required, "noInterventionRequired"},
  };
  return table;
}

std::span<const Word<AlertGroup>> words_of(AlertGroup) {
  static constexpr Word<AlertGroup> table[] = {
      {AlertGroup::other, "other"},
      {AlertGroup::unknown, "unknown"},
      {AlertGroup::host_resources_mib_storage_table, "hostResourcesMIBStorageTable"},
      {AlertGroup::host_resources_mib_device_table, "hostResourcesMIBDeviceTable"},
      {AlertGroup::general_printer, "generalPrinter"},
      {AlertGroup::cover, "cover"},
      {AlertGroup::localization, "localization"},
      {AlertGroup::input, "input"},
      {AlertGroup::output, "output"},
      {AlertGroup::marker, "marker"},
      {AlertGroup::marker_supplies, "markerSupplies"},
      {AlertGroup::marker_colorant, "markerColorant"},
      {AlertGroup::media_path, "mediaPath"},
      {AlertGroup::channel, "channel"},
      {AlertGroup::interpreter, "interpreter"},
      {AlertGroup::console_display_buffer, "consoleDisplayBuffer"},
      {AlertGroup::console_lights, "consoleLights"},
      {AlertGroup::alert, "alert"},
      {AlertGroup::fin_device, "finDevice"},
      {AlertGroup::fin_supply, "finSupply"},
      {AlertGroup::fin_supply_media_input, "finSupplyMediaInput"},
      {AlertGroup::fin_attribute, "finAttribute"},
  };
  return table;
}

std::span<const Word<DeviceStatus>> words_of(DeviceStatus) {
  static constexpr Word<DeviceStatus> table[] = {
      {DeviceStatus::unknown, "unknown"}, {DeviceStatus::running, "running"},
      {DeviceStatus::warning, "warning"}, {DeviceStatus::testing, "testing"},
      {DeviceStatus::down, "down"},
  };
  return table;
}

std::span<const Word<PrinterStatus>> words_of(PrinterStatus) {
  static constexpr Word<PrinterStatus> table[] = {
      {PrinterStatus::other, "other"},   {PrinterStatus::unknown, "unknown"},
      {PrinterStatus::idle, "idle"},     {PrinterStatus::printing, "printing"},
      {PrinterStatus::warmup, "warmup"},
  };
  return table;
}

std::span<const Word<DetectedError>> words_of(DetectedError) {
  static constexpr Word<DetectedError> table[] = {
      {DetectedError::low_paper, "lowPaper"},
      {DetectedError::no_paper, "noPaper"},
      {DetectedError::low_toner, "lowToner"},
      {DetectedError::no_toner, "noToner"},
      {DetectedError::door_open, "doorOpen"},
      {DetectedError::jammed, "jammed"},
      {DetectedError::offline, "offline"},
      {DetectedError::service_requested, "serviceRequested"},
      {DetectedError::input_tray_missing, "inputTrayMissing"},
      {DetectedError::output_tray_missing, "outputTrayMissing"},
      {DetectedError::marker_supply_missing, "markerSupplyMissing"},
      {DetectedError::output_near_full, "outputNearFull"},
      {DetectedError::output_full, "outputFull"},
      {DetectedError::input_tray_empty, "inputTrayEmpty"},
      {DetectedError::overdue_prevent_maint, "overduePreventMaint"},
  };
  return table;
}

std::vector<DetectedError> detected_errors(std::span<const std::uint8_t> octets) {
  std::vector<DetectedError> found;
  for (const Word<DetectedError>& entry : words_of(DetectedError{})) {
    const auto bit = static_cast<std::size_t>(entry.value);
    if (bit / 8 < octets.size() && (octets[bit / 8] & (0x80u >> (bit % 8))) != 0)
      found.push_back(entry.value);
  }
  return found;
}

std::string_view alert_code_word(std::int32_t code) {
  switch (code) {
    case 1:
      return "other";
    case 2:
      return "unknown";
    case 3:
      return "coverOpen";
    case 4:
      return "coverClosed";
    case 5:
      return "interlockOpen";
    case 6:
      return "interlockClosed";
    case 7:
      return "configurationChange";
    case 8:
      return "jam";
    case 9:
      return "subunitMissing";
    case 10:
      return "subunitLifeAlmostOver";
    case 11:
      return "subunitLifeOver";
    case 12:
      return "subunitAlmostEmpty";
    case 13:
      return "subunitEmpty";
    case 14:
      return "subunitAlmostFull";
    case 15:
      return "subunitFull";
    case 16:
      return "subunitNearLimit";
    case 17:
      return "subunitAtLimit";
    case 18:
      return "subunitOpened";
    case 19:
      return "subunitClosed";
    case 20:
      return "subunitTurnedOn";
    case 21:
      return "subunitTurnedOff";
    case 22:
      return "subunitOffline";
    case 23:
      return "subunitPowerSaver";
    case 24:
      return "subunitWarmingUp";
    case 25:
      return "subunitAdded";
    case 26:
      return "subunitRemoved";
    case 27:
      return "subunitResourceAdded";
    case 28:
      return "subunitResourceRemoved";
    case 29:
      return "subunitRecoverableFailure";
    case 30:
      return "subunitUnrecoverableFailure";
    case 31:
      return "subunitRecoverableStorageError";
    case 32:
      return "subunitUnrecoverableStorageError";
    case 33:
      return "subunitMotorFailure";
    case 34:
      return "subunitMemoryExhausted";
    case 35:
      return "subunitUnderTemperature";
    case 36:
      return "subunitOverTemperature";
    case 37:
      return "subunitTimingFailure";
    case 38:
      return "subunitThermistorFailure";
    case 501:
      return "doorOpen";
    case 502:
      return "doorClosed";
    case 503:
      return "powerUp";
    case 504:
      return "powerDown";
    case 505:
      return "printerNMSReset";
    case 506:
      return "printerManualReset";
    case 507:
      return "printerReadyToPrint";
    case 801:
      return "inputMediaTrayMissing";
    case 802:
      return "inputMediaSizeChange";
    case 803:
      return "inputMediaWeightChange";
    case 804:
      return "inputMediaTypeChange";
    case 805:
      return "inputMediaColorChange";
    case 806:
      return "inputMediaFormPartsChange";
    case 807:
      return "inputMediaSupplyLow";
    case 808:
      return "inputMediaSupplyEmpty";
    case 809:
      return "inputMediaChangeRequest";
    case 810:
      return "inputManualInputRequest";
    case 811:
      return "inputTrayPositionFailure";
    case 812:
      return "inputTrayElevationFailure";
    case 813:
      return "inputCannotFeedSizeSelected";
    case 901:
      return "outputMediaTrayMissing";
    case 902:
      return "outputMediaTrayAlmostFull";
    case 903:
      return "outputMediaTrayFull";
    case 904:
      return "outputMailboxSelectFailure";
    case 1001:
      return "markerFuserUnderTemperature";
    case 1002:
      return "markerFuserOverTemperature";
    case 1003:
      return "markerFuserTimingFailure";
    case 1004:
      return "markerFuserThermistorFailure";
    case 1005:
      return "markerAdjustingPrintQuality";
    case 1101:
      return "markerTonerEmpty";
    case 1102:
      return "markerInkEmpty";
    case 1103:
      return "markerPrintRibbonEmpty";
    case 1104:
      return "markerTonerAlmostEmpty";
    case 1105:
      return "markerInkAlmostEmpty";
    case 1106:
      return "markerPrintRibbonAlmostEmpty";
    case 1107:
      return "markerWasteTonerReceptacleAlmostFull";
    case 1108:
      return "markerWasteInkReceptacleAlmostFull";
    case 1109:
      return "markerWasteTonerReceptacleFull";
    case 1110:
      return "markerWasteInkReceptacleFull";
    case 1111:
      return "markerOpcLifeAlmostOver";
    case 1112:
      return "markerOpcLifeOver";
    case 1113:
      return "markerDeveloperAlmostEmpty";
    case 1114:
      return "markerDeveloperEmpty";
    case 1115:
      return "markerTonerCartridgeMissing";
    case 1301:
      return "mediaPathMediaTrayMissing";
    case 1302:
      return "mediaPathMediaTrayAlmostFull";
    case 1303:
      return "mediaPathMediaTrayFull";
    case 1304:
      return "mediaPathCannotDuplexMediaSelected";
    case 1501:
      return "interpreterMemoryIncrease";
    case 1502:
      return "interpreterMemoryDecrease";
    case 1503:
      return "interpreterCartridgeAdded";
    case 1504:
      return "interpreterCartridgeDeleted";
    case 1505:
      return "interpreterResourceAdded";
    case 1506:
      return "interpreterResourceDeleted";
    case 1507:
      return "interpreterResourceUnavailable";
    case 1509:
      return "interpreterComplexPageEncountered";
  }
  return {};
}

}  // namespace mr::model
