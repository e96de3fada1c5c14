#include "reference/server/views.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "reference/protocol/model/stamp.hpp"

namespace mr::server {
namespace {

namespace json = boost::json;

// Columns in the order of the query: a name alone is shown as it is, `name@` is an instant in ms, `name?` a
// truth value. $1 is the account (empty: all), $2 the limit, $3 where to go on.
struct View {
  std::string_view name, columns, sql;
};
constexpr View views[] = {
    {"accounts", "id name open?",
     "SELECT id, name, open FROM account WHERE $1 = '' OR id = $1 ORDER BY name LIMIT $2 OFFSET $3"},
    {"keys", "id account made@ expires@ revoked? sender",
     "SELECT SUBSTR(digest, 1, 16), account_id, made_ms, expires_ms, revoked, sender_id FROM "
     "registration_key "
     "WHERE $1 = '' OR account_id = $1 ORDER BY made_ms, digest LIMIT $2 OFFSET $3"},
    {"senders", "id account kind product registered@ host location contact manufacturer serial",
     "SELECT id, account_id, kind, product, registered_ms, host, location, contact_email, manufacturer, "
     "serial_number FROM sender "
     "WHERE $1 = '' OR account_id = $1 ORDER BY registered_ms, id LIMIT $2 OFFSET $3"},
    {"senders-reduced", "id account kind product registered@",
     "SELECT id, account_id, kind, product, registered_ms FROM sender WHERE $1 = '' OR account_id = $1 ORDER "
     "BY registered_ms, id "
     "LIMIT $2 OFFSET $3"},
    {"devices", "id account manufacturer serial model first_seen@ sender read@ permissions",
     "SELECT d.id, d.account_id, d.manufacturer, d.serial_number, d.model, d.first_seen_ms, p.sender_id, "
     "p.as_of_ms, p.told FROM device d "
     "LEFT JOIN permission_source p ON p.device_id = d.id WHERE $1 = '' OR d.account_id = $1 "
     "ORDER BY d.manufacturer, d.serial_number, p.sender_id LIMIT $2 OFFSET $3"},
    {"reports", "id sender device source sequence read@",
     "SELECT r.id, r.sender_id, r.device_id, r.source, r.sequence, r.read_ms FROM report r JOIN sender s ON "
     "s.id = r.sender_id "
     "WHERE $1 = '' OR s.account_id = $1 ORDER BY r.read_ms DESC, r.sender_id, r.id LIMIT $2 OFFSET $3"},
    {"actions",
     "id sender device manufacturer serial kind software not_before@ requested_by queued@ delivered@ "
     "answered@ outcome reason",
     "SELECT a.id, a.sender_id, a.device_id, a.manufacturer, a.serial_number, a.kind, a.software_id, "
     "a.not_before_ms, a.requested_by, "
     "a.queued_ms, a.delivered_ms, a.answered_ms, a.outcome, a.reason FROM action a JOIN sender s ON s.id = "
     "a.sender_id "
     "WHERE $1 = '' OR s.account_id = $1 ORDER BY a.queued_ms, a.position, a.id LIMIT $2 OFFSET $3"},
    {"software", "id account file_name bytes sha256 added@ added_by",
     "SELECT id, account_id, file_name, bytes, sha256, added_ms, added_by FROM software WHERE $1 = '' OR "
     "account_id = '' OR account_id = $1 "
     "ORDER BY id LIMIT $2 OFFSET $3"},
    {"decreases", "device manufacturer serial sender report meter scope unit value read@",
     "SELECT r.device_id, d.manufacturer, d.serial_number, r.sender_id, r.id, m.name, m.scope, m.unit, m.value, "
     "r.read_ms FROM meter_read m JOIN report r ON r.sender_id = m.sender_id AND r.id = m.report_id JOIN device d "
     "ON d.id = r.device_id WHERE m.decreased = 1 AND ($1 = '' OR d.account_id = $1) ORDER BY r.read_ms, r.id, "
     "m.name LIMIT $2 OFFSET $3"},
    {"orders",
     "id account device manufacturer serial supply description part_number supply_serial level capacity "
     "threshold depletion placed@ sender report",
     "SELECT o.id, o.account_id, o.device_id, d.manufacturer, d.serial_number, o.supply_index, "
     "o.description, o.part_number, o.supply_serial, "
     "o.level, o.capacity, o.threshold_percent, o.depletion, o.placed_ms, o.sender_id, o.report_id FROM "
     "supply_order o "
     "JOIN device d ON d.id = o.device_id WHERE $1 = '' OR o.account_id = $1 ORDER BY o.placed_ms, o.id "
     "LIMIT $2 OFFSET $3"},
    {"contracts", "account manufacturer serial threshold made@",
     "SELECT account_id, manufacturer, serial_number, threshold_percent, made_ms FROM contract WHERE $1 = '' "
     "OR account_id = $1 "
     "ORDER BY manufacturer, serial_number LIMIT $2 OFFSET $3"},
    {"audit", "seq at@ peer sender what outcome detail account",
     "SELECT seq, at_ms, peer, sender_id, what, outcome, detail, account_id FROM audit WHERE seq > $3 AND "
     "($1 = '' OR account_id = $1) "
     "ORDER BY seq LIMIT $2"},
    {"users", "name role account made@ expires@ revoked?",
     "SELECT name, role, account_id, made_ms, expires_ms, revoked FROM server_user WHERE $1 = '' OR "
     "account_id = $1 ORDER BY name "
     "LIMIT $2 OFFSET $3"},
};

json::value shown(const runtime::Value& value, char kind) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (kind == '@') return json::string(model::to_text(model::Stamp::from_ms(*number)));
    if (kind == '?') return *number != 0;
    return *number;
  }
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  return nullptr;
}

}  // namespace

Result<json::array> view(runtime::Store& store, std::string_view name, const ViewScope& scope) {
  const View* const found = std::ranges::find(views, name, &View::name);
  MR_ASSERT(found != std::end(views));
  auto rows = store.query(found->sql, {scope.account_id, scope.limit, scope.after});
  MR_TRY(rows);
  json::array out;
  for (const runtime::Row& row : *rows) {
    json::object object;
    std::string_view rest = found->columns;
    for (const runtime::Value& value : row) {
      std::string_view column = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), column.size() + 1));
      const char kind = column.ends_with('@') || column.ends_with('?') ? column.back() : ' ';
      if (kind != ' ') column.remove_suffix(1);
      object.emplace(column, shown(value, kind));
    }
    out.push_back(std::move(object));
  }
  return out;
}

}  // namespace mr::server
