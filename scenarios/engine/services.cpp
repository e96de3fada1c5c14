#include "scenarios/engine/services.hpp"

#include <boost/asio/ip/address_v4.hpp>

#include "reference/protocol/trust/envelope.hpp"
#include "scenarios/engine/runner.hpp"

namespace mr::scenarios {

using runtime::asio::awaitable;

namespace {

constexpr std::uint16_t service_port = 443;
constexpr auto set_up_time = std::chrono::minutes(5);

Address server_address(std::size_t index) {                                            // 0: the real one
  return boost::asio::ip::address_v4(0xc633640a + static_cast<std::uint32_t>(index));  // 198.51.100.10
}

// Keys of the real server, as its store has them: `root` (an impostor that is hard to tell has a certificate
// of the right authority), `envelope`.
Result<trust::Credentials> keys_of(server::Server& server, const std::string& name) {
  const auto rows = server.store().query("SELECT key_pem, chain_pem FROM authority WHERE name = $1", {name});
  MR_TRY(rows);
  MR_ASSERT(rows->size() == 1);
  auto key = trust::PrivateKey::from_pem(std::get<std::string>(rows->front()[0]));
  MR_TRY(key);
  auto chain = trust::Certificate::chain_from_pem(std::get<std::string>(rows->front()[1]));
  MR_TRY(chain);
  return trust::Credentials{*key, *chain};
}

}  // namespace

Result<std::unique_ptr<Services>> Services::open(const Scenario& scenario, Stage& stage) {
  std::unique_ptr<Services> services(new Services(scenario, stage));
  MR_TRY(services->add_hosts());
  services->scope_->spawn(services->set_up());
  MR_TRY(services->wait("the servers"));
  return services;
}

Services::~Services() {
  impostors_.clear();
  server_.reset();
  scope_.reset();
}

std::vector<runtime::Address> Services::addresses() const {
  std::vector<runtime::Address> out;
  for (std::size_t i = 0; i <= impostors_.size(); ++i) out.push_back(stage_.place(server_address(i)));
  return out;
}

Result<std::vector<std::byte>> Services::open_envelope(std::span<const std::byte> sealed) const {
  return trust::open(sealed, *envelope_, std::size_t{64} << 20);
}

std::uint16_t Services::port() const { return stage_.port(service_port); }

Result<void> Services::add_hosts() {
  stage_.set_name(scenario_.server_name, server_address(0));
  for (std::size_t i = 0; i < scenario_.impostors.size(); ++i)
    stage_.set_name(scenario_.impostors[i].name, server_address(i + 1));
  auto host = stage_.add_host({.name = "server", .site = "", .addresses = {server_address(0)}});
  MR_TRY(host);
  host_ = *host;
  scope_ = std::make_unique<runtime::Scope>(host_->executor());
  for (std::size_t i = 0; i < scenario_.impostors.size(); ++i) {
    auto other = stage_.add_host(
        {.name = "impostor-" + std::to_string(i + 1), .site = "", .addresses = {server_address(i + 1)}});
    MR_TRY(other);
    impostors_.push_back({*other, nullptr, nullptr});
  }
  return {};
}

Result<void> Services::wait(const char* what) {
  const auto done = stage_.run_until([this] { return ready_ || fault_; }, stage_.now() + set_up_time);
  MR_TRY(done);
  ready_ = false;
  if (fault_) return Fault(run_errc::not_set_up, std::string(what) + ": " + to_string(*fault_));
  if (!*done) return Fault(run_errc::not_set_up, std::string(what) + " took longer than 5 minutes");
  return {};
}

awaitable<void> Services::set_up() {
  auto opened = co_await open_server();
  if (opened) opened = co_await open_impostors();
  if (!opened) fault_ = opened.error();
  ready_ = true;
}

awaitable<Result<void>> Services::open_server() {
  server::Settings settings;
  settings.listen = {stage_.place(server_address(0)), port()};
  settings.names = {scenario_.server_name};
  auto opened = co_await server::Server::open(*host_, std::move(settings));
  MR_CO_TRY(opened);
  server_ = std::move(*opened);
  MR_CO_TRY(server_->start());
  auto envelope = keys_of(*server_, "envelope");
  MR_CO_TRY(envelope);
  envelope_ = std::move(*envelope);
  server::User everyone{std::string(scenario_user), server::Role::support_administrator, ""};
  const auto token = co_await server_->users().add(std::move(everyone), std::chrono::days(3650));
  MR_CO_TRY(token);
  for (const SitePlan& site : scenario_.sites) {
    const auto account = co_await server_->registry().account(site.account);
    MR_CO_TRY(account);
    accounts_.push_back(*account);
  }
  for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
    auto key = co_await make_key(i);
    MR_CO_TRY(key);
    keys_.push_back(std::move(*key));
  }
  for (const UserPlan& plan : scenario_.users) {
    server::User user{plan.name, plan.role, ""};
    for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
      if (scenario_.sites[i].account == plan.account) user.account_id = accounts_[i];
    }
    const auto added = co_await server_->users().add(std::move(user), std::chrono::days(3650));
    MR_CO_TRY(added);
  }
  co_return Result<void>();
}

