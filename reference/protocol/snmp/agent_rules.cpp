#include "reference/protocol/snmp/agent_rules.hpp"

#include <algorithm>

namespace mr::snmp {
namespace {

// One request being answered. Errors keep the request's varbinds; the first one found is the answer.
class Answering {
 public:
  Answering(const Pdu& request, Version version, VariableSource& source, const Access& access,
            std::size_t bytes_max, const AnswerLimits& limits)
      : request_(request),
        version_(version),
        source_(source),
        access_(access),
        bytes_max_(bytes_max),
        limits_(limits) {
    out_.type = PduType::response;
    out_.request_id = request.request_id;
  }

  Pdu answer() {
    const bool writes = request_.type == PduType::set;
    if (writes ? !access_.write : !access_.read) return error(ErrorStatus::authorization_error, 0);
    switch (request_.type) {
      case PduType::get:
        return get();
      case PduType::get_next:
        return get_next();
      case PduType::get_bulk:
        return get_bulk();
      default:
        return set();
    }
  }

 private:
  Pdu error(ErrorStatus status, std::size_t index) {
    if (version_ == Version::v1) status = to_v1(status);
    out_.error_status = static_cast<std::int32_t>(status);
    out_.error_index = static_cast<std::int32_t>(index);
    // RFC 3416 section 4.2.1: tooBig has no varbinds; RFC 1157: the response is the request.
    if (status == ErrorStatus::too_big && version_ != Version::v1) {
      out_.varbinds.clear();
    } else {
      out_.varbinds = request_.varbinds;
    }
    return std::move(out_);
  }

  bool add(VarBind v) {
    bytes_ += ber_size(v);
    if (bytes_ > bytes_max_) return false;
    out_.varbinds.push_back(std::move(v));
    return true;
  }

  Pdu get() {
    out_.varbinds.reserve(request_.varbinds.size());
    for (std::size_t i = 0; i < request_.varbinds.size(); ++i) {
      const Oid& name = request_.varbinds[i].name;
      Value value = access_.read->contains(name) ? source_.get(name) : Value::no_such_object();
      if (version_ == Version::v1 && (value.is_exception() || value.type() == Type::counter64)) {
        return error(ErrorStatus::no_such_name, i + 1);
      }
      if (!add({name, std::move(value)})) return error(ErrorStatus::too_big, 0);
    }
    return std::move(out_);
  }

  enum class Step { found, end, exhausted };

  // The next variable in view; in v1 one that v1 can carry (RFC 3584 section 4.2.2.1).
  Step next(const Oid& after, VarBind& out) {
    Oid from = after;
    while (steps_++ < limits_.steps_max) {
      if (!source_.next(from, out.name, out.value)) {
        out = {after, Value::end_of_mib_view()};
        return Step::end;
      }
      if (out.name <= from)
        return Step::exhausted;  // the source breaks its contract; the peer must not loop on it
      if (access_.read->contains(out.name) &&
          !(version_ == Version::v1 && out.value.type() == Type::counter64)) {
        return Step::found;
      }
      from = out.name;
    }
    return Step::exhausted;
  }

  Pdu get_next() {
    out_.varbinds.reserve(request_.varbinds.size());
    for (std::size_t i = 0; i < request_.varbinds.size(); ++i) {
      VarBind v;
      const Step step = next(request_.varbinds[i].name, v);
      if (step == Step::exhausted) return error(ErrorStatus::gen_err, i + 1);
      if (step == Step::end && version_ == Version::v1) return error(ErrorStatus::no_such_name, i + 1);
      if (!add(std::move(v))) return error(ErrorStatus::too_big, 0);
    }
    return std::move(out_);
  }

