-- What was done and refused in an organisation, each entry bound to the one before it by its hash.
-- Times are milliseconds since the Unix epoch.

-- The primary key decides which of two racing writers wins: both insert the same sequence, and the
-- second batch rolls back, with the change that it tells of.
CREATE TABLE audit_log (
  organisation_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_name TEXT NOT NULL,
  project_id TEXT,
  environment_id TEXT,
  reason TEXT,
  request_id TEXT,
  detail_hash TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- The chain covers detail_hash, not these: a detail can be sealed anew, masked or erased.
  -- Sealed by the key of this id; both null: it was erased.
  detail_key_id TEXT,
  detail TEXT,
  PRIMARY KEY (organisation_id, sequence)
) WITHOUT ROWID;
CREATE INDEX audit_log_by_actor ON audit_log (organisation_id, actor_id, sequence);
CREATE INDEX audit_log_by_target ON audit_log (organisation_id, target_kind, target_name, sequence);
CREATE INDEX audit_log_by_time ON audit_log (organisation_id, at_ms);
CREATE INDEX audit_log_by_key ON audit_log (organisation_id, detail_key_id);

-- What signs an organisation's checkpoints and exports. The private half is sealed.
CREATE TABLE audit_signing_keys (
  organisation_id TEXT PRIMARY KEY NOT NULL,
  id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  seed_key_id TEXT NOT NULL,
  seed TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Signed statements that a chain had an entry. R2 keeps them as well, where nobody overwrites.
CREATE TABLE audit_checkpoints (
  organisation_id TEXT NOT NULL,
  -- '': the organisation's own; otherwise an environment's id.
  chain TEXT NOT NULL,
  -- Sequence or revision.
  position INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signed_at_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (organisation_id, chain, position)
) WITHOUT ROWID;
CREATE INDEX audit_checkpoints_by_time ON audit_checkpoints (organisation_id, signed_at_ms);
