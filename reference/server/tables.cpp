#include "reference/server/tables.hpp"

namespace mr::server {

std::vector<std::string> migrations() {
  return {R"sql(
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  open INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE registration_key (
  digest TEXT PRIMARY KEY,              -- SHA-256 of the key, hex: the key itself is shown once and not kept
  account_id TEXT NOT NULL REFERENCES account(id),
  made_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0,
  sender_id TEXT                        -- who used it up
);
CREATE TABLE sender (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id),
  kind TEXT NOT NULL,
  host TEXT NOT NULL,
  location TEXT NOT NULL,
  contact_email TEXT NOT NULL,
  product TEXT NOT NULL,
  public_key TEXT NOT NULL,             -- SHA-256 of the SubjectPublicKeyInfo, hex
  certificate TEXT NOT NULL,            -- PEM, leaf
  certificate_fingerprint TEXT NOT NULL UNIQUE,
  manufacturer TEXT NOT NULL DEFAULT '',   -- of a device that speaks for itself
  serial_number TEXT NOT NULL DEFAULT '',
  registered_ms BIGINT NOT NULL
);
CREATE TABLE entitlement (             -- devices that an account expects to register by themselves
  manufacturer TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account(id),
  PRIMARY KEY (manufacturer, serial_number)
);
CREATE TABLE device (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id),
  manufacturer TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  model TEXT NOT NULL,
  first_seen_ms BIGINT NOT NULL,
  UNIQUE (manufacturer, serial_number)
);
CREATE TABLE upload (
  sender_id TEXT NOT NULL REFERENCES sender(id),
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  package_id TEXT NOT NULL,
  receipt TEXT NOT NULL,                -- the XML that was answered, for a resend
  stored_ms BIGINT NOT NULL,
  PRIMARY KEY (sender_id, idempotency_key)
);
CREATE TABLE report (
  id TEXT NOT NULL,
  sender_id TEXT NOT NULL REFERENCES sender(id),
  idempotency_key TEXT NOT NULL,
  device_id TEXT NOT NULL REFERENCES device(id),
  source TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  read_ms BIGINT NOT NULL,
  read_offset_min INTEGER NOT NULL,
  xml TEXT NOT NULL,
  PRIMARY KEY (sender_id, id)
);
CREATE INDEX report_of_device ON report (device_id, read_ms);
CREATE TABLE meter_read (
  sender_id TEXT NOT NULL,
  report_id TEXT NOT NULL,
  name TEXT NOT NULL,
  scope TEXT NOT NULL,
  unit TEXT NOT NULL,
  value BIGINT NOT NULL,                -- uint64 in two's complement: from 2^63 on it is negative here
  PRIMARY KEY (sender_id, report_id, name, scope, unit)
);
CREATE TABLE supply_read (
  sender_id TEXT NOT NULL,
  report_id TEXT NOT NULL,
  supply_index INTEGER NOT NULL,
  description TEXT NOT NULL,
  level TEXT NOT NULL,
  capacity TEXT NOT NULL,
  PRIMARY KEY (sender_id, report_id, supply_index)
);
CREATE TABLE action (
  id TEXT PRIMARY KEY,
  sender_id TEXT NOT NULL REFERENCES sender(id),
  device_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  queued_ms BIGINT NOT NULL,
  delivered_ms BIGINT,
  outcome TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  result TEXT NOT NULL DEFAULT '',      -- SendActionResults of this one, as XML: detail and device status are in it
  answered_ms BIGINT
);
CREATE INDEX action_of_sender ON action (sender_id, queued_ms);
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  peer TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  what TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE TABLE authority (
  name TEXT PRIMARY KEY,                -- root, service, envelope
  key_pem TEXT NOT NULL,
  chain_pem TEXT NOT NULL
);
)sql",
          R"sql(
ALTER TABLE action ADD COLUMN manufacturer TEXT NOT NULL DEFAULT '';   -- of StartManagingDevice: a printer that has no device id yet
ALTER TABLE action ADD COLUMN serial_number TEXT NOT NULL DEFAULT '';
ALTER TABLE action ADD COLUMN software_id TEXT NOT NULL DEFAULT '';    -- of UpgradeDevice
ALTER TABLE action ADD COLUMN not_before_ms BIGINT;
ALTER TABLE audit ADD COLUMN account_id TEXT NOT NULL DEFAULT '';      -- who may view it, empty where it is nobody's
CREATE INDEX audit_of_account ON audit (account_id, seq);
CREATE TABLE server_user (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  account_id TEXT NOT NULL,             -- empty: every account
  token_digest TEXT NOT NULL UNIQUE,    -- SHA-256 of the token, hex: the token itself is shown once and not kept
  made_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE permission_source (       -- the newest report of a device by a sender; device_id '': its newest manifest
  sender_id TEXT NOT NULL REFERENCES sender(id),
  device_id TEXT NOT NULL,
  as_of_ms BIGINT NOT NULL,
  told TEXT NOT NULL,                   -- its permissions as one text, to see a change
  PRIMARY KEY (sender_id, device_id)
);
CREATE TABLE permission (
  sender_id TEXT NOT NULL REFERENCES sender(id),
  device_id TEXT NOT NULL,
  action TEXT NOT NULL,
  until_ms BIGINT,
  PRIMARY KEY (sender_id, device_id, action)
);
CREATE TABLE software (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,             -- empty: every account
  file_name TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  added_ms BIGINT NOT NULL,
  added_by TEXT NOT NULL
);
CREATE TABLE software_part (
  software_id TEXT NOT NULL REFERENCES software(id),
  part BIGINT NOT NULL,                 -- of 1 MiB each, from 0
  content BYTEA NOT NULL,
  PRIMARY KEY (software_id, part)
);
CREATE TABLE contract (                -- metered supplies
  manufacturer TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  account_id TEXT NOT NULL REFERENCES account(id),
  threshold_percent INTEGER NOT NULL,
  made_ms BIGINT NOT NULL,
  judged_ms BIGINT,                     -- read time of the newest report judged
  PRIMARY KEY (manufacturer, serial_number)
);
CREATE TABLE supply_state (
  device_id TEXT NOT NULL REFERENCES device(id),
  supply_index INTEGER NOT NULL,
  ordered INTEGER NOT NULL,
  depletions BIGINT NOT NULL,
  serial_number TEXT NOT NULL,
  ordered_serial TEXT NOT NULL,
  lowest_per_mille BIGINT,
  PRIMARY KEY (device_id, supply_index)
);
CREATE TABLE supply_order (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account(id),
  device_id TEXT NOT NULL REFERENCES device(id),
  supply_index INTEGER NOT NULL,
  depletion BIGINT NOT NULL,
  sender_id TEXT NOT NULL,
  report_id TEXT NOT NULL,
  placed_ms BIGINT NOT NULL,
  level BIGINT NOT NULL,                -- as in the MIB: -2 and -3 are words
  capacity BIGINT NOT NULL,
  threshold_percent INTEGER NOT NULL,
  description TEXT NOT NULL,
  part_number TEXT NOT NULL,
  supply_serial TEXT NOT NULL,
  UNIQUE (device_id, supply_index, depletion)
);
)sql",
          R"sql(
ALTER TABLE action ADD COLUMN position BIGINT NOT NULL DEFAULT 0;      -- of a sender's actions, in the order of queueing
CREATE INDEX action_by_position ON action (sender_id, position);
ALTER TABLE meter_read ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meter_read ADD COLUMN decreased INTEGER NOT NULL DEFAULT 0; -- 1: lower than before, not to be billed
)sql"};
}

}  // namespace mr::server