  Pdu get_bulk() {
    const std::size_t asked = request_.varbinds.size();
    const auto at_least_0 = [](std::int32_t n) { return static_cast<std::size_t>(std::max(n, 0)); };
    const std::size_t non_repeaters = std::min(at_least_0(request_.error_status), asked);
    const std::size_t repetitions = std::min(at_least_0(request_.error_index), limits_.repetitions_max);
    const std::size_t repeaters = asked - non_repeaters;

    for (std::size_t i = 0; i < non_repeaters; ++i) {
      VarBind v;
      if (next(request_.varbinds[i].name, v) == Step::exhausted) return error(ErrorStatus::gen_err, i + 1);
      if (!add(std::move(v))) return cut();
    }
    // Each row starts where the one before it ended. A name that has reached its end keeps the last name that
    // it had.
    out_.varbinds.reserve(std::min<std::size_t>(non_repeaters + repetitions * repeaters, 64));
    std::vector<Oid> from;
    for (std::size_t i = 0; i < repeaters; ++i) from.push_back(request_.varbinds[non_repeaters + i].name);
    std::vector<bool> ended(repeaters, false);
    std::size_t left = repeaters;
    for (std::size_t row = 0; row < repetitions && left > 0; ++row) {
      for (std::size_t i = 0; i < repeaters; ++i) {
        VarBind v{from[i], Value::end_of_mib_view()};
        if (!ended[i]) {
          const Step step = next(from[i], v);
          if (step == Step::exhausted) return error(ErrorStatus::gen_err, non_repeaters + i + 1);
          if (step == Step::end) {
            ended[i] = true;
            --left;
          } else {
            from[i] = v.name;
          }
        }
        if (!add(std::move(v))) return cut();
      }
    }
    return std::move(out_);
  }

  // What fits is the answer; a response without any varbind would tell the peer nothing, so that is tooBig.
  Pdu cut() {
    if (out_.varbinds.empty()) return error(ErrorStatus::too_big, 0);
    return std::move(out_);
  }

  Pdu set() {
    const auto& wanted = request_.varbinds;
    for (const VarBind& v : wanted) bytes_ += ber_size(v);
    if (bytes_ > bytes_max_) return error(ErrorStatus::too_big, 0);

    for (std::size_t i = 0; i < wanted.size(); ++i) {
      ErrorStatus status = ErrorStatus::no_access;
      if (access_.write->contains(wanted[i].name)) {
        status = wanted[i].value.is_exception() ? ErrorStatus::wrong_type : source_.test(wanted[i]);
      }
      if (status != ErrorStatus::no_error) return error(status, i + 1);
    }
    std::vector<VarBind> before;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      VarBind was{wanted[i].name, source_.get(wanted[i].name)};
      if (source_.commit(wanted[i]) == ErrorStatus::no_error) {
        before.push_back(std::move(was));
        continue;
      }
      bool undone = true;
      for (auto v = before.rbegin(); v != before.rend(); ++v) undone = source_.undo(*v) && undone;
      if (!undone) return error(ErrorStatus::undo_failed, 0);
      return error(ErrorStatus::commit_failed, i + 1);
    }
    out_.varbinds = wanted;
    return std::move(out_);
  }

  const Pdu& request_;
  Version version_;
  VariableSource& source_;
  const Access& access_;
  std::size_t bytes_max_;
  const AnswerLimits& limits_;
  Pdu out_;
  std::size_t bytes_ = 0;
  std::size_t steps_ = 0;
};

bool answerable(PduType type, Version version) {
  return type == PduType::get || type == PduType::get_next || type == PduType::set ||
         (type == PduType::get_bulk && version != Version::v1);
}

}  // namespace

View::View(std::vector<Subtree> subtrees) : subtrees_(std::move(subtrees)) {
  std::stable_sort(subtrees_.begin(), subtrees_.end(),
                   [](const Subtree& a, const Subtree& b) { return a.root.size() > b.root.size(); });
}

const View& View::all() {
  static const View view = [] {
    View v;
    v.everything_ = true;
    return v;
  }();
  return view;
}

bool View::contains(const Oid& name) const {
  if (everything_) return true;
  for (const Subtree& subtree : subtrees_) {
    if (name.starts_with(subtree.root)) return subtree.included;
  }
  return false;
}

