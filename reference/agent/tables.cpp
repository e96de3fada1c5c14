#include "reference/agent/tables.hpp"

namespace mr::agent {

std::vector<std::string> migrations() {
  return {R"sql(
CREATE TABLE identity (
  name TEXT PRIMARY KEY,                -- key_pem, sender_id, certificate, envelope, report_at_min, last_daily_ms
  value TEXT NOT NULL
);
CREATE TABLE printer (
  id INTEGER PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  credentials INTEGER NOT NULL,         -- which of the settings' credentials it answered
  sys_object_id TEXT NOT NULL,
  description TEXT NOT NULL,
  managed INTEGER NOT NULL,
  discovered_ms BIGINT NOT NULL,
  serial_number TEXT NOT NULL DEFAULT '',
  manufacturer TEXT NOT NULL DEFAULT '',
  model TEXT NOT NULL DEFAULT '',
  device_id TEXT NOT NULL DEFAULT '',   -- the server's name for it, from the last receipt
  last_address TEXT NOT NULL DEFAULT '',  -- the address before this one
  sequence BIGINT NOT NULL DEFAULT 0,   -- of the last report
  status_ms BIGINT NOT NULL DEFAULT 0,  -- of the last status read that was answered
  device_status INTEGER NOT NULL DEFAULT 0,
  printer_status INTEGER NOT NULL DEFAULT 0,
  life_count BIGINT NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0   -- status reads without an answer, since the last that had one
);
CREATE TABLE spool (
  idempotency_key TEXT PRIMARY KEY,
  made_ms BIGINT NOT NULL,
  zip BYTEA NOT NULL,
  held TEXT NOT NULL DEFAULT ''         -- the code with which the server refused it: kept for the administrator, not sent again
);
CREATE TABLE reading (                  -- what the last full read of a printer gave, as it was reported
  printer_id INTEGER PRIMARY KEY REFERENCES printer(id),
  report_id TEXT NOT NULL,
  read_ms BIGINT NOT NULL,
  xml TEXT NOT NULL
);
CREATE INDEX reading_of_report ON reading (report_id);
CREATE TABLE action (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  taken_ms BIGINT NOT NULL,
  results TEXT NOT NULL DEFAULT '',     -- the SendActionResults to send, as XML, once it was run
  acknowledged INTEGER NOT NULL DEFAULT 0
);
)sql",
          R"sql(
-- action.acknowledged: 2 where the server did not take the result, for good
-- identity also keeps: security_mode (a word of the model), own_address (of this host, towards the server)
ALTER TABLE spool ADD COLUMN mode TEXT NOT NULL DEFAULT 'normal';      -- of the package: what was made in Locked Down holds no address
ALTER TABLE spool ADD COLUMN tried INTEGER NOT NULL DEFAULT 1;         -- 1 from just before its first octet is sent
ALTER TABLE action ADD COLUMN request TEXT NOT NULL DEFAULT '';        -- the action as it was listed, in a GetScheduleResponse
ALTER TABLE action ADD COLUMN begun_ms BIGINT NOT NULL DEFAULT 1;      -- 0 while nothing was done on a printer for it
CREATE TABLE action_audit (             -- one row per action and printer, performed or refused, never changed
  seq BIGINT PRIMARY KEY,               -- from 1, without gaps
  at_ms BIGINT NOT NULL,
  action_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,                -- of the printer, empty where it concerned none
  serial_number TEXT NOT NULL,
  requested_by TEXT NOT NULL,           -- as the server told
  permission TEXT NOT NULL,             -- the permission that decided, empty: none
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE TABLE software (                 -- files being fetched, or waiting to be sent to a printer
  id TEXT NOT NULL,
  sha256 TEXT NOT NULL,                 -- as the action told: another digest is another file
  size BIGINT NOT NULL,
  etag TEXT NOT NULL DEFAULT '',
  got BIGINT NOT NULL DEFAULT 0,        -- octets kept, from the start without gaps
  PRIMARY KEY (id, sha256)
);
CREATE TABLE software_part (
  id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  first BIGINT NOT NULL,                -- offset of its first octet
  octets BYTEA NOT NULL,
  PRIMARY KEY (id, sha256, first)
);
)sql",
          R"sql(
ALTER TABLE action ADD COLUMN position BIGINT NOT NULL DEFAULT 0;      -- in the order in which actions were taken
)sql"};
}

}  // namespace mr::agent
