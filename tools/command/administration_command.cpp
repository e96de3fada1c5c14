#include "tools/command/administration_command.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reference/server/server.hpp"
#include "reference/server/views.hpp"
#include "tools/command/service.hpp"

namespace mr::command {
namespace {

constexpr std::string_view performer = "command line";  // who is recorded where no user is named

int fail(int code, const std::string& what) {
  std::cerr << "makeready server: " << what << "\n";
  return code;
}

// 2 where the request is wrong, 3 where the store is.
int fail(const Fault& fault) {
  return fail(fault.code.category() == server::errc_category() ? 2 : 3, to_string(fault));
}

std::vector<std::string> kept_names(const std::string& data) {
  std::ifstream in(data + "/names");
  std::vector<std::string> names;
  for (std::string name; std::getline(in, name);) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

// Opens the store of a server that may be running, without listening.
template <class Work>
int administer(const std::string& data, Work work) {
  std::error_code ec;
  if (!std::filesystem::exists(data + "/names", ec))
    return fail(2, "--data: " + data + " is no server's folder");
  auto service = Service::open({.name = "administration", .stores_folder = data}, false);
  if (!service) return fail(3, to_string(service.error()));
  auto opened = (*service)->complete(server::Server::open((*service)->host(), settings_of_server(data, {})));
  if (!opened) return fail(3, to_string(opened.error()));
  return work(**service, **opened);
}

// The id of an account by its name or its id; empty for none.
Result<std::string> account_id(server::Server& server, const std::string& account) {
  if (account.empty()) return std::string();
  auto rows = server.store().query("SELECT id FROM account WHERE name = $1 OR id = $1", {account});
  MR_TRY(rows);
  if (rows->empty()) return Fault(server::errc::unknown_account, account);
  return std::get<std::string>(rows->front()[0]);
}

// One JSON object a line.
int print(server::Server& server, std::string_view view, const std::string& account, std::int64_t after = 0) {
  const auto id = account_id(server, account);
  if (!id) return fail(id.error());
  server::ViewScope scope{*id, 1000, after};
  for (;;) {
    const auto rows = server::view(server.store(), view, scope);
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) std::cout << boost::json::serialize(row) << "\n";
    if (static_cast<std::int64_t>(rows->size()) < scope.limit) break;
    scope.after = view == "audit" ? rows->back().at("seq").as_int64() : scope.after + scope.limit;
  }
  std::cout << std::flush;
  return 0;
}

// Every option of every verb; a verb adds those that it has.
struct Verb {
  std::string data, account, name, role = "auditor", revoke, close, manufacturer, serial, file, file_name, id,
                                   as, sender, kind, device, software, not_before, cancel;
  int days = 0, threshold = server::threshold_percent_default;
  std::int64_t after = 0;
  bool end = false;
};

int user(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (!verb.revoke.empty()) {
      const auto revoked = service.complete(server.users().revoke(verb.revoke));
      return revoked ? 0 : fail(revoked.error());
    }
    if (verb.name.empty()) return print(server, "users", verb.account);
    const auto account = account_id(server, verb.account);
    if (!account) return fail(account.error());
    server::User made{verb.name, model::from_word<server::Role>(verb.role).value(), *account};
    const auto token = service.complete(server.users().add(std::move(made), std::chrono::days(verb.days)));
    if (!token) return fail(token.error());
    std::cout << *token << std::endl;
    return 0;
  });
}

int key(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (!verb.revoke.empty()) {
      const auto revoked = service.complete(server.registry().revoke_key_by_id(verb.revoke, ""));
      return revoked ? 0 : fail(revoked.error());
    }
    const auto account = service.complete(server.registry().account(verb.account));
    if (!account) return fail(account.error());
    const auto made = service.complete(server.registry().make_key(*account, std::chrono::days(verb.days)));
    if (!made) return fail(made.error());
    std::cout << *made << std::endl;
    return 0;
  });
}

int account(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (!verb.close.empty()) {
      const auto id = account_id(server, verb.close);
      if (!id) return fail(id.error());
      const auto closed = service.complete(server.registry().close_account(*id));
      return closed ? 0 : fail(closed.error());
    }
    if (verb.name.empty()) return print(server, "accounts", "");
    const auto id = service.complete(server.registry().account(verb.name));
    if (!id) return fail(id.error());
    std::cout << *id << std::endl;
    return 0;
  });
}

