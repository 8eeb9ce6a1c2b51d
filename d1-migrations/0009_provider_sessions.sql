-- Set: an identity provider of this organisation began the session, which enters no other.
ALTER TABLE sessions ADD COLUMN provider_organisation_id TEXT REFERENCES organisations (id);
