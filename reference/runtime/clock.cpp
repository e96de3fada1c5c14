#include "reference/runtime/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>

namespace mr::runtime {

asio::awaitable<bool> Clock::sleep_until(Instant deadline) {
  // Named, because g++ 12 destroys a lambda's captures twice in a co_await expression (GCC 107288).
  auto start = [this, deadline](auto handler) { wait(deadline, std::move(handler)); };
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  auto [ec] = co_await asio::async_initiate<decltype(token), void(boost::system::error_code)>(start, token);
  co_return !ec;
}

}  // namespace mr::runtime
