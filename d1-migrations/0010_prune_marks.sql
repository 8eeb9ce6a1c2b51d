-- A checkpoint says what it is for: one that lets the chain's beginning go names the archive that
-- holds it, and stands beside an ordinary one of the same place.
CREATE TABLE audit_checkpoints_marked (
  organisation_id TEXT NOT NULL,
  chain TEXT NOT NULL,
  position INTEGER NOT NULL,
  -- '': an ordinary one; 'prune': what comes before it is in the archive.
  purpose TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signed_at_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  signature TEXT NOT NULL,
  -- Both null: an ordinary one.
  archive TEXT,
  archive_digest TEXT,
  PRIMARY KEY (organisation_id, chain, position, purpose)
) WITHOUT ROWID;
INSERT INTO audit_checkpoints_marked
  (organisation_id, chain, position, at_ms, hash, signed_at_ms, key_id, signature)
  SELECT organisation_id, chain, position, at_ms, hash, signed_at_ms, key_id, signature
  FROM audit_checkpoints;
DROP TABLE audit_checkpoints;
ALTER TABLE audit_checkpoints_marked RENAME TO audit_checkpoints;
CREATE INDEX audit_checkpoints_by_time ON audit_checkpoints (organisation_id, signed_at_ms);
