// What `makeready server` and `makeready agent` share: a process of one host on real seams, its events as
// lines, and an end by signal.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "reference/runtime/asio/process.hpp"

namespace mr::command {

// "127.0.0.1:0", "[::1]:8443"; nothing where it is neither.
std::optional<runtime::Endpoint> parse_endpoint(const std::string& text);

class Service {
 public:
  // Stores and events.ndjson (of the host `administration`, which runs beside a server:
  // administration.ndjson) are in the host's stores folder, which is made. errors: the folder cannot be
  // written.
  static Result<std::unique_ptr<Service>> open(runtime::HostOptions host, bool show_events);

  runtime::AsioProcess& process() { return *process_; }
  runtime::Runtime& host() { return *host_; }

  // Runs the coroutine to its end.
  template <class T>
  T complete(runtime::asio::awaitable<T> task);
  // Runs until finish(), SIGINT or SIGTERM, then until `idle`, at most ten seconds.
  void run(std::function<void()> stop, std::function<bool()> idle);
  void finish() { finished_ = true; }

 private:
  Service() = default;
  std::ofstream events_;
  std::unique_ptr<runtime::AsioProcess> process_;
  std::unique_ptr<runtime::AsioRuntime> host_;
  bool finished_ = false;
};

template <class T>
T Service::complete(runtime::asio::awaitable<T> task) {
  std::optional<T> out;
  runtime::asio::co_spawn(process_->executor(), std::move(task), [&out](std::exception_ptr error, T value) {
    if (error) std::rethrow_exception(error);
    out.emplace(std::move(value));
  });
  process_->run_until([&out] { return out.has_value(); }, runtime::Instant::max());
  return std::move(*out);
}

}  // namespace mr::command
