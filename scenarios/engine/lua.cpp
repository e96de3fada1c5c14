#include "scenarios/engine/lua.hpp"

#include <lua.hpp>

#include <array>
#include <cstdlib>
#include <memory>

namespace mr::scenarios {

std::string_view describe(lua_errc code) {
  switch (code) {
    case lua_errc::syntax:
      return "not a Lua expression";
    case lua_errc::failed:
      return "the expression failed";
    case lua_errc::budget:
      return "the expression takes too many instructions";
    case lua_errc::memory:
      return "the expression takes too much memory";
    case lua_errc::not_boolean:
      return "the expression is neither true nor false";
  }
  return "lua error";
}

namespace {

struct Budget {
  std::size_t bytes_left;
  bool instructions_gone = false;
};

void* allocate(void* context, void* block, std::size_t old_size, std::size_t new_size) {
  Budget& budget = *static_cast<Budget*>(context);
  const std::size_t had = block != nullptr ? old_size : 0;  // of a new block, Lua passes its type there
  if (new_size == 0) {
    budget.bytes_left += had;
    std::free(block);
    return nullptr;
  }
  if (new_size > had && new_size - had > budget.bytes_left) return nullptr;
  void* const moved = std::realloc(block, new_size);
  if (moved != nullptr) {
    budget.bytes_left += had;
    budget.bytes_left -= new_size;
  }
  return moved;
}

Budget& budget_of(lua_State* state) {
  void* context = nullptr;
  lua_getallocf(state, &context);
  return *static_cast<Budget*>(context);
}

void out_of_instructions(lua_State* state, lua_Debug*) {
  budget_of(state).instructions_gone = true;
  luaL_error(state, "too many instructions");
}

// tostring: of what has the same text in every run. Lua's own gives addresses for tables and functions.
int plain_tostring(lua_State* state) {
  luaL_checkany(state, 1);
  switch (lua_type(state, 1)) {
    case LUA_TNIL:
      lua_pushliteral(state, "nil");
      break;
    case LUA_TBOOLEAN:
      lua_pushstring(state, lua_toboolean(state, 1) ? "true" : "false");
      break;
    case LUA_TNUMBER:
    case LUA_TSTRING:
      lua_settop(state, 1);
      lua_tostring(state, 1);
      break;
    default:
      return luaL_error(state, "tostring of a %s", luaL_typename(state, 1));
  }
  return 1;
}

// pairs: keys in order, numbers before strings, so that no result depends on a hash. In Lua, on top of what
// is left of its library.
constexpr const char* sorted_pairs = R"lua(
local sort, type, next = table.sort, type, next
return function(t)
  local keys, n = {}, 0
  for k in next, t do
    if type(k) ~= 'number' and type(k) ~= 'string' then error('pairs: a key that is neither a number nor a string', 2) end
    n = n + 1
    keys[n] = k
  end
  sort(keys, function(a, b)
    if type(a) ~= type(b) then return type(a) == 'number' end
    return a < b
  end)
  local i = 0
  return function()
    i = i + 1
    if keys[i] ~= nil then return keys[i], t[keys[i]] end
  end
end
)lua";

constexpr const char* no_such_figure = "there is no figure";

int missing_name(lua_State* state) {
  return luaL_error(state, "%s '%s'", no_such_figure,
                    lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "?");
}

// Everything that can fail for want of memory, under one lua_pcall. Argument: the figures, as light userdata.
int prepare(lua_State* state) {
  const Figures& figures = *static_cast<const Figures*>(lua_touserdata(state, 1));
  luaL_requiref(state, LUA_GNAME, luaopen_base, 1);
  luaL_requiref(state, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(state, LUA_MATHLIBNAME, luaopen_math, 1);
  lua_settop(state, 0);
  lua_getglobal(state, "table");
  lua_pushnil(state);
  lua_setfield(state, -2, "move");  // a loop that no hook counts
  lua_getglobal(state, "math");
  for (const char* name : {"random", "randomseed"}) {
    lua_pushnil(state);
    lua_setfield(state, -2, name);
  }
  lua_settop(state, 0);
  if (luaL_loadstring(state, sorted_pairs) != LUA_OK) return lua_error(state);
  lua_call(state, 0, 1);
  lua_setglobal(state, "pairs");
  for (const char* name :
       {"collectgarbage", "dofile", "getmetatable", "load", "loadfile", "next", "pcall", "print", "rawequal",
        "rawget", "rawlen", "rawset", "require", "setmetatable", "warn", "xpcall", "_G", "_VERSION"}) {
    lua_pushnil(state);
    lua_setglobal(state, name);
  }
  lua_pushcfunction(state, plain_tostring);
  lua_setglobal(state, "tostring");
  for (const auto& [name, value] : figures) {
    lua_pushinteger(state, value);
    lua_setglobal(state, name.c_str());
  }
  // A name that nothing has is an error with its name, not nil.
  lua_pushglobaltable(state);
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, missing_name);
  lua_setfield(state, -2, "__index");
  lua_setmetatable(state, -2);
  return 0;
}

}  // namespace

Result<bool> evaluate(const std::string& expression, const Figures& figures, const LuaBudget& limits) {
  Budget budget{limits.bytes};
  const std::unique_ptr<lua_State, void (*)(lua_State*)> owner(lua_newstate(allocate, &budget), lua_close);
  lua_State* const state = owner.get();
  if (state == nullptr) return Fault(lua_errc::memory);
  const auto words = [&] {
    const char* text = lua_type(state, -1) == LUA_TSTRING ? lua_tostring(state, -1) : nullptr;
    return std::string(text != nullptr ? text : "an error that is no text");
  };
  lua_pushcfunction(state, prepare);
  lua_pushlightuserdata(state, const_cast<Figures*>(&figures));
  if (const int status = lua_pcall(state, 1, 0, 0); status != LUA_OK)
    return Fault(status == LUA_ERRMEM ? lua_errc::memory : lua_errc::failed, words());

  const std::string chunk = "return " + expression;
  // Text only: a precompiled chunk could do anything.
  if (const int status = luaL_loadbufferx(state, chunk.data(), chunk.size(), "=expression", "t");
      status != LUA_OK) {
    return Fault(status == LUA_ERRMEM ? lua_errc::memory : lua_errc::syntax, words());
  }
  lua_sethook(state, out_of_instructions, LUA_MASKCOUNT, limits.instructions);
  const int status = lua_pcall(state, 0, 1, 0);
  lua_sethook(state, nullptr, 0, 0);
  if (budget.instructions_gone) return Fault(lua_errc::budget);
  if (status == LUA_ERRMEM) return Fault(lua_errc::memory);
  if (status != LUA_OK) return Fault(lua_errc::failed, words());
  if (!lua_isboolean(state, -1))
    return Fault(lua_errc::not_boolean, std::string("it gave a ") + luaL_typename(state, -1));
  return lua_toboolean(state, -1) != 0;
}

Result<void> check_expression(const std::string& expression, const std::vector<std::string>& figures) {
  for (const std::int64_t value : {0, 1}) {
    Figures tried;
    for (const std::string& name : figures) tried[name] = value;
    const auto held = evaluate(expression, tried);
    if (held) continue;
    // What else fails may fail of these figures alone.
    if (held.error().code == lua_errc::syntax ||
        held.error().detail.find(no_such_figure) != std::string::npos)
      return held.error();
  }
  return {};
}

}  // namespace mr::scenarios
