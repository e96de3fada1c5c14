#include "simulators/printer/quirks/quirky_engine.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>

namespace mr::printer {

namespace json = boost::json;

namespace {

bool same_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

// The next address; of the last one the first.
runtime::Address next_address(const std::array<std::uint8_t, 4>& own) {
  auto other = own;
  other[3] = other[3] >= 254 ? 1 : static_cast<std::uint8_t>(other[3] + 1);
  return boost::asio::ip::address_v4(other);
}

}  // namespace

// --- behaviour as data ---

Result<Behaviour> read_behaviour(std::string_view text) {
  boost::system::error_code bad;
  json::stream_parser parser;
  const std::size_t taken = parser.write_some(text.data(), text.size(), bad);
  if (!bad && taken == text.size()) parser.finish(bad);
  if (bad || taken != text.size() || !parser.done())
    return Fault(quirk_errc::bad_json, "octet " + std::to_string(taken));
  const json::value document = parser.release();

  std::optional<Fault> fault;
  Behaviour out;
  Words words(document, "", fault);
  const auto list = [&](const char* word) {
    const json::value* found = words.any(word, false);
    if (found && !found->is_array()) words.fail(word, "a list");
    return found ? found->if_array() : nullptr;
  };
  if (const json::array* quirks = list("quirks")) {
    for (std::size_t i = 0; i < quirks->size() && !fault; ++i) {
      auto quirk = read_quirk((*quirks)[i], words.at("quirks[" + std::to_string(i) + "]"));
      if (!quirk) return quirk.error();
      out.quirks.push_back(std::move(*quirk));
    }
  }
  if (const json::array* rules = list("wrong_answers")) {
    for (std::size_t i = 0; i < rules->size() && !fault; ++i) {
      Words rule((*rules)[i], words.at("wrong_answers[" + std::to_string(i) + "]"), fault);
      out.wrong_answers.push_back(read_wrong_answer(rule));
    }
  }
  words.finish();
  if (fault) return *fault;
  return out;
}

// --- printers ---

QuirkyEngine::~QuirkyEngine() { below_.reset(); }  // before the views that it answers from

void QuirkyEngine::behave(PrinterId id, std::shared_ptr<const Behaviour> behaviour, std::uint64_t number) {
  static const auto good = std::make_shared<const Behaviour>();
  Printer& printer = printers_[id];
  printer.behaviour = behaviour ? std::move(behaviour) : good;
  printer.number = number;
  settle(printer);
}

void QuirkyEngine::settle(Printer& printer) {
  printer.rules.clear();
  printer.walks.clear();
  printer.doze = nullptr;
  printer.any_case = printer.dozing = false;
  for (std::size_t i = 0; i < printer.behaviour->wrong_answers.size(); ++i) {
    printer.rules.push_back({entropy_.stream("printer/" + std::to_string(printer.number) + "/wrong-answers/" +
                                             std::to_string(i))});
  }
  for (const Quirk& quirk : printer.behaviour->quirks) {
    for (const auto& act : quirk.datagram_acts) {
      switch (act->what) {
        case DatagramAct::What::doze:
          printer.doze = act.get();
          break;
        case DatagramAct::What::community_any_case:
          printer.any_case = true;
          break;
        default:
          printer.walks.push_back(act.get());
      }
    }
  }
  if (printer.view) printer.view->wear(printer.behaviour->quirks);
}

Result<void> QuirkyEngine::add(PrinterId id, DeviceMib& mib, EngineIdentity identity) {
  const auto found = printers_.find(id);
  if (found != printers_.end() && found->second.mib) return Fault(engine_errc::known_printer);
  if (found == printers_.end()) behave(id, nullptr, id);
  Printer& printer = printers_[id];
  auto view = std::make_unique<QuirkedView>(mib);
  runtime::Stream64 salt = entropy_.stream("printer/" + std::to_string(printer.number) + "/quirks/salt");
  auto envelopes = std::make_unique<Envelopes>(identity.engine_id, identity.users, salt.next());
  identity.source = view.get();
  MR_TRY(below_->add(id, mib, std::move(identity)));
  printer.mib = &mib;
  printer.view = std::move(view);
  printer.envelopes = std::move(envelopes);
  settle(printer);
  return {};
}

void QuirkyEngine::remove(PrinterId id) {
  below_->remove(id);
  printers_.erase(id);
}

// --- datagrams ---

// Whether the printer's network interface takes a datagram now.
bool QuirkyEngine::awake(Printer& printer, Moment now) {
  if (!printer.doze) return true;
  const DatagramAct& doze = *printer.doze;
  const Moment since = printer.heard.value_or(start_);
  printer.heard = now;
  if (!printer.dozing && now - since >= doze.after) {
    printer.dozing = true;
    printer.dropped = 0;
  }
  if (!printer.dozing) return true;
  if (printer.dropped < doze.drops) {
    ++printer.dropped;
    return false;
  }
  printer.dozing = false;
  printer.awake = now + doze.wakes;
  return true;
}

void QuirkyEngine::receive(PrinterId id, std::span<const std::byte> payload, const runtime::Endpoint& from,
                           Moment now, std::vector<OutDatagram>& out) {
  const auto found = printers_.find(id);
  if (found == printers_.end() || !found->second.mib) return below_->receive(id, payload, from, now, out);
  Printer& printer = found->second;
  const Behaviour& behaviour = *printer.behaviour;
  if (behaviour.quirks.empty() && behaviour.wrong_answers.empty())
    return below_->receive(id, payload, from, now, out);
  if (printer.mib->device().powered() && !awake(printer, now)) return;
  printer.view->at(now - start_);

  std::optional<Envelopes::Message> request;
  const bool contents = printer.any_case || !printer.walks.empty() || !printer.rules.empty();
  if (contents) request = printer.envelopes->open(payload);
  snmp::Bytes replaced;
  std::string community;
  if (printer.any_case && request && request->version != snmp::Version::v3) {
    const Settings& settings = printer.mib->device().settings();
    community = request->community;
    for (const std::string* known : {&settings.read_community, &settings.write_community}) {
      if (known->empty() || *known == community || !same_but_case(*known, community)) continue;
      request->community = *known;
      replaced = printer.envelopes->close(*request);
      payload = replaced;
      break;
    }
  }
  const std::size_t first = out.size();
  below_->receive(id, payload, from, now, out);
  for (std::size_t i = first; !replaced.empty() && i < out.size(); ++i) {
    if (auto answer = printer.envelopes->open(out[i].payload)) {
      answer->community = community;
      out[i].payload = printer.envelopes->close(*answer);
    }
  }
  misbehave(printer, request, now, first, out);
  if (printer.awake > now) {
    for (std::size_t i = first; i < out.size(); ++i) out[i].delay += printer.awake - now;
  }
}

void QuirkyEngine::misbehave(Printer& printer, const std::optional<Envelopes::Message>& request, Moment now,
                             std::size_t first, std::vector<OutDatagram>& out) {
  if (printer.walks.empty() && printer.rules.empty()) return;
  const Moment since = now - start_;
  std::vector<OutDatagram> kept;
  for (std::size_t i = first; i < out.size(); ++i) {
    OutDatagram answer = std::move(out[i]);
    auto response = printer.envelopes->open(answer.payload);
    // Not a response to this request: a retried inform, a Report.
    const bool content = request && response && response->pdu.type == snmp::PduType::response &&
                         response->pdu.request_id == request->pdu.request_id;
    if (content && !printer.walks.empty()) {
      auto other =
          walk_with_faults(request->pdu, response->pdu, request->version, *printer.view, printer.walks);
      if (other) {
        response->pdu = std::move(*other);
        answer.payload = printer.envelopes->close(*response);
      }
    }
    bool sent = true;
    std::vector<OutDatagram> copies;
    for (std::size_t rule = 0; rule < printer.rules.size() && sent; ++rule) {
      const WrongAnswer& wrong = printer.behaviour->wrong_answers[rule];
      if (since < wrong.from || since >= wrong.until || printer.rules[rule].given >= wrong.times) continue;
      if (!wrong.match.empty()) {
        const auto about = [&](const snmp::VarBind& v) { return v.name.starts_with(wrong.match); };
        const auto any = [&](const snmp::Pdu& pdu) {
          return std::any_of(pdu.varbinds.begin(), pdu.varbinds.end(), about);
        };
        if (!content || (!any(request->pdu) && !any(response->pdu))) continue;
      }
      if (!printer.rules[rule].chance.chance(wrong.per_million)) continue;
      if (!apply(printer, rule, content ? &*request : nullptr, response, answer, copies)) continue;
      ++printer.rules[rule].given;
      ++given_[static_cast<std::size_t>(wrong.what)];
      sent = wrong.what != Wrong::silence;
    }
    if (!sent) continue;
    kept.push_back(std::move(answer));
    std::move(copies.begin(), copies.end(), std::back_inserter(kept));
  }
  out.resize(first);
  std::move(kept.begin(), kept.end(), std::back_inserter(out));
}

// Applies a rule that was drawn. False where it cannot be: its content is needed and cannot be read.
bool QuirkyEngine::apply(Printer& printer, std::size_t rule, const Envelopes::Message* request,
                         std::optional<Envelopes::Message>& response, OutDatagram& answer,
                         std::vector<OutDatagram>& copies) {
  const WrongAnswer& wrong = printer.behaviour->wrong_answers[rule];
  runtime::Stream64& chance = printer.rules[rule].chance;
  switch (wrong.what) {
    case Wrong::malformed: {
      const bool plain = response && response->level != snmp::SecurityLevel::auth_priv;
      answer.payload = malformed(wrong.kind, answer.payload, plain ? &response->pdu : nullptr, chance);
      response.reset();  // later rules find nothing to read
      return true;
    }
    case Wrong::late: {
      const auto jitter = static_cast<std::uint64_t>(wrong.jitter.count());
      answer.delay += wrong.delay + std::chrono::nanoseconds(jitter ? chance.below(jitter + 1) : 0);
      for (OutDatagram& copy : copies) copy.delay = std::max(copy.delay, answer.delay);
      return true;
    }
    case Wrong::duplicate:
      for (std::uint32_t i = 1; i <= wrong.copies; ++i) {
        OutDatagram copy = answer;
        copy.delay += wrong.spacing * i;
        copies.push_back(std::move(copy));
      }
      return true;
    case Wrong::elsewhere: {
      // Only a port: the address stays.
      const auto& own = printer.mib->device().identity().address;
      const runtime::Address same = boost::asio::ip::address_v4(own);
      const runtime::Address other = wrong.address ? *wrong.address : wrong.port ? same : next_address(own);
      answer.from = runtime::Endpoint{other, wrong.port.value_or(161)};
      return true;
    }
    case Wrong::silence:
      return true;
    default:
      if (!request || !response || !spoil(wrong, request->pdu, request->version, response->pdu)) return false;
      answer.payload = printer.envelopes->close(*response);
      return true;
  }
}

}  // namespace mr::printer
