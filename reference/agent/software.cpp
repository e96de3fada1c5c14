// UpgradeDevice from the agent's side: the file into the store, by ranges that survive a restart, then to the
// printer.
//
// The file is the one that the action tells by size and SHA-256. Nothing is begun in the sense of the work
// list (actions.cpp) until it is whole and right, so a restart during the download only goes on with it.
// Several actions for one file fetch it once.
#include "reference/protocol/exchange/software.hpp"

#include <algorithm>
#include <charconv>

#include "reference/agent/agent.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/runtime/http/http.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

// What an action says of its file.
struct Agent::Wanted {
  std::string id, sha256, name;
  std::uint64_t size = 0;
};

namespace {

Deed wrong_file(std::string detail) { return {model::Outcome::refused, "wrong-file", std::move(detail)}; }
Deed not_fetched(std::string detail) { return {model::Outcome::failed, "failed", std::move(detail)}; }

std::string parameter(const model::Action& action, std::string_view name) {
  for (const model::NamedValue& pair : action.parameters) {
    if (pair.name == name) return pair.value;
  }
  return {};
}

bool is_digest(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

runtime::Blob to_blob(std::string_view text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

std::string to_octets(const runtime::Blob& blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

// The part of a kept file that holds the octet at `offset`, from there on.
Result<std::string> read_part(runtime::Store& store, const std::string& id, const std::string& sha256,
                              std::uint64_t offset) {
  const auto rows = store.query(
      "SELECT first, octets FROM software_part WHERE id = $1 AND sha256 = $2 AND first <= $3 ORDER BY first "
      "DESC LIMIT 1",
      {id, sha256, static_cast<std::int64_t>(offset)});
  MR_TRY(rows);
  if (rows->empty()) return Fault(runtime::store_errc::corrupt, "a part of the software is missing");
  std::string octets = to_octets(std::get<runtime::Blob>(rows->front()[1]));
  const std::uint64_t skip = offset - static_cast<std::uint64_t>(std::get<std::int64_t>(rows->front()[0]));
  if (skip >= octets.size()) return Fault(runtime::store_errc::corrupt, "a part of the software is missing");
  return octets.substr(skip);
}

}  // namespace

awaitable<Deed> Agent::upgrade(model::Action action, Printer printer) {
  Wanted wanted{parameter(action, "SoftwareId"), parameter(action, "Sha256"), parameter(action, "FileName"),
                0};
  const std::string size = parameter(action, "Size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), wanted.size);
  if (error != std::errc() || end != size.data() + size.size() || wanted.size == 0 ||
      wanted.size > settings_.software_bytes_max) {
    co_return wrong_file("Size is missing, zero, or over " + std::to_string(settings_.software_bytes_max) +
                         " octets");
  }
  if (!model::is_identifier(wanted.id)) co_return wrong_file("SoftwareId is missing or no identifier");
  if (!is_digest(wanted.sha256)) co_return wrong_file("Sha256 is missing or no SHA-256");
  std::string ending = wanted.name.size() >= 4 ? wanted.name.substr(wanted.name.size() - 4) : std::string();
  std::ranges::transform(ending, ending.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (ending != ".DLM") co_return wrong_file("FileName does not end in .DLM");

  auto not_here = co_await fetch_software(wanted, action.action_id);
  if (not_here) co_return std::move(*not_here);
  if (locked_down()) co_return locked_down_meanwhile();
  const bool begun = co_await begin_action(action.action_id);
  if (!begun) co_return Deed{model::Outcome::failed, "failed", "the store cannot be written"};
  const std::string address = printer.address.to_string();
  SoftwareFile file{wanted.size, wanted.name,
                    [this, id = wanted.id, sha256 = wanted.sha256](std::uint64_t offset) {
                      return read_part(*store_, id, sha256, offset);
                    }};
  Allowed allowed = [this] { return !locked_down(); };
  std::function<void()> sent = [this, id = action.action_id, address, octets = wanted.size] {
    runtime_.trace().emit(
        {.kind = "agent.upgrade_sent",
         .causes = {id},
         .fields = {{"action", id}, {"address", address}, {"octets", static_cast<std::int64_t>(octets)}}});
  };
  const Target target{printer.address, printer.credentials, printer.serial_number};
  Upgrade upgrade =
      co_await on_printer_.upgrade(target, std::move(file), std::move(allowed), std::move(sent));
  if (!scope_.stopping() && upgrade.sent) {
    runtime_.trace().emit({.kind = "agent.level",
                           .causes = {action.action_id},
                           .fields = {{"action", action.action_id},
                                      {"serial", printer.serial_number},
                                      {"before", upgrade.before},
                                      {"after", upgrade.after}}});
  }
  co_return std::move(upgrade.deed);
}

// One fetch per file at a time: who comes second waits, and finds it there.
awaitable<std::optional<Deed>> Agent::fetch_software(Wanted wanted, std::string action_id) {
  const std::string key = wanted.id + "/" + wanted.sha256;
  for (;;) {
    const auto found = fetching_.find(key);
    if (found == fetching_.end()) break;
    const std::shared_ptr<runtime::Signal> over = found->second;
    const bool ready = co_await over->wait();
    if (!ready) co_return not_fetched("stopped");
  }
  auto over = std::make_shared<runtime::Signal>(runtime_.executor());
  fetching_[key] = over;
  auto outcome = co_await fetch_alone(std::move(wanted), std::move(action_id));
  fetching_.erase(key);
  over->set();
  co_return outcome;
}

//= SW-RESUME
awaitable<std::optional<Deed>> Agent::fetch_alone(Wanted wanted, std::string action_id) {
  exchange::SoftwareFetch::Options options;
  options.software_id = wanted.id;
  options.size = wanted.size;
  const auto rows = store_->query("SELECT size, got, etag FROM software WHERE id = $1 AND sha256 = $2",
                                  {wanted.id, wanted.sha256});
  if (!rows) co_return not_fetched(to_string(rows.error()));
  if (!rows->empty()) {
    const auto size = static_cast<std::uint64_t>(std::get<std::int64_t>(rows->front()[0]));
    options.offset = static_cast<std::uint64_t>(std::get<std::int64_t>(rows->front()[1]));
    options.etag = std::get<std::string>(rows->front()[2]);
    if (size != wanted.size || options.offset > wanted.size || options.etag.empty()) {
      const auto dropped = co_await drop_software(wanted);
      if (!dropped) co_return not_fetched(to_string(dropped.error()));
      options.offset = 0;
      options.etag.clear();
    }
  }
  exchange::SoftwareFetch fetch(options);
  exchange::SoftwareFetch::Event event = exchange::Begin{};
  for (;;) {
    //= AGT-LOCKED-DOWN
    if (locked_down()) co_return locked_down_meanwhile();
    exchange::SoftwareFetch::Action next = fetch.resume(std::move(event));
    if (auto* send = std::get_if<exchange::Send>(&next)) {
      auto response = co_await link_.round_trip(std::move(send->request));
      if (scope_.stopping()) co_return not_fetched("stopped");
      if (response) {
        event = exchange::Arrived{std::move(*response), link_.chance()};
      } else if (response.error().code == runtime::http_errc::body_too_large) {
        event = exchange::SoftwareFetch::TooLarge{link_.chance()};
      } else {
        event = exchange::Failed{response.error(), link_.chance()};
      }
    } else if (auto* pause = std::get_if<exchange::Pause>(&next)) {
      link_.paused("software", *pause);
      const bool woke = co_await runtime_.clock().sleep_for(pause->time);
      if (!woke) co_return not_fetched("stopped");
      event = exchange::Elapsed{};
    } else if (auto* part = std::get_if<exchange::SoftwareFetch::Part>(&next)) {
      const std::uint64_t got = part->offset + part->octets.size();
      auto begun = co_await store_->begin();
      if (!begun) co_return not_fetched(to_string(begun.error()));
      const auto kept = (*begun)->execute(
          "INSERT INTO software_part (id, sha256, first, octets) VALUES ($1, $2, $3, $4)",
          {wanted.id, wanted.sha256, static_cast<std::int64_t>(part->offset), to_blob(part->octets)});
      if (!kept) co_return not_fetched(to_string(kept.error()));
      const auto counted = (*begun)->execute(
          "INSERT INTO software (id, sha256, size, etag, got) VALUES ($1, $2, $3, $4, $5) "
          "ON CONFLICT (id, sha256) DO UPDATE SET etag = excluded.etag, got = excluded.got",
          {wanted.id, wanted.sha256, static_cast<std::int64_t>(wanted.size), part->etag,
           static_cast<std::int64_t>(got)});
      if (!counted) co_return not_fetched(to_string(counted.error()));
      const auto committed = co_await (*begun)->commit();
      if (!committed) co_return not_fetched(to_string(committed.error()));
      runtime_.trace().emit({.kind = "agent.software",
                             .causes = {action_id},
                             .fields = {{"action", action_id},
                                        {"got", static_cast<std::int64_t>(got)},
                                        {"of", static_cast<std::int64_t>(wanted.size)}}});
      event = exchange::SoftwareFetch::Kept{};
    } else if (std::holds_alternative<exchange::SoftwareFetch::Restart>(next)) {
      const auto dropped = co_await drop_software(wanted);
      if (!dropped) co_return not_fetched(to_string(dropped.error()));
      event = exchange::SoftwareFetch::Kept{};
    } else if (auto* size = std::get_if<exchange::SoftwareFetch::WrongSize>(&next)) {
      const auto dropped = co_await drop_software(wanted);
      ignore(dropped, "it is not asked for again");
      co_return wrong_file(std::move(size->detail));
    } else if (auto* refused = std::get_if<exchange::Refused>(&next)) {
      co_return not_fetched("the server does not give the file: " + refused->code);
    } else {
      break;
    }
  }
  //= SW-DIGEST
  const auto whole = co_await software_is_whole(wanted);
  if (!whole) co_return not_fetched(to_string(whole.error()));
  if (*whole) co_return std::nullopt;
  const auto dropped = co_await drop_software(wanted);
  ignore(dropped, "it is not asked for again");
  co_return wrong_file("the file's SHA-256 is not that of the action");
}

awaitable<Result<bool>> Agent::software_is_whole(Wanted wanted) {
  struct Sum {
    trust::Sha256 digest;
    std::string part;
  };
  auto sum = std::make_shared<Sum>();
  for (std::uint64_t at = 0; at < wanted.size; at += sum->part.size()) {
    auto part = read_part(*store_, wanted.id, wanted.sha256, at);
    MR_CO_TRY(part);
    sum->part = std::move(*part);
    std::function<void()> add = [sum] { sum->digest.add(sum->part); };
    co_await runtime_.offload(std::move(add));
  }
  co_return trust::hex(sum->digest.value()) == wanted.sha256;
}

awaitable<Result<void>> Agent::drop_software(Wanted wanted) {
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  MR_CO_TRY((*begun)->execute("DELETE FROM software_part WHERE id = $1 AND sha256 = $2",
                              {wanted.id, wanted.sha256}));
  MR_CO_TRY(
      (*begun)->execute("DELETE FROM software WHERE id = $1 AND sha256 = $2", {wanted.id, wanted.sha256}));
  co_return co_await (*begun)->commit();
}

// Files are kept as long as any upgrade waits: the next printer most likely gets the same.
awaitable<void> Agent::drop_unwanted_software() {
  const auto open = store_->query("SELECT id FROM action WHERE results = '' AND kind = $1 LIMIT 1",
                                  {std::string(model::word(model::ActionKind::upgrade_device))});
  if (!open || !open->empty()) co_return;
  auto begun = co_await store_->begin();
  if (!begun) co_return;
  const auto parts = (*begun)->execute("DELETE FROM software_part", {});
  if (!parts) co_return;
  const auto files = (*begun)->execute("DELETE FROM software", {});
  if (!files) co_return;
  const auto committed = co_await (*begun)->commit();
  ignore(committed, "they are dropped after the next upgrade");
}

}  // namespace mr::agent
