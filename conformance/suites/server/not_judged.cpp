#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {

const std::map<std::string, std::string>& not_judged() {
  static const std::string sender = "binds the sender: the agent's suite judges it";
  static const std::map<std::string, std::string> reasons = {
      {"TLS-OUTBOUND", sender},
      {"TLS-SERVER-NAME", sender},
      {"TLS-SERVER-VALID", sender},
      {"TLS-NO-FETCH", sender},
      {"TLS-CLIENT-PRESENTED", sender},
      {"HTTP-NO-SECRET-URL", sender},
      {"HTTP-REDIRECT", sender},
      {"RETRY-BACKOFF", sender},
      {"RETRY-AFTER", sender},
      {"RETRY-SAME", sender},
      {"RETRY-REFUSED", sender},
      {"REG-KEY-PAIR", sender},
      {"REG-DEVICE-FIRST", sender},
      {"REG-ACTIVATE", sender},
      {"REG-PERSIST", sender},
      {"UPL-SPOOL", sender},
      {"UPL-ORDER", sender},
      {"PKG-DATE", sender},
      {"ACT-ONCE", sender},
      {"ACT-ANSWER", sender},
      {"ACT-IN-TURN", sender},
      {"ACT-TRUTH", sender},
      {"ACT-UNSUPPORTED", sender},
      {"ACT-PERMISSION", sender},
      {"ACT-DISABLED", sender},
      {"ACT-NOT-BEFORE", sender},
      {"ACT-STATUS-FRESH", sender},
      {"ACT-TROUBLESHOOT", sender},
      {"ACT-SEND-NOW", sender},
      {"ACT-START", sender},
      {"ACT-LOCKED-DOWN", sender},
      {"XML-DEPTH", "a MAY: no behaviour is wrong"},
      {"ERR-BUSY", "a black box cannot make a server busy and know it"},
      {"UPL-KEY-KEPT", "90 days cannot be waited for"},
      {"REG-DEVICE", "needs a factory certificate that the target knows; no control command gives one yet"},
      {"REG-DEVICE-FOREIGN",
       "needs a factory certificate that the target knows; no control command gives one yet"},
      {"UPL-DEVICE-ZIP",
       "needs a factory certificate that the target knows; no control command gives one yet"},
      {"UPL-DEVICE-SERIAL",
       "needs a factory certificate that the target knows; no control command gives one yet"},
      {"DEV-ONE", "needs a factory certificate that the target knows; no control command gives one yet"},
      {"UPL-RESUME", "reserved"},
      {"ACT-SOFTWARE", sender},
      {"ACT-UNACKNOWLEDGED", sender},
      {"ACT-REBOOT", sender},
      {"ACT-TEST-PAGE", sender},
      {"SW-RANGE", sender},
      {"SW-IF-RANGE", sender},
      {"SW-RESUME", sender},
      {"SW-DIGEST", sender},
  };
  return reasons;
}

}  // namespace mr::suites::server
