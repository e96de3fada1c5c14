#include "reference/protocol/snmp/walk.hpp"

#include <algorithm>

namespace mr::snmp {

Walk::Walk(Oid root, Options options) : root_(std::move(root)), options_(options), at_(root_) {
  MR_ASSERT(options_.repetitions >= 1);
  state_ = options_.version == Version::v1 ? State::next : State::bulk;
}

Pdu Walk::next() const {
  MR_ASSERT(!done());
  if (state_ == State::bulk) return get_bulk_request({at_}, 0, options_.repetitions);
  if (state_ == State::leaf) return get_request({root_});
  return get_next_request({at_});
}

void Walk::end(Fault fault) {
  state_ = State::done;
  fault_ = std::move(fault);
}

void Walk::end_of_subtree() {
  if (options_.include_root && variables_.empty()) {
    state_ = State::leaf;
  } else {
    end();
  }
}

void Walk::resume(const Result<Pdu>& response) {
  MR_ASSERT(!done());
  if (!response) {
    // A device that has answered, and is silent to this, may still answer GETNEXT.
    if (state_ == State::bulk && !variables_.empty()) {
      state_ = State::next;
      return;
    }
    return end(response.error());
  }
  const Pdu& pdu = *response;
  if (state_ == State::leaf) {
    if (pdu.error_status == 0 && pdu.varbinds.size() == 1 && !pdu.varbinds[0].value.is_exception() &&
        pdu.varbinds[0].name == root_) {
      variables_.push_back(pdu.varbinds[0]);
    }
    return end();
  }
  if (pdu.error_status != 0) {
    const auto status = pdu.error_status;
    if (status == static_cast<int>(ErrorStatus::no_such_name)) return end_of_subtree();
    if (state_ == State::bulk) {
      if (status == static_cast<int>(ErrorStatus::too_big) && options_.repetitions > 1) {
        options_.repetitions /= 2;
      } else {
        state_ = State::next;
      }
      return;
    }
    if (status == static_cast<int>(ErrorStatus::gen_err) && !variables_.empty()) {
      ended_by_gen_err_ = true;
      return end();
    }
    const std::string name(status > 0 && status <= 18 ? to_text(static_cast<ErrorStatus>(status))
                                                      : "unknown");
    return end(Fault(errc::error_status, name + " (" + std::to_string(status) + ") after " + at_.text()));
  }
  if (pdu.varbinds.empty()) {
    if (state_ == State::next) return end(Fault(errc::unexpected_pdu, "a response without variables"));
    state_ = State::next;
    return;
  }
  const std::size_t usable = state_ == State::bulk ? pdu.varbinds.size() : 1;
  for (std::size_t i = 0; i < usable; ++i) {
    const VarBind& v = pdu.varbinds[i];
    if (v.value.is_exception() || !v.name.starts_with(root_)) {
      // A name before the subtree is not its end: the peer went backwards.
      if (!v.value.is_exception() && v.name <= at_) return end(Fault(errc::not_increasing, v.name.text()));
      return end_of_subtree();
    }
    if (v.name <= at_) return end(Fault(errc::not_increasing, v.name.text() + " after " + at_.text()));
    if (variables_.size() >= options_.variables_max) return end(Fault(errc::walk_limit));
    variables_.push_back(v);
    at_ = v.name;
  }
}

}  // namespace mr::snmp
