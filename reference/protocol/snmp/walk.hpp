// A walk of a subtree: which request to send next, and what the responses add up to. Sans-I/O and above the
// Session: next() gives a PDU for Session::start, resume() takes what it came to.
//
// GETBULK, with fewer repetitions after tooBig, and GETNEXT where GETBULK fails after the first answer or the
// version is v1. Ends at endOfMibView, at the first name outside the subtree, at noSuchName (v1), and at a
// genErr after at least one variable, which printers answer for the name after their last. A name that does
// not increase ends it with not_increasing: what came before is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/snmp/session.hpp"

namespace mr::snmp {

class Walk {
 public:
  struct Options {
    Version version = Version::v2c;
    std::int32_t repetitions = 25;
    std::size_t variables_max = 100'000;  // walk_limit over it
    bool include_root = false;  // also GET the root itself, as a leaf's full name, if the walk finds nothing
  };
  explicit Walk(Oid root) : Walk(std::move(root), Options()) {}
  Walk(Oid root, Options options);

  bool done() const { return state_ == State::done; }
  // The next request. requires: not done.
  Pdu next() const;
  // What it came to: the Session's response, or its failure.
  void resume(const Result<Pdu>& response);

  // All variables so far, in order.
  const std::vector<VarBind>& variables() const { return variables_; }
  std::vector<VarBind> take() { return std::move(variables_); }
  // Why it ended early; no failure where it ended well. requires: done.
  const Fault& fault() const { return fault_; }
  bool ended_by_gen_err() const { return ended_by_gen_err_; }

 private:
  enum class State { bulk, next, leaf, done };
  void end(Fault fault = {});
  void end_of_subtree();

  Oid root_;
  Options options_;
  State state_;
  Oid at_;
  std::vector<VarBind> variables_;
  Fault fault_;
  bool ended_by_gen_err_ = false;
};

}  // namespace mr::snmp