int contract(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (verb.serial.empty()) return print(server, "contracts", verb.account);
    const auto id = account_id(server, verb.account);
    if (!id) return fail(id.error());
    server::Contract made{*id, verb.manufacturer, verb.serial, verb.threshold};
    const auto done =
        verb.end ? service.complete(server.orders().end_contract(std::move(made), std::string(performer)))
                 : service.complete(server.orders().add_contract(std::move(made), std::string(performer)));
    return done ? 0 : fail(done.error());
  });
}

int software(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (verb.id.empty()) return print(server, "software", verb.account);
    const auto id = account_id(server, verb.account);
    if (!id) return fail(id.error());
    auto in = std::make_shared<std::ifstream>(verb.file, std::ios::binary);
    if (!*in) return fail(2, "--file: " + verb.file + " cannot be read");
    server::Software::Reader reader = [in]() -> Result<std::string> {
      std::string part(server::software_part_bytes, '\0');
      in->read(part.data(), static_cast<std::streamsize>(part.size()));
      if (in->bad()) return Fault(std::make_error_code(std::errc::io_error), "the software file");
      part.resize(static_cast<std::size_t>(in->gcount()));
      return part;
    };
    server::SoftwareFile file;
    file.id = verb.id;
    file.account_id = *id;
    file.file_name =
        verb.file_name.empty() ? std::filesystem::path(verb.file).filename().string() : verb.file_name;
    const auto added =
        service.complete(server.software().add(std::move(file), std::move(reader), std::string(performer)));
    if (!added) return fail(added.error());
    std::cout << added->sha256 << std::endl;
    return 0;
  });
}

int action(const Verb& verb) {
  return administer(verb.data, [&](Service& service, server::Server& server) {
    if (!verb.cancel.empty()) {
      const auto cancelled = service.complete(server.dispatch().cancel(verb.cancel, verb.as));
      return cancelled ? 0 : fail(cancelled.error());
    }
    if (verb.kind.empty()) return print(server, "actions", verb.account);
    server::QueueRequest request;
    request.sender_id = verb.sender;
    request.kind = verb.kind;
    request.device_id = verb.device;
    request.manufacturer = verb.manufacturer;
    request.serial_number = verb.serial;
    request.software_id = verb.software;
    request.requested_by = verb.as;
    if (!verb.not_before.empty()) {
      const auto stamp = model::parse_stamp(verb.not_before);
      if (!stamp) return fail(2, "--not-before: " + to_string(stamp.error()));
      request.not_before = stamp->instant;
    }
    const auto id = service.complete(server.dispatch().queue(std::move(request)));
    if (!id) return fail(id.error());
    std::cout << *id << std::endl;
    return 0;
  });
}

}  // namespace

server::Settings settings_of_server(const std::string& data, const std::vector<std::string>& names) {
  server::Settings settings;
  if (!names.empty()) {
    settings.names = names;
  } else if (auto kept = kept_names(data); !kept.empty()) {
    settings.names = std::move(kept);
  }
  return settings;
}

