-- Who else may say who somebody is, for an organisation: identity providers, and the directories
-- that put people in and take them out (SCIM). Times are milliseconds since the Unix epoch.

CREATE TABLE identity_providers (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  -- JSON: what the protocol needs, without its secret.
  settings TEXT NOT NULL,
  -- JSON: which role people get.
  roles TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  -- The client secret, sealed by the key of this id; null: the protocol has none.
  secret_key_id TEXT,
  sealed_secret TEXT,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX identity_providers_by_organisation ON identity_providers (organisation_id, id);

-- A domain of e-mail addresses belongs to one organisation, and one provider speaks for it.
CREATE TABLE identity_domains (
  domain TEXT PRIMARY KEY NOT NULL,
  provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
  organisation_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX identity_domains_by_provider ON identity_domains (provider_id);
CREATE INDEX identity_domains_by_organisation ON identity_domains (organisation_id);

-- Sign-ins that were sent to a provider and are not back. Each is taken once.
CREATE TABLE sign_in_requests (
  state_hash TEXT PRIMARY KEY NOT NULL,
  -- Hash of what the browser that began it holds in a cookie.
  binding_hash TEXT NOT NULL,
  provider_id TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
  provider_version INTEGER NOT NULL,
  -- JSON: what the provider's answer is asked for and checked with.
  endpoints TEXT NOT NULL,
  return_to TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_requests_by_end ON sign_in_requests (expires_at_ms);

CREATE TABLE provisioning_tokens (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  -- Of the token; it is stored nowhere.
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  -- Role of people who are put in and whom no provider gave another.
  role TEXT NOT NULL,
  expires_at_ms INTEGER,
  revoked_at_ms INTEGER,
  -- To the minute.
  last_used_at_ms INTEGER,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX provisioning_tokens_by_hash ON provisioning_tokens (hash);
CREATE INDEX provisioning_tokens_by_organisation ON provisioning_tokens (organisation_id, id);

-- What a directory says of a person beyond what people have here.
CREATE TABLE provisioned_people (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  external_id TEXT,
  PRIMARY KEY (organisation_id, person_id)
) WITHOUT ROWID;

-- Groups as the directory keeps them. A group whose name is a rule of the organisation's providers
-- gives its people that rule's role.
CREATE TABLE provisioned_groups (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  name TEXT NOT NULL,
  external_id TEXT,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX provisioned_groups_by_name ON provisioned_groups (organisation_id, name);

CREATE TABLE provisioned_group_people (
  group_id TEXT NOT NULL REFERENCES provisioned_groups (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, person_id)
) WITHOUT ROWID;
CREATE INDEX provisioned_group_people_by_person ON provisioned_group_people (person_id);
