// Where alert mails wait and from where they are sent: a queue for each printer that has any.
//
// A mail that cannot be handed over now is tried again after 1, 5, 15 and 60 minutes, and then given up. One
// connection of a printer at a time. threading: the runtime's executor.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "reference/runtime/runtime.hpp"
#include "simulators/printer/device/device.hpp"

namespace mr::printer {

class MailPost {
 public:
  struct Outcome {
    std::string subject;  // what the alert was
    bool sent = false;
    std::string why;  // of one that was not: a reply of the server, or an error of the network
    std::uint32_t attempts = 0;
  };
  // Not while a call to the post is under way. May not destroy it.
  using Told = std::function<void(std::size_t index, const Outcome& outcome)>;
  static constexpr std::size_t queue_max =
      32;  // of a printer; over it the oldest that is not being sent goes

  // lifetime: `runtime` and the devices outlive it.
  MailPost(runtime::Runtime& runtime, std::function<Device&(std::size_t index)> device, Told told);
  ~MailPost();
  MailPost(const MailPost&) = delete;

  // Nothing where the printer has no mail server, sender or recipient (Settings), or the alert is not for
  // mail.
  void alert(std::size_t index, const AlertChange& change);
  void forget(std::size_t index);  // the printer is switched off

 private:
  struct State;
  static runtime::asio::awaitable<void> send(std::shared_ptr<State> state, std::size_t index,
                                             std::uint64_t number);
  std::shared_ptr<State> state_;
};

}  // namespace mr::printer
