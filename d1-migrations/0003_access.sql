-- Who may do what: organisations, their units and teams, roles and grants.
-- Times are milliseconds since the Unix epoch.

-- Foundation, growth or enterprise: what the organisation is entitled to.
ALTER TABLE organisations ADD COLUMN edition TEXT NOT NULL DEFAULT 'enterprise';
ALTER TABLE organisations ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organisations ADD COLUMN updated_at_ms INTEGER NOT NULL DEFAULT 0;

-- A part of the organisation whose projects others do not see unless they are granted to.
CREATE TABLE units (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX units_by_key ON units (organisation_id, key);

CREATE TABLE teams (
  id TEXT PRIMARY KEY NOT NULL,
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  -- The unit it is part of, whose grants its people have too; null: none.
  unit_id TEXT REFERENCES units (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX teams_by_key ON teams (organisation_id, key);

CREATE TABLE team_members (
  team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
  person_id TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  PRIMARY KEY (team_id, person_id)
) WITHOUT ROWID;
CREATE INDEX team_members_by_person ON team_members (person_id);

-- Roles that an organisation made for itself, beside the built-in ones.
CREATE TABLE roles (
  organisation_id TEXT NOT NULL REFERENCES organisations (id),
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  -- JSON list of scopes.
  scopes TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, key)
) WITHOUT ROWID;

-- Grants are given and taken, never changed.
CREATE TABLE grants (
  id TEXT PRIMARY KEY NOT NULL,
  -- Null: in every organisation.
  organisation_id TEXT REFERENCES organisations (id),
  -- person, service, team, unit, everyone (of the organisation; principal_id is '').
  principal_kind TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  -- allow, deny.
  effect TEXT NOT NULL,
  -- A built-in role or one of `roles`; null: `scopes` says what.
  role TEXT,
  -- JSON list of scopes; null: `role` says what.
  scopes TEXT,
  -- Each that is not null narrows where the grant holds.
  unit_id TEXT,
  project_id TEXT,
  environment_id TEXT,
  tag_name TEXT,
  tag_value TEXT,
  created_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX grants_by_principal ON grants (principal_kind, principal_id);
CREATE INDEX grants_by_organisation ON grants (organisation_id, created_at_ms, id);

-- The business unit that a project belongs to; null: the organisation as a whole.
ALTER TABLE projects ADD COLUMN unit_id TEXT REFERENCES units (id);
