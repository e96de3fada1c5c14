// What the tests of this module share: a world with two hosts, and coroutines run on them to their end.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::world {

namespace asio = boost::asio;
using boost::system::error_code;
using runtime::Scope;
using runtime::Stream;
using namespace std::chrono_literals;

inline Address address(const char* text) { return asio::ip::make_address(text); }
inline Endpoint endpoint(const char* text, std::uint16_t port) { return {address(text), port}; }
inline Instant at(Duration since_start) { return Instant(since_start); }

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

inline asio::awaitable<error_code> send(Stream& stream, std::string text) {
  std::size_t done = 0;
  while (done < text.size()) {
    auto [ec, n] =
        co_await stream.async_write_some(asio::buffer(text.data() + done, text.size() - done), as_result);
    if (ec) co_return ec;
    done += n;
  }
  co_return error_code();
}

// Until the end of the stream or an error, which is put into `end`.
inline asio::awaitable<std::string> receive_all(Stream& stream, error_code& end, std::size_t at_once = 4096) {
  std::string all, part(at_once, '\0');
  for (;;) {
    auto [ec, n] = co_await stream.async_read_some(asio::buffer(part), as_result);
    all.append(part, 0, n);
    if (ec) {
      end = ec;
      co_return all;
    }
  }
}

struct Hosts : testing::Test {
  World world{{.seed = 7}};
  Host& a = world.add_host({.name = "a", .addresses = {address("192.0.2.1")}, .site = "office"});
  Host& b = world.add_host(
      {.name = "b", .addresses = {address("192.0.2.2"), address("2001:db8::2")}, .site = "office"});

  // Runs until nothing is due.
  void settle(Duration within = 1h) {
    const auto quiet = world.run_until_quiet(within);
    ASSERT_TRUE(quiet) << to_string(quiet.error());
  }
};

}  // namespace mr::world
