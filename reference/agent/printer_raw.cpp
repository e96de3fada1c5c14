// The raw port: sending a job or a file, and PrintTestPage.
#include <boost/asio/write.hpp>

#include "reference/agent/printer_actions.hpp"
#include "reference/agent/test_page.hpp"
#include "reference/runtime/completion.hpp"
#include "reference/runtime/deadline.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {

const snmp::Oid marker_life_count{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1};
constexpr auto raw_connect_time = std::chrono::seconds(30);
constexpr auto stall_time =
    std::chrono::minutes(2);  // for each chunk to leave, and for the printer to close at the end
constexpr std::size_t chunk_octets = 64 * 1024;
constexpr auto page_look_interval = std::chrono::seconds(5);

}  // namespace

awaitable<PrinterActions::Sent> PrinterActions::send_raw(runtime::Address printer, SoftwareFile file,
                                                         Allowed allowed) {
  Sent sent;
  runtime::Clock& clock = runtime_.clock();
  if (!allowed()) {
    sent.withdrawn = true;
    co_return sent;
  }
  auto stream =
      co_await runtime_.network().connect({printer, settings_.raw_port}, clock.now() + raw_connect_time);
  if (!stream) {
    sent.fault = stream.error();
    co_return sent;
  }
  sent.connected = true;
  runtime::TimedStream timed(*stream, clock, clock.now() + stall_time);
  while (sent.octets < file.size) {
    const Result<std::string> part = file.read(sent.octets);
    if (!part) {
      stream->reset();
      sent.fault = part.error();
      co_return sent;
    }
    MR_ASSERT(!part->empty());
    for (std::size_t at = 0; at < part->size();) {
      if (!allowed()) {
        stream->reset();
        sent.withdrawn = true;
        co_return sent;
      }
      timed.deadline(clock.now() + stall_time);
      const auto chunk = runtime::asio::buffer(part->data() + at, std::min(chunk_octets, part->size() - at));
      const auto [error, wrote] = co_await runtime::asio::async_write(timed, chunk, runtime::as_values);
      sent.octets += wrote;
      at += wrote;
      if (error) {
        stream->reset();
        sent.fault = Fault(error, "after " + std::to_string(sent.octets) + " octets");
        co_return sent;
      }
    }
  }
  // The half-close says that this was all of it. What the printer says meanwhile (PJL status) is read and
  // dropped: it must not stall.
  stream->shut_send();
  timed.deadline(clock.now() + stall_time);
  std::array<char, 1024> said{};
  for (std::uint64_t heard = 0; heard < 1024 * 1024;) {
    const auto [error, count] =
        co_await timed.async_read_some(runtime::asio::buffer(said), runtime::as_values);
    heard += count;
    if (error == runtime::asio::error::eof) break;
    if (error) {
      // All of it left. A printer that goes on to restart may cut the connection: what it did shows
      // elsewhere.
      if (error == runtime::asio::error::operation_aborted) sent.fault = Fault(error);
      break;
    }
  }
  co_return sent;
}

awaitable<std::optional<std::int64_t>> PrinterActions::life_count(Target target) {
  std::vector<snmp::Oid> names(1, marker_life_count);
  const auto variables =
      co_await snmp_.get(target.address, target.credentials, std::move(names), settings_.snmp_attempts);
  if (!variables) co_return std::nullopt;
  const auto found = variables->find(marker_life_count);
  if (found == variables->end()) co_return std::nullopt;
  co_return found->second.number();
}

//= ACT-TEST-PAGE
awaitable<Deed> PrinterActions::print_test_page(Target target, Allowed allowed) {
  Deed deed;
  const auto before = co_await life_count(target);
  if (!before) {
    deed.reason = "unreachable";
    deed.detail = "the life count cannot be read, so that a page could not be proved";
    co_return deed;
  }
  const model::Stamp now = settings_.zone.stamp(runtime_.clock().wall());
  const std::string job = test_page(
      {"Serial number  " + target.serial_number, "Asked for      " + model::to_text(now),
       "Life count     " + std::to_string(*before) + " before this page", "Sent by        makeready agent"});
  SoftwareFile file{job.size(), "test page",
                    [job](std::uint64_t offset) -> Result<std::string> { return job.substr(offset); }};
  const Sent sent = co_await send_raw(target.address, std::move(file), allowed);
  if (sent.withdrawn) co_return locked_down_meanwhile();
  if (sent.fault) {
    deed.reason = sent.connected ? "failed" : "unreachable";
    deed.detail = "port " + std::to_string(settings_.raw_port) + ": " + sent.fault->code.message();
    co_return deed;
  }
  const runtime::Instant deadline = runtime_.clock().now() + settings_.print_time_max;
  while (runtime_.clock().now() < deadline) {
    const auto after = co_await life_count(target);
    if (after && *after > *before) {
      deed = co_await read_status(target);
      deed.outcome = model::Outcome::performed;
      deed.reason.clear();
      deed.detail = "life count " + std::to_string(*before) + " before, " + std::to_string(*after) + " after";
      co_return deed;
    }
    const bool woke = co_await runtime_.clock().sleep_for(page_look_interval);
    if (!woke) co_return deed;
  }
  deed.reason = "failed";
  deed.detail = "the printer took the page, but its life count did not rise from " + std::to_string(*before);
  co_return deed;
}

}  // namespace mr::agent