ErrorStatus to_v1(ErrorStatus status) {
  switch (status) {
    case ErrorStatus::wrong_value:
    case ErrorStatus::wrong_encoding:
    case ErrorStatus::wrong_type:
    case ErrorStatus::wrong_length:
    case ErrorStatus::inconsistent_value:
      return ErrorStatus::bad_value;
    case ErrorStatus::no_access:
    case ErrorStatus::not_writable:
    case ErrorStatus::no_creation:
    case ErrorStatus::inconsistent_name:
    case ErrorStatus::authorization_error:
      return ErrorStatus::no_such_name;
    case ErrorStatus::resource_unavailable:
    case ErrorStatus::commit_failed:
    case ErrorStatus::undo_failed:
      return ErrorStatus::gen_err;
    default:
      return status;
  }
}

std::optional<Pdu> respond(const Pdu& request, Version version, VariableSource& source, const Access& access,
                           std::size_t varbind_bytes_max, const AnswerLimits& limits) {
  if (!answerable(request.type, version)) return {};
  return Answering(request, version, source, access, varbind_bytes_max, limits).answer();
}

Answer answer_community(ByteView datagram, VariableSource& source, const CommunityPolicy& policy,
                        const AnswerLimits& limits) {
  auto message = decode_community(datagram, limits.decoding);
  if (!message) return {.datagram = {}, .why = code_of(message.error()), .request = {}};
  const PduType asked = message->pdu.type;
  const std::optional<Access> access = policy(message->version, message->community);
  if (!access) return {.datagram = {}, .why = errc::wrong_community, .request = asked};

  const std::size_t around = community_overhead(*message);
  const std::size_t room = limits.bytes_max > around ? limits.bytes_max - around : 0;
  auto response = respond(message->pdu, message->version, source, *access, room, limits);
  if (!response) return {.datagram = {}, .why = errc::unexpected_pdu, .request = asked};
  message->pdu = std::move(*response);
  Bytes encoded = encode(*message);
  // An error that repeats the request's varbinds can be too long where the request already was: a silent
  // drop.
  if (encoded.size() > limits.bytes_max) return {.datagram = {}, .why = errc::too_large, .request = asked};
  return {.datagram = std::move(encoded), .why = {}, .request = asked};
}

Answer answer_usm(ByteView datagram, VariableSource& source, UsmAuthority& authority,
                  const UserPolicy& policy, EngineTime now, const AnswerLimits& limits) {
  auto judged = authority.receive(datagram, now, limits.decoding);
  if (auto* refused = std::get_if<UsmAuthority::Refused>(&judged)) {
    return {.datagram = std::move(refused->report), .why = refused->why, .request = {}};
  }
  auto& request = std::get<UsmAuthority::Accepted>(judged);
  const PduType asked = request.scoped.pdu.type;
  if (!answerable(asked, Version::v3)) return {.datagram = {}, .why = errc::unexpected_pdu, .request = asked};
  if (request.scoped.context_engine_id != authority.engine_id()) {
    return {.datagram = authority.report_unknown_pdu_handler(request, now),
            .why = errc::unknown_engine,
            .request = asked};
  }
  const std::optional<Access> access =
      policy(request.user->user(), request.level, request.scoped.context_name);
  if (!access) {
    return {.datagram = authority.report_unknown_context(request, now),
            .why = errc::refused_by_peer,
            .request = asked};
  }
  const std::size_t bytes_max = std::min(limits.bytes_max, request.size_max);
  const std::size_t around = authority.overhead(request);
  const std::size_t room = bytes_max > around ? bytes_max - around : 0;
  auto response = respond(request.scoped.pdu, Version::v3, source, *access, room, limits);
  MR_ASSERT(response.has_value());
  Bytes encoded = authority.respond(
      request, {authority.engine_id(), request.scoped.context_name, std::move(*response)}, now);
  if (encoded.size() > bytes_max) return {.datagram = {}, .why = errc::too_large, .request = asked};
  return {.datagram = std::move(encoded), .why = {}, .request = asked};
}

}  // namespace mr::snmp