void add_administration_commands(CLI::App& server, int& exit_code) {
  const auto verb_of = [&server, &exit_code](const char* name, const char* what, int (*run)(const Verb&)) {
    auto verb = std::make_shared<Verb>();
    CLI::App* app = server.add_subcommand(name, what);
    app->add_option("--data", verb->data, "The server's folder; the server may be running")->required();
    app->callback([verb, run, &exit_code] { exit_code = run(*verb); });
    return std::pair(app, verb);
  };
  const auto days = [](CLI::App* app, Verb& verb, int otherwise, int least = 1) {
    verb.days = otherwise;
    app->add_option("--days", verb.days,
                    least == 0 ? "How long it is valid; 0 makes one that has expired, for tests"
                               : "How long it is valid")
        ->check(CLI::Range(least, 3650))
        ->capture_default_str();
  };
  std::vector<std::string> roles, kinds;
  for (const auto& word : words_of(server::Role{})) roles.emplace_back(word.word);
  for (const auto& word : words_of(model::ActionKind{})) kinds.emplace_back(word.word);

  {
    const auto [app, verb] =
        verb_of("user", "List the users; with --add make one and print its token, once", user);
    app->add_option("--add", verb->name, "The new user's name");
    app->add_option("--role", verb->role, "What the user may do")
        ->check(CLI::IsMember(roles))
        ->capture_default_str();
    app->add_option("--account", verb->account,
                    "The only account that the user may see; without it every account");
    app->add_option("--revoke", verb->revoke, "Refuse this user from now on")->excludes("--add");
    days(app, *verb, 90);
  }
  {
    const auto [app, verb] = verb_of("key", "Print a fresh registration key", key);
    verb->account = "Example Ltd";
    app->add_option("--account", verb->account, "The customer's account, made if there is none")
        ->capture_default_str();
    app->add_option("--revoke", verb->revoke,
                    "Instead, refuse the key of this id (as the administration lists it)");
    days(app, *verb, 30, 0);
  }
  {
    const auto [app, verb] =
        verb_of("account", "List the accounts; with --add make one and print its id", account);
    app->add_option("--add", verb->name, "The account's name");
    app->add_option("--close", verb->close, "Close this account: its senders and keys are refused")
        ->excludes("--add");
  }
  {
    const auto [app, verb] =
        verb_of("contract", "List the metered supplies contracts; with --serial make or end one", contract);
    app->add_option("--account", verb->account, "The account");
    auto* serial = app->add_option("--serial", verb->serial, "The device's serial number");
    serial->needs(
        app->add_option("--manufacturer", verb->manufacturer, "The device's maker, as its reports tell it"));
    serial->needs("--account");
    app->add_option("--threshold", verb->threshold, "Per cent of the capacity at which to order")
        ->check(CLI::Range(1, 50))
        ->capture_default_str();
    app->add_flag("--end", verb->end, "End the contract");
  }
  {
    const auto [app, verb] =
        verb_of("software", "List the software; with --add store a file and print its SHA-256", software);
    auto* id = app->add_option("--add", verb->id, "The id under which it is kept");
    id->needs(app->add_option("--file", verb->file, "The file, at most 512 MiB"));
    app->add_option("--file-name", verb->file_name,
                    "Its name for senders, ending in .DLM; the file's own without it");
    app->add_option("--account", verb->account, "The only account that it is for; without it every account");
  }
  {
    const auto [app, verb] =
        verb_of("action", "List the actions; with --kind queue one and print its id", action);
    app->add_option("--account", verb->account, "List those of this account");
    auto* queue = app->add_option("--kind", verb->kind, "What to do")->check(CLI::IsMember(kinds));
    auto* as = app->add_option("--as", verb->as, "The user who asks: a support administrator");
    queue->needs(as);
    queue->needs(app->add_option("--sender", verb->sender, "The sender's id"));
    app->add_option("--device", verb->device, "The device's id; without it all of the sender's");
    app->add_option("--manufacturer", verb->manufacturer, "The device's maker, in place of its id");
    app->add_option("--serial", verb->serial, "The device's serial number, in place of its id");
    app->add_option("--software", verb->software, "What UpgradeDevice installs");
    app->add_option("--not-before", verb->not_before, "As 2026-11-23T04:00:00+01:00");
    app->add_option("--cancel", verb->cancel, "Take back an action that was not delivered")
        ->needs(as)
        ->excludes(queue);
  }
  {
    const auto [app, verb] = verb_of("orders", "List the orders of supplies", [](const Verb& asked) {
      return administer(asked.data, [&](Service&, server::Server& opened) {
        return print(opened, "orders", asked.account);
      });
    });
    app->add_option("--account", verb->account, "Those of this account");
  }
  {
    const auto [app, verb] = verb_of("audit", "List the audit records", [](const Verb& asked) {
      return administer(asked.data, [&](Service&, server::Server& opened) {
        return print(opened, "audit", asked.account, asked.after);
      });
    });
    app->add_option("--account", verb->account, "Those of this account");
    app->add_option("--after", verb->after, "Only records after this number");
  }
}

}  // namespace mr::command
