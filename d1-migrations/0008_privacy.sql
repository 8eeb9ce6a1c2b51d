-- Personal data: how strictly each organisation and environment treats it, how long it is kept, and
-- requests to export or erase one unit's. Times are milliseconds since the Unix epoch.

-- No row: the preset `standard`, and details of the audit log are kept for good.
CREATE TABLE organisation_compliance (
  organisation_id TEXT PRIMARY KEY NOT NULL REFERENCES organisations (id),
  preset TEXT NOT NULL,
  -- How long details of the audit log are kept; null: for good.
  audit_detail_days INTEGER,
  version INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- No row: events are kept as they are sent, for good.
CREATE TABLE environment_privacy (
  environment_id TEXT PRIMARY KEY NOT NULL REFERENCES environments (id),
  -- JSON list of names.
  private_attributes TEXT NOT NULL,
  attribute_masking TEXT NOT NULL,
  hash_units INTEGER NOT NULL,
  -- 64 hexadecimal digits; what unit keys are or were hashed with. Made at first need, never changed.
  pepper TEXT,
  -- Null: for good.
  raw_event_days INTEGER,
  dead_letter_days INTEGER,
  version INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE privacy_requests (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  kind TEXT NOT NULL,
  -- The unit's key; null once an erasure is done.
  unit TEXT,
  -- The key, masked.
  unit_shown TEXT NOT NULL,
  attribute TEXT NOT NULL,
  -- JSON list of the environments, as ids and keys at the time of the request.
  environments TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Which place is looked at, and after which key or sequence the next step begins.
  place INTEGER NOT NULL,
  place_after TEXT,
  -- JSON list: what was found and done in each place.
  report TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  request_id TEXT NOT NULL,
  -- Counts the steps; of two runners of one step the second writes nothing.
  version INTEGER NOT NULL,
  lease_until_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER,
  -- When an export's parts were deleted.
  expired_at_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX privacy_requests_by_time ON privacy_requests (organisation_id, created_at_ms, id);
CREATE INDEX privacy_requests_by_state ON privacy_requests (state, lease_until_ms);

-- Where the sweep of what is kept too long goes on.
CREATE TABLE retention_progress (
  chore TEXT PRIMARY KEY NOT NULL,
  place_after TEXT,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX dead_letters_by_environment ON dead_letters (environment_id, id);
