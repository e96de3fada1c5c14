#include "tools/command/service.hpp"

#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <filesystem>
#include <iostream>

namespace mr::command {

std::optional<runtime::Endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(host, ec);
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  if (ec || parsed.ec != std::errc() || parsed.ptr != end || port > 65535) return std::nullopt;
  return runtime::Endpoint{address, static_cast<std::uint16_t>(port)};
}

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
