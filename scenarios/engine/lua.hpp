// Evaluates one Lua 5.4 expression over named figures, in a sandbox: a fixed budget of instructions and
// memory, and no way out.
//
// Of the standard library there are assert, error, ipairs, pairs (in sorted order), select, tonumber,
// tostring, type, table without move, and math without random; no string functions, no coroutines, no pcall,
// no metatables. Figures are globals.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::scenarios {

enum class lua_errc {
  syntax = 1,   // not an expression
  failed,       // an error while it ran: an unknown name, a type
  budget,       // too many instructions
  memory,       // too much memory
  not_boolean,  // it gave something that is neither true nor false
};
std::string_view describe(lua_errc);

using Figures = std::map<std::string, std::int64_t, std::less<>>;

struct LuaBudget {
  int instructions = 1'000'000;
  std::size_t bytes = 4 << 20;
};

Result<bool> evaluate(const std::string& expression, const Figures& figures, const LuaBudget& budget = {});

// Whether it is an expression that names no figure but these, as far as that shows without a run: it is tried
// with each of them 0, and 1. errors: syntax, failed.
Result<void> check_expression(const std::string& expression, const std::vector<std::string>& figures);

}  // namespace mr::scenarios
MR_ERRC(mr::scenarios, lua_errc, "lua")
