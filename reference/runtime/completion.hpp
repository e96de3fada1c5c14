// The two sides of an asynchronous operation: how a coroutine waits for one (as_values), and how every
// implementation of a seam ends one (post_completion: a type-erased handler, on its own turn).
//
// In Boost 1.81 the move assignment of any_completion_handler recurses without end: keep one with swap() or
// by constructing it.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace mr::runtime {

// The completion token of coroutines: errors come back as values, `const auto [error, ...] = co_await ...`.
inline constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);

// Takes back what was put on the handler's cancellation slot, and posts the call. `handler` is empty
// afterwards. The arguments must be of the handler's exact types.
template <class... Arguments>
void post_completion(const boost::asio::any_io_executor& executor,
                     boost::asio::any_completion_handler<void(Arguments...)>&& handler,
                     std::type_identity_t<Arguments>... arguments) {
  boost::asio::any_completion_handler<void(Arguments...)> taken = std::move(handler);
  if (auto slot = boost::asio::get_associated_cancellation_slot(taken); slot.is_connected()) slot.clear();
  boost::asio::post(executor, [taken = std::move(taken), ... arguments = std::move(arguments)]() mutable {
    std::move(taken)(std::move(arguments)...);
  });
}

}  // namespace mr::runtime
