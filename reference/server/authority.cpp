#include "reference/server/authority.hpp"

#include <algorithm>

namespace mr::server {
namespace {

using std::chrono::days;
using trust::Use;

// A clock that is a little behind still accepts what was just issued.
constexpr auto backdated = std::chrono::hours(1);

Result<trust::Credentials> from_row(const runtime::Row& row) {
  auto key = trust::PrivateKey::from_pem(std::get<std::string>(row[0]));
  MR_TRY(key);
  auto chain = trust::Certificate::chain_from_pem(std::get<std::string>(row[1]));
  MR_TRY(chain);
  return trust::Credentials{*key, *chain};
}

Result<void> keep(runtime::Transaction& transaction, const std::string& name, const trust::Credentials& credentials) {
  std::string chain;
  for (const auto& certificate : credentials.chain) chain += certificate.pem();
  MR_TRY(transaction.execute("DELETE FROM authority WHERE name = $1", {name}));
  MR_TRY(transaction.execute("INSERT INTO authority (name, key_pem, chain_pem) VALUES ($1, $2, $3)",
                             {name, credentials.key.pem(), chain}));
  return {};
}

Result<trust::Credentials> issue_own(const trust::Credentials& root, const std::string& common_name, Use use,
                                     const std::vector<std::string>& names, trust::Time now) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  auto certificate = trust::issue(root, {.subject = {.common_name = common_name},
                                         .use = use,
                                         .dns_names = names,
                                         .not_before = now - backdated,
                                         .not_after = now + days(2 * 365),
                                         .public_key_der = key.public_key_der()});
  MR_TRY(certificate);
  return trust::Credentials{key, {*certificate}};
}

}  // namespace

runtime::asio::awaitable<Result<Authority>> open_authority(runtime::Runtime& runtime, runtime::Store& store,
                                                           const Settings& settings) {
  const trust::Time now = runtime.clock().wall();
  auto begun = co_await store.begin();
  MR_CO_TRY(begun);
  runtime::Transaction& transaction = **begun;

  const auto load = [&](const std::string& name) -> Result<std::optional<trust::Credentials>> {
    auto rows = transaction.execute("SELECT key_pem, chain_pem FROM authority WHERE name = $1", {name});
    MR_TRY(rows);
    if (rows->empty()) return std::optional<trust::Credentials>();
    auto credentials = from_row(rows->front());
    MR_TRY(credentials);
    return std::optional<trust::Credentials>(*credentials);
  };

  bool changed = false;
  auto root = load("root");
  MR_CO_TRY(root);
  if (!*root) {
    *root = trust::make_authority({.common_name = "makeready service root", .organization = "makeready"}, now - backdated,
                                  now + days(20 * 365));
    MR_CO_TRY(keep(transaction, "root", **root));
    changed = true;
  }
  auto service = load("service");
  MR_CO_TRY(service);
  if (!*service || (*service)->chain.front().not_after() <= now || (*service)->chain.front().dns_names() != settings.names) {
    auto issued = issue_own(**root, settings.names.front(), Use::server, settings.names, now);
    MR_CO_TRY(issued);
    *service = *issued;
    MR_CO_TRY(keep(transaction, "service", **service));
    changed = true;
  }
  auto envelope = load("envelope");
  MR_CO_TRY(envelope);
  if (!*envelope || (*envelope)->chain.front().not_after() <= now) {
    auto issued = issue_own(**root, "makeready envelope", Use::client, {}, now);
    MR_CO_TRY(issued);
    *envelope = *issued;
    MR_CO_TRY(keep(transaction, "envelope", **envelope));
    changed = true;
  }
  if (changed) MR_CO_TRY(co_await transaction.commit());
  co_return Authority{**root, **service, **envelope};
}

}  // namespace mr::server
