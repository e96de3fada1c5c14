#include "simulators/printer/quirks/wrong_answer.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Pdu;
using snmp::PduType;
using snmp::Value;
using snmp::VarBind;
using snmp::Version;

namespace {
constexpr std::string_view wrong_words[] = {"malformed",      "wrong-type", "wrong-name", "missing-variable",
                                            "extra-variable", "error",      "walk-stops", "wrong-request-id",
                                            "late",           "duplicate",  "elsewhere",  "silence"};
constexpr std::string_view malformed_words[] = {"any",       "truncated",   "empty",      "garbage",
                                                "outer-tag", "length-over", "indefinite", "long-length",
                                                "open-oid",  "value-over"};

template <class Enum, std::size_t n>
Enum from_word(const std::string& word, const std::string_view (&words)[n]) {
  for (std::size_t i = 0; i < n; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return Enum{};
}
template <std::size_t n>
std::vector<std::string> all_of(const std::string_view (&words)[n]) {
  return {std::begin(words), std::end(words)};
}
std::vector<std::string> status_words() {
  std::vector<std::string> out;
  for (int i = 1; i <= 18; ++i) out.emplace_back(to_text(static_cast<ErrorStatus>(i)));
  return out;
}
}  // namespace

std::string_view to_text(Wrong what) { return wrong_words[static_cast<std::size_t>(what)]; }
std::string_view to_text(Malformed kind) { return malformed_words[static_cast<std::size_t>(kind)]; }

WrongAnswer read_wrong_answer(Words& words) {
  WrongAnswer rule;
  rule.match = words.oid("match", Oid());
  rule.from = std::chrono::seconds(words.number("from", 0, INT32_MAX, 0));
  if (words.has("until")) rule.until = std::chrono::seconds(words.number("until", 0, INT32_MAX));
  if (rule.until <= rule.from) words.fail("until", "a time after from");
  rule.per_million = words.per_million("probability", 1'000'000);
  if (words.has("times")) rule.times = static_cast<std::uint64_t>(words.number("times", 1, INT32_MAX));
  rule.what = from_word<Wrong>(words.one_of("what", all_of(wrong_words)), wrong_words);
  const auto ms = [&](const char* word, std::optional<std::int64_t> absent) {
    return std::chrono::milliseconds(words.number(word, 0, 3'600'000, absent));
  };
  switch (rule.what) {
    case Wrong::malformed:
      rule.kind = from_word<Malformed>(words.one_of("kind", all_of(malformed_words), "any"), malformed_words);
      break;
    case Wrong::error: {
      const std::string word = words.one_of("status", status_words(), "genErr");
      for (int i = 1; i <= 18; ++i) {
        if (to_text(static_cast<ErrorStatus>(i)) == word) rule.status = static_cast<ErrorStatus>(i);
      }
      break;
    }
    case Wrong::late:
      rule.delay = ms("delay_ms", {});
      rule.jitter = ms("jitter_ms", 0);
      break;
    case Wrong::duplicate:
      rule.copies = static_cast<std::uint32_t>(words.number("copies", 1, 16, 1));
      rule.spacing = ms("spacing_ms", 0);
      break;
    case Wrong::elsewhere:
      if (words.has("address")) {
        boost::system::error_code bad;
        rule.address = boost::asio::ip::make_address(words.text("address"), bad);
        if (bad) words.fail("address", "an IP address");
      }
      if (words.has("port")) rule.port = static_cast<std::uint16_t>(words.number("port", 0, 65535));
      break;
    default:
      break;
  }
  words.finish();
  return rule;
}

// --- bytes ---

namespace {

using snmp::Bytes;

// Where the contents of the outer element begin. requires: an encoded message.
std::size_t header_size(const Bytes& message) {
  const auto length = static_cast<std::uint8_t>(message[1]);
  return 2 + (length & 0x80 ? length & 0x7fu : 0u);
}

Bytes with_header(std::initializer_list<int> header, const Bytes& message) {
  Bytes out;
  for (const int octet : header) out.push_back(static_cast<std::byte>(octet));
  out.insert(out.end(), message.begin() + static_cast<std::ptrdiff_t>(header_size(message)), message.end());
  return out;
}

Bytes truncated(const Bytes& message, runtime::Stream64& chance) {
  return Bytes(message.begin(),
               message.begin() + static_cast<std::ptrdiff_t>(1 + chance.below(message.size() - 1)));
}

std::optional<std::size_t> find(const Bytes& message, const snmp::BerWriter& part) {
  const auto view = part.view();
  const auto at = std::search(message.begin(), message.end(), view.begin(), view.end());
  if (at == message.end()) return {};
  return static_cast<std::size_t>(at - message.begin());
}

}  // namespace

snmp::Bytes malformed(Malformed kind, const Bytes& message, const Pdu* pdu, runtime::Stream64& chance) {
  if (message.size() < 4) return {};
  if (kind == Malformed::any) kind = static_cast<Malformed>(1 + chance.below(9));
  switch (kind) {
    case Malformed::any:
    case Malformed::truncated:
      break;
    case Malformed::empty:
      return {};
    case Malformed::garbage: {
      Bytes out(message.size());
      for (std::byte& octet : out) octet = static_cast<std::byte>(chance.next() >> 56);
      if (out[0] == std::byte{0x30}) out[0] = std::byte{0xff};
      return out;
    }
    case Malformed::outer_tag: {
      Bytes out = message;
      out[0] = std::byte{0x31};
      return out;
    }
    case Malformed::length_over: {
      const std::size_t length = message.size() - header_size(message) + 10;
      return with_header({0x30, 0x82, static_cast<int>(length >> 8 & 0xff), static_cast<int>(length & 0xff)},
                         message);
    }
    case Malformed::indefinite: {
      Bytes out = with_header({0x30, 0x80}, message);
      out.insert(out.end(), 2, std::byte{0});
      return out;
    }
    case Malformed::long_length: {
      const std::size_t length = message.size() - header_size(message);
      return with_header(
          {0x30, 0x85, 0, 0, 0, static_cast<int>(length >> 8 & 0xff), static_cast<int>(length & 0xff)},
          message);
    }
    case Malformed::open_oid:
      if (pdu && !pdu->varbinds.empty()) {
        snmp::BerWriter name;
        name.oid(pdu->varbinds[0].name);
        if (const auto at = find(message, name)) {
          Bytes out = message;
          out[*at + name.size() - 1] |= std::byte{0x80};
          return out;
        }
      }
      break;
    case Malformed::value_over:
      if (pdu && !pdu->varbinds.empty()) {
        snmp::BerWriter value;
        value.value(pdu->varbinds.back().value);
        const auto view = value.view();
        const auto length = static_cast<std::uint8_t>(view[1]);
        if (length < 0x70 && message.size() >= view.size() &&
            std::equal(view.begin(), view.end(), message.end() - static_cast<std::ptrdiff_t>(view.size()))) {
          Bytes out = message;
          out[message.size() - view.size() + 1] = static_cast<std::byte>(length + 10);
          return out;
        }
      }
      break;
  }
  return truncated(message, chance);
}

// --- contents ---

namespace {

// The first variable of the response that the rule is about.
std::optional<std::size_t> first_match(const WrongAnswer& rule, const Pdu& request, const Pdu& response) {
  for (std::size_t i = 0; i < response.varbinds.size(); ++i) {
    if (response.varbinds[i].name.starts_with(rule.match) ||
        (i < request.varbinds.size() && request.varbinds[i].name.starts_with(rule.match)))
      return i;
  }
  return {};
}

Value another_type(const Value& was) {
  if (const std::string* octets = was.octets())
    return was.type() == snmp::Type::octets ? Value::integer(static_cast<std::int32_t>(octets->size()))
                                            : Value::octets(*octets);
  if (was.oid()) return Value::octets(was.oid()->text());
  if (const auto n = was.unsigned_number()) return Value::octets(std::to_string(*n));
  if (const auto n = was.number()) return Value::octets(std::to_string(*n));
  return Value::octets("");
}

}  // namespace

bool spoil(const WrongAnswer& rule, const Pdu& request, Version version, Pdu& response) {
  if (response.type != PduType::response) return false;
  const auto at = first_match(rule, request, response);
  switch (rule.what) {
    case Wrong::wrong_request_id:
      response.request_id = response.request_id == INT32_MAX ? 0 : response.request_id + 1;
      return true;
    case Wrong::extra_variable:
      response.varbinds.push_back({{1, 3, 6, 1, 2, 1, 1, 5, 0}, Value::octets("not asked for")});
      return true;
    case Wrong::wrong_type:
      if (!at) return false;
      response.varbinds[*at].value = another_type(response.varbinds[*at].value);
      return true;
    case Wrong::wrong_name: {
      if (!at) return false;
      const Oid& name = response.varbinds[*at].name;
      if (name.empty()) return false;
      Oid other = name.first(name.size() - 1);
      other.append(name.back() == UINT32_MAX ? 0 : name.back() + 1);
      response.varbinds[*at].name = std::move(other);
      return true;
    }
    case Wrong::missing_variable:
      if (!at) return false;
      response.varbinds.erase(response.varbinds.begin() + static_cast<std::ptrdiff_t>(*at));
      return true;
    case Wrong::error: {
      if (!at) return false;
      const ErrorStatus status = version == Version::v1 ? snmp::to_v1(rule.status) : rule.status;
      const bool empty = status == ErrorStatus::too_big && version != Version::v1;
      response.error_status = static_cast<std::int32_t>(status);
      response.error_index =
          status == ErrorStatus::too_big
              ? 0
              : static_cast<std::int32_t>(
                    std::min(*at, request.varbinds.empty() ? 0 : request.varbinds.size() - 1) + 1);
      response.varbinds = empty ? std::vector<VarBind>() : request.varbinds;
      return true;
    }
    case Wrong::walk_stops: {
      if (request.type != PduType::get_next && request.type != PduType::get_bulk) return false;
      const auto enters = [&](const VarBind& v) { return v.name.starts_with(rule.match); };
      if (response.error_status != 0 ||
          std::none_of(response.varbinds.begin(), response.varbinds.end(), enters))
        return false;
      if (version == Version::v1) {
        response.error_status = static_cast<std::int32_t>(ErrorStatus::no_such_name);
        response.error_index = static_cast<std::int32_t>(
            std::find_if(response.varbinds.begin(), response.varbinds.end(), enters) -
            response.varbinds.begin() + 1);
        response.varbinds = request.varbinds;
        return true;
      }
      // The end comes under the name before it.
      const bool bulk = request.type == PduType::get_bulk;
      const std::size_t asked = request.varbinds.size();
      const std::size_t single =
          bulk ? std::min<std::size_t>(asked, static_cast<std::size_t>(std::max(request.error_status, 0)))
               : asked;
      const std::size_t repeaters = asked - single;
      std::vector<char> ended(asked, 0);
      for (std::size_t i = 0; i < response.varbinds.size(); ++i) {
        const std::size_t column = i < single || repeaters == 0 ? i : single + (i - single) % repeaters;
        if (column >= asked) break;
        if (!ended[column] && !enters(response.varbinds[i])) continue;
        ended[column] = 1;
        const bool first_row = i < asked;
        response.varbinds[i] = {
            first_row ? request.varbinds[column].name : response.varbinds[i - repeaters].name,
            Value::end_of_mib_view()};
      }
      return true;
    }
    default:
      return false;
  }
}

}  // namespace mr::printer
