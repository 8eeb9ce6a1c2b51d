-- Programs that use the management API, and the tokens of programs and people.
-- Times are milliseconds since the Unix epoch.

CREATE TABLE service_accounts (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  description TEXT,
  -- Since when its tokens are refused; null: it works.
  disabled_at_ms INTEGER,
  -- A deleted account stays, so that its tokens stay refused; only its name is free again.
  deleted_at_ms INTEGER,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX service_accounts_by_name ON service_accounts (organisation_id, name)
  WHERE deleted_at_ms IS NULL;

-- Rows are never deleted: a token that is not found and one that was revoked are told apart.
CREATE TABLE management_tokens (
  -- [a-z0-9]{16}, and part of the token's text.
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  -- person or service: whose grants apply.
  owner_kind TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON list; null: no ceiling, all that the owner may do.
  scopes TEXT,
  -- SHA-256 of the whole token, lower-case hexadecimal. The token itself is stored nowhere.
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  -- Null: it does not expire.
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER,
  -- To the minute.
  last_used_at_ms INTEGER,
  -- The token that took its place when it was rotated.
  replaced_by TEXT,
  -- Who issued it.
  issued_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX management_tokens_by_owner
  ON management_tokens (organisation_id, owner_kind, owner_id, created_at_ms, id);