awaitable<Result<std::string>> Services::make_key(std::size_t site) {
  const KeyState state = scenario_.sites[site].agent.key;
  if (state == KeyState::none) co_return std::string();
  if (state == KeyState::wrong) co_return std::string("MR1-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG-HHHH");
  if (state == KeyState::used_up) {  // another site's agent of the account has it, and was there before
    for (std::size_t i = 0; i < site; ++i) {
      if (scenario_.sites[i].account == scenario_.sites[site].account &&
          scenario_.sites[i].agent.key == KeyState::valid)
        co_return keys_[i];
    }
    co_return Fault(run_errc::not_set_up,
                    to_string(scenario_.sites[site].place) +
                        ": 'used-up' needs an earlier site of the same account whose key is valid");
  }
  const auto valid_for = std::chrono::days(state == KeyState::expired ? 0 : 30);
  auto key = co_await server_->registry().make_key(accounts_[site], valid_for);
  MR_CO_TRY(key);
  if (state == KeyState::revoked) {
    const auto revoked = co_await server_->registry().revoke_key(*key);
    MR_CO_TRY(revoked);
  }
  co_return std::move(*key);
}

awaitable<Result<void>> Services::open_impostors() {
  if (impostors_.empty()) co_return Result<void>();
  const auto root = keys_of(*server_, "root");
  MR_CO_TRY(root);
  for (std::size_t i = 0; i < impostors_.size(); ++i) {
    const ImpostorPlan& plan = scenario_.impostors[i];
    Impostor& impostor = impostors_[i];
    impostor.disguise = rogue::make_impostor(
        *impostor.host,
        rogue::impostor_credentials(*root, plan.name, plan.certificate, impostor.host->clock().wall()));
    server::Settings settings;
    settings.listen = {stage_.place(server_address(i + 1)), port()};
    settings.names = {plan.name};
    auto opened = co_await server::Server::open(*impostor.disguise, std::move(settings));
    MR_CO_TRY(opened);
    impostor.server = std::move(*opened);
    MR_CO_TRY(impostor.server->start());
  }
  co_return Result<void>();
}

Result<void> Services::equip(Population& population) {
  if (scenario_.contracts.empty() && scenario_.software.empty()) return {};
  scope_->spawn(equip_server(&population));
  return wait("contracts and software");
}

awaitable<void> Services::equip_server(Population* population) {
  auto done = co_await add_contracts(population);
  if (done) done = co_await add_software(population);
  if (!done) fault_ = done.error();
  ready_ = true;
}

awaitable<Result<void>> Services::add_contracts(Population* population) {
  for (const ContractPlan& plan : scenario_.contracts) {
    std::size_t site = 0;
    while (std::ranges::find(scenario_.sites[site].printers, plan.printers, &PrinterGroup::name) ==
           scenario_.sites[site].printers.end())
      ++site;
    for (const std::string& serial : population->serials(plan.printers, plan.number)) {
      server::Contract contract;
      contract.account_id = accounts_[site];
      contract.manufacturer = population->manufacturer(plan.printers, 1);
      contract.serial_number = serial;
      contract.threshold_percent = plan.threshold_percent;
      const auto added =
          co_await server_->orders().add_contract(std::move(contract), std::string(scenario_user));
      MR_CO_TRY(added);
    }
  }
  co_return Result<void>();
}

awaitable<Result<void>> Services::add_software(Population* population) {
  for (const SoftwarePlan& plan : scenario_.software) {
    auto made = population->make_firmware(plan);
    MR_CO_TRY(made);
    server::SoftwareFile file;
    file.id = plan.id;
    file.file_name = plan.id + ".DLM";
    const auto added =
        co_await server_->software().add(std::move(file), std::move(*made), std::string(scenario_user));
    MR_CO_TRY(added);
  }
  co_return Result<void>();
}

void Services::stop() {
  for (Impostor& impostor : impostors_) {
    if (impostor.server) impostor.server->stop();
  }
  if (server_) server_->stop();
  scope_->stop();
}

bool Services::idle() const {
  return (!server_ || server_->idle()) && scope_->idle() &&
         std::ranges::all_of(impostors_, [](const Impostor& impostor) {
           return !impostor.server || impostor.server->idle();
         });
}

}  // namespace mr::scenarios
