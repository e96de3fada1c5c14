#include "reference/server/meters.hpp"

#include <map>
#include <tuple>

namespace mr::server {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // name, scope, unit
struct Reading {
  std::uint64_t value = 0;
  std::int64_t epoch = 0;
};
using Readings = std::map<Key, Reading>;

struct Neighbour {
  std::string report_id;  // empty: there is none
  Readings readings;
};

Result<Neighbour> neighbour(runtime::Transaction& transaction, const std::string& sender_id,
                            const std::string& device_id, std::int64_t read_ms, bool before) {
  const std::string side = before ? "read_ms < $3 ORDER BY read_ms DESC" : "read_ms > $3 ORDER BY read_ms";
  Neighbour out;
  auto found = transaction.execute(
      "SELECT id FROM report WHERE device_id = $1 AND sender_id = $2 AND " + side + " LIMIT 1",
      {device_id, sender_id, read_ms});
  MR_TRY(found);
  if (found->empty()) return out;
  out.report_id = std::get<std::string>(found->front()[0]);
  auto rows = transaction.execute(
      "SELECT name, scope, unit, value, epoch FROM meter_read WHERE sender_id = $1 AND report_id = $2",
      {sender_id, out.report_id});
  MR_TRY(rows);
  for (const runtime::Row& row : *rows) {
    out.readings[{std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                  std::get<std::string>(row[2])}] = {
        static_cast<std::uint64_t>(std::get<std::int64_t>(row[3])), std::get<std::int64_t>(row[4])};
  }
  return out;
}

Result<void> mark(runtime::Transaction& transaction, const std::string& sender_id,
                  const std::string& report_id, const Readings& before, const Readings& after,
                  std::vector<Decrease>& marked) {
  for (const auto& [key, reading] : after) {
    const auto earlier = before.find(key);
    if (earlier == before.end() || earlier->second.epoch != reading.epoch ||
        earlier->second.value <= reading.value)
      continue;
    const auto& [name, scope, unit] = key;
    MR_TRY(
        transaction.execute("UPDATE meter_read SET decreased = 1 WHERE sender_id = $1 AND report_id = $2 AND "
                            "name = $3 AND scope = $4 AND unit = $5",
                            {sender_id, report_id, name, scope, unit}));
    marked.push_back({report_id, name, scope, unit, earlier->second.value, reading.value});
  }
  return {};
}

}  // namespace

//= MTR-DECREASE
//= MTR-ORDER
Result<std::vector<Decrease>> note_meters(runtime::Transaction& transaction, const std::string& sender_id,
                                          const std::string& device_id, const model::DeviceReport& report) {
  std::vector<Decrease> marked;
  if (!report.meters) return marked;
  Readings own;
  for (const model::Meter& meter : report.meters->rows) {
    const std::string scope(model::word(meter.scope));
    const auto epoch = static_cast<std::int64_t>(meter.epoch);
    MR_TRY(
        transaction.execute("INSERT INTO meter_read (sender_id, report_id, name, scope, unit, value, epoch) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                            {sender_id, report.report_id, meter.name, scope, meter.unit,
                             static_cast<std::int64_t>(meter.value), epoch}));
    own[{meter.name, scope, meter.unit}] = {meter.value, epoch};
  }
  const std::int64_t read_ms = report.read_time.ms();
  auto before = neighbour(transaction, sender_id, device_id, read_ms, true);
  MR_TRY(before);
  MR_TRY(mark(transaction, sender_id, report.report_id, before->readings, own, marked));
  auto after = neighbour(transaction, sender_id, device_id, read_ms, false);
  MR_TRY(after);
  MR_TRY(mark(transaction, sender_id, after->report_id, own, after->readings, marked));
  return marked;
}

}  // namespace mr::server
