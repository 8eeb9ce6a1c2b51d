-- People, how they sign in, their sessions, and how they come in. Every secret is kept as a hash, or
-- encrypted with AUTH_SECRET where it must be read again. Times are milliseconds since the Unix epoch.

CREATE TABLE people (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  -- Lower case.
  email TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  image TEXT,
  two_factor_enabled INTEGER,
  -- Set: the person may not sign in, and no session of theirs counts.
  deactivated_at_ms INTEGER,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX people_by_email ON people (email);

-- A way in: the password (provider "credential"), or an identity provider's word.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  provider_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  -- scrypt, with its salt.
  password TEXT,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at_ms INTEGER,
  refresh_token_expires_at_ms INTEGER,
  scope TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_by_key ON accounts (provider_id, account_id);
CREATE INDEX accounts_by_person ON accounts (person_id);

CREATE TABLE sessions (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL,
  active_organisation_id TEXT REFERENCES organisations (id),
  ip_address TEXT,
  user_agent TEXT,
  expires_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_person ON sessions (person_id);

-- Short-lived proofs, such as password resets and the step between password and second factor.
-- `identifier` is a hash of what the person holds.
CREATE TABLE verifications (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX verifications_by_identifier ON verifications (identifier);

-- Secret and backup codes are encrypted.
CREATE TABLE two_factors (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified INTEGER,
  failed_verification_count INTEGER,
  locked_until_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX two_factors_by_person ON two_factors (person_id);

CREATE TABLE members (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX members_by_person ON members (person_id, organisation_id);
CREATE INDEX members_by_organisation ON members (organisation_id);

-- Who may come in, by a link that works once. Without an address: the link that makes the first
-- owner, who gives their own.
CREATE TABLE invitations (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  email TEXT,
  role TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  invited_by_kind TEXT NOT NULL,
  invited_by_id TEXT NOT NULL,
  invited_by_name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_by_token ON invitations (token_hash);
CREATE INDEX invitations_by_organisation ON invitations (organisation_id, id);

-- How an invitation ended. The primary key decides which of two racing requests ends it.
CREATE TABLE invitation_ends (
  invitation_id TEXT PRIMARY KEY NOT NULL REFERENCES invitations (id),
  outcome TEXT NOT NULL,
  person_id TEXT,
  at_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- Attempts that count against a limit, such as passwords tried. `key` is a hash of what is limited.
CREATE TABLE attempts (
  key TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  window_ends_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX attempts_by_end ON attempts (window_ends_ms);

-- Messages of a development installation, which sends none.
CREATE TABLE kept_mails (
  id TEXT PRIMARY KEY NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX kept_mails_by_time ON kept_mails (at_ms);
