#include "tools/command/service.hpp"

#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <iostream>

namespace mr::command {

Result<std::unique_ptr<Service>> Service::open(runtime::HostOptions host, bool show_events) {
  std::unique_ptr<Service> service(new Service());
  std::error_code ec;
  std::filesystem::create_directories(host.stores_folder, ec);
  if (!ec) {
    std::filesystem::permissions(host.stores_folder, std::filesystem::perms::owner_all,
                                 ec);  // private keys live there
    service->events_.open(
        host.stores_folder + (host.name == "administration" ? "/administration.ndjson" : "/events.ndjson"),
        std::ios::binary | std::ios::app);
  }
  if (ec || !service->events_) {
    return Fault(ec ? ec : std::make_error_code(std::errc::permission_denied),
                 "the folder " + host.stores_folder);
  }
  runtime::ProcessOptions options;
  std::ofstream* const events = &service->events_;
  options.trace.write = [events, show_events](std::string_view line) {
    *events << line << std::flush;
    if (show_events) std::cerr << line << std::flush;
  };
  service->process_ = std::make_unique<runtime::AsioProcess>(std::move(options));
  service->host_ = std::make_unique<runtime::AsioRuntime>(*service->process_, std::move(host));
  return service;
}

void Service::run(std::function<void()> stop, std::function<bool()> idle) {
  boost::asio::signal_set signals(process_->context(), SIGINT, SIGTERM);
  signals.async_wait([this](boost::system::error_code error, int) {
    if (!error) finished_ = true;
  });
  process_->run_until([this] { return finished_; }, runtime::Instant::max());
  signals.cancel();
  // On the executor: a scope is stopped from within.
  bool told = false;
  boost::asio::post(process_->executor(), [&] {
    stop();
    told = true;
  });
  process_->run_until([&] { return told && idle(); }, process_->clock().now() + std::chrono::seconds(10));
}

}  // namespace mr::command
