-- What exists and who answers for it. How flags behave is kept by each environment's own object.
-- Times are milliseconds since the Unix epoch.

CREATE TABLE organisations (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Everything belongs to an organisation, so that more of them can come later.
INSERT INTO organisations (id, name, created_at_ms) VALUES ('default', 'Default', 0);

CREATE TABLE projects (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX projects_by_key ON projects (organisation_id, key);

CREATE TABLE environments (
  id TEXT PRIMARY KEY NOT NULL,
  project_id TEXT NOT NULL REFERENCES projects (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  production INTEGER NOT NULL,
  tags TEXT NOT NULL,
  salt TEXT NOT NULL,
  -- When its authority was made; null while that is owed.
  initialised_at_ms INTEGER,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX environments_by_key ON environments (project_id, key);

CREATE TABLE flags (
  project_id TEXT NOT NULL REFERENCES projects (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  type TEXT NOT NULL,
  category TEXT NOT NULL,
  stage TEXT NOT NULL,
  risk TEXT NOT NULL,
  owner TEXT,
  tags TEXT NOT NULL,
  salt TEXT NOT NULL,
  -- Which request created it, so that a repetition can finish what that request began.
  creation_command_id TEXT NOT NULL,
  creation_fingerprint TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (project_id, key)
) WITHOUT ROWID;

-- In which environments a flag is; pending: it was asked for and is not confirmed.
CREATE TABLE flag_environments (
  project_id TEXT NOT NULL,
  flag_key TEXT NOT NULL,
  environment_key TEXT NOT NULL,
  pending INTEGER NOT NULL,
  PRIMARY KEY (project_id, flag_key, environment_key)
) WITHOUT ROWID;

-- Every version of every row above, and who made it. The primary key decides which of two
-- racing writers wins: both insert the same version, and the second batch rolls back.
CREATE TABLE catalogue_log (
  kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  organisation_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  reason TEXT,
  request_id TEXT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (kind, target_id, version)
) WITHOUT ROWID;
CREATE INDEX catalogue_log_by_time ON catalogue_log (organisation_id, at_ms);

-- Answers to POST requests that may be repeated. A row without a status is a request under way.
CREATE TABLE idempotency_keys (
  credential_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  command_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  lease_until_ms INTEGER NOT NULL,
  status INTEGER,
  headers TEXT,
  body TEXT,
  PRIMARY KEY (credential_id, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (at_ms);
