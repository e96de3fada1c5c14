// What the prose of the MIB modules demands beyond their syntax.
#include "simulators/printer/snmp/mib_text/mib_check.hpp"

namespace mr::printer {

const MibLaws& mib_laws() {
  static const MibLaws laws{
      .references =
          {
              {"prtGeneralCurrentLocalization", "prtLocalizationLanguage", 1, {}},
              {"prtConsoleLocalization", "prtLocalizationLanguage", 1, {}},
              {"prtInputDefaultIndex", "prtInputType", 1, {}},
              {"prtOutputDefaultIndex", "prtOutputType", 1, {}},
              {"prtMarkerDefaultIndex", "prtMarkerMarkTech", 1, {}},
              {"prtMediaPathDefaultIndex", "prtMediaPathType", 1, {}},
              {"prtStorageRefIndex", "hrDeviceType", 0, {}},
              {"prtDeviceRefIndex", "hrDeviceType", 0, {}},
              {"prtInputNextIndex", "prtInputType", 1, {0, -1, -2, -3}},
              {"prtMarkerSuppliesMarkerIndex", "prtMarkerMarkTech", 1, {0}},
              {"prtMarkerSuppliesColorantIndex", "prtMarkerColorantValue", 1, {0}},
              {"prtMarkerColorantMarkerIndex", "prtMarkerMarkTech", 1, {0}},
              {"prtChannelCurrentJobCntlLangIndex", "prtInterpreterLangFamily", 1, {0}},
              {"prtChannelDefaultPageDescLangIndex", "prtInterpreterLangFamily", 1, {0}},
              {"prtChannelIfIndex", "ifType", 0, {0}},
              {"finSupplyDeviceIndex", "finDeviceType", 1, {0}},
              {"finSupplyMediaInputDeviceIndex", "finDeviceType", 1, {0}},
              {"finSupplyMediaInputSupplyIndex", "finSupplyType", 1, {0}},
              {"hrNetworkIfIndex", "ifType", 0, {0}},
              {"hrSystemInitialLoadDevice", "hrDeviceType", 0, {}},
              {"ipAdEntIfIndex", "ifType", 0, {}},
              {"ppmPrinterPreferredPortIndex", "ppmPortName", 1, {0}},
              {"ppmPrinterHrDeviceIndex", "hrDeviceType", 0, {0}},
              {"ppmPortPrtChannelIndex", "prtChannelType", 1, {0}},
              {"icServiceKey", "icKeyServiceType", 0, {}},
              {"icSubunitKey", "icKeyServiceType", 0, {}},
              {"icServicePrtAlertIndex", "prtAlertCode", 9, {0}},
          },
      .shared =
          {
              {"prtGeneralConfigChanges", "hrDeviceType", 0, 1},
              {"prtStorageRefIndex", "hrStorageType", 0, 1},
              {"prtDeviceRefIndex", "hrDeviceType", 0, 1},
              {"prtCoverStatus", "prtGeneralConfigChanges", 0, 1},
              {"prtLocalizationLanguage", "prtGeneralConfigChanges", 0, 1},
              {"prtInputType", "prtGeneralConfigChanges", 0, 1},
              {"prtOutputType", "prtGeneralConfigChanges", 0, 1},
              {"prtMarkerMarkTech", "prtGeneralConfigChanges", 0, 1},
              {"prtMarkerSuppliesType", "prtGeneralConfigChanges", 0, 1},
              {"prtMarkerColorantValue", "prtGeneralConfigChanges", 0, 1},
              {"prtMediaPathType", "prtGeneralConfigChanges", 0, 1},
              {"prtChannelType", "prtGeneralConfigChanges", 0, 1},
              {"prtInterpreterLangFamily", "prtGeneralConfigChanges", 0, 1},
              {"prtConsoleDisplayBufferText", "prtGeneralConfigChanges", 0, 1},
              {"prtConsoleColor", "prtGeneralConfigChanges", 0, 1},
              {"prtAlertCode", "prtGeneralConfigChanges", 0, 1},
              {"finDeviceType", "prtGeneralConfigChanges", 0, 1},
              {"finSupplyType", "prtGeneralConfigChanges", 0, 1},
              {"finDeviceAttributeValueAsInteger", "finDeviceType", 0, 2},
              {"hrPrinterStatus", "hrDeviceType", 0, 1},
              {"hrNetworkIfIndex", "hrDeviceType", 0, 1},
              {"hrDiskStorageAccess", "hrDeviceType", 0, 1},
              {"hrProcessorLoad", "hrDeviceType", 0, 1},
              {"ifName", "ifType", 0, 1},
              {"ppmPortName", "ppmPrinterName", 0, 1},
              {"icImpressionTotalImps", "icKeyServiceType", 0, 1},
              {"icTwoSidedTotalImps", "icKeyServiceType", 0, 1},
              {"icSheetTotalSheets", "icKeyServiceType", 0, 1},
              {"icImageTotalImages", "icKeyServiceType", 0, 1},
              {"icTimeTotalSeconds", "icKeyServiceType", 0, 1},
              {"icMonitorTotalAlerts", "icKeyServiceType", 0, 1},
              {"icTrafficInputKOctets", "icKeyServiceType", 0, 1},
              {"icMediaUsedTotalSheets", "icKeyServiceType", 0, 1},
              {"xcmHrDevDetailValueInteger", "hrDeviceType", 0, 1},
          },
      .counts =
          {
              {"ifNumber", "ifType", 0},
              {"prtConsoleNumberOfDisplayLines", "prtConsoleDisplayBufferText", 1},
              {"ppmGeneralNumberOfPrinters", "ppmPrinterName", 0},
              {"ppmGeneralNumberOfPorts", "ppmPortName", 0},
              {"ppmPrinterNumberOfPorts", "ppmPortName", 1},
              {"icGeneralTotalServiceRecords", "icServiceState", 0},
              {"icGeneralTotalSubunitRecords", "icSubunitStatus", 0},
              {"icGeneralTotalMediaUsedRecords", "icMediaUsedTotalSheets", 0},
              {"xcmGenTrapClientEntryCount", "xcmGenTrapClientIndex", 0},
          },
      .continuous = {"ifType", "prtConsoleDisplayBufferText", "prtStorageRefIndex", "prtDeviceRefIndex"},
      .optional =
          {
              // RFC 4293 has them for agents that serve its newer tables.
              "ipv6IpForwarding",
              "ipv6IpDefaultHopLimit",
              "ipv4InterfaceTableLastChange",
              "ipv6InterfaceTableLastChange",
              "ipAddressSpinLock",
              "ipv6RouterAdvertSpinLock",
              // A device that does not tell images, or sheets by size, apart by colour has the totals alone.
              "icImageMonochromeImages",
              "icImageFullColorImages",
              "icMediaUsedMonochromeSheets",
              "icMediaUsedFullColorSheets",
          },
  };
  return laws;
}

}  // namespace mr::printer
