-- When each SDK key was last let in, as the edges have told. No row: nobody has said.
CREATE TABLE sdk_key_uses (
  environment_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  -- Milliseconds since the Unix epoch, to the minute.
  last_used_at_ms INTEGER NOT NULL,
  PRIMARY KEY (environment_id, key_id)
) WITHOUT ROWID;
