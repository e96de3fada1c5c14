// The filter above an SnmpEngine: printers with quirks, and wrong answers on purpose. Whatever engine is
// below, native or net-snmp's, it does the same to it.
//
//   auto engine = std::make_unique<QuirkyEngine>(std::move(below), entropy, now);
//   engine->behave(0, behaviour, 0);      // before or after add(); may be changed while running
//
// Quirks on variables reach the engine as EngineIdentity::source. Notifications are not touched: they tell
// the device's truth. threading: the engine's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/entropy.hpp"
#include "simulators/printer/quirks/datagram_acts.hpp"
#include "simulators/printer/quirks/envelope.hpp"
#include "simulators/printer/quirks/quirk.hpp"
#include "simulators/printer/quirks/view.hpp"
#include "simulators/printer/quirks/wrong_answer.hpp"
#include "simulators/printer/snmp/engine.hpp"

namespace mr::printer {

// How a printer misbehaves. Immutable; one may serve many printers.
struct Behaviour {
  std::vector<Quirk> quirks;
  std::vector<WrongAnswer> wrong_answers;
};
// {"quirks": ["level-some", {"name": "meter-lags", "by": 4}], "wrong_answers": [...]}; both may be absent.
// errors: quirk_errc, with the path.
Result<Behaviour> read_behaviour(std::string_view json);

class QuirkyEngine final : public SnmpEngine {
 public:
  // start: what the times of quirks and rules count from. lifetime: `entropy` outlives it.
  QuirkyEngine(std::unique_ptr<SnmpEngine> below, runtime::Entropy& entropy, Moment start)
      : below_(std::move(below)), entropy_(entropy), start_(start) {}
  ~QuirkyEngine() override;

  // `number` names the printer's streams (`printer/<number>/wrong-answers/<rule>`): its global index. Null
  // takes all misbehaviour from it. Anew, counts and draws begin anew. Not within receive().
  void behave(PrinterId printer, std::shared_ptr<const Behaviour> behaviour, std::uint64_t number);

  // How many wrong answers of a kind were given, since the start.
  std::uint64_t given(Wrong what) const { return given_[static_cast<std::size_t>(what)]; }

  Result<void> add(PrinterId printer, DeviceMib& mib, EngineIdentity identity) override;
  void remove(PrinterId printer) override;
  void receive(PrinterId printer, std::span<const std::byte> payload, const runtime::Endpoint& from,
               Moment now, std::vector<OutDatagram>& out) override;
  Result<void> notify(PrinterId printer, const Notification& notification, Moment now,
                      std::vector<OutDatagram>& out) override {
    return below_->notify(printer, notification, now, out);
  }
  std::optional<Moment> due() const override { return below_->due(); }
  void wake(Moment now, std::vector<OutDatagram>& out) override { below_->wake(now, out); }
  std::vector<InformOutcome> take_outcomes() override { return below_->take_outcomes(); }
  const EngineCounts& counts() const override { return below_->counts(); }  // what a quirk drops is not in it

 private:
  struct Rule {
    runtime::Stream64 chance;
    std::uint64_t given = 0;
  };
  struct Printer {
    std::shared_ptr<const Behaviour> behaviour;  // never null
    std::uint64_t number = 0;
    std::vector<Rule> rules;                // of behaviour->wrong_answers
    std::vector<const DatagramAct*> walks;  // of behaviour->quirks
    const DatagramAct* doze = nullptr;
    bool any_case = false;

    DeviceMib* mib = nullptr;  // null until added
    std::unique_ptr<QuirkedView> view;
    std::unique_ptr<Envelopes> envelopes;
    std::optional<Moment> heard;  // the last datagram
    bool dozing = false;
    std::uint32_t dropped = 0;
    Moment awake{};  // when what it answers now leaves at the earliest
  };
  void settle(Printer& printer);
  bool awake(Printer& printer, Moment now);
  void misbehave(Printer& printer, const std::optional<Envelopes::Message>& request, Moment now,
                 std::size_t first, std::vector<OutDatagram>& out);
  bool apply(Printer& printer, std::size_t rule, const Envelopes::Message* request,
             std::optional<Envelopes::Message>& response, OutDatagram& answer,
             std::vector<OutDatagram>& copies);

  std::unique_ptr<SnmpEngine> below_;
  runtime::Entropy& entropy_;
  Moment start_;
  std::map<PrinterId, Printer> printers_;
  std::uint64_t given_[12] = {};
};

}  // namespace mr::printer
