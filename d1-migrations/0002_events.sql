-- What events add up to, and what could not be added. The events themselves are objects in R2.
-- Times are milliseconds since the Unix epoch; an hour is named by its first instant, in UTC.

-- '' as variation: the caller's own default was used. '' as reason: the sender did not know.
CREATE TABLE usage_hourly (
  environment_id TEXT NOT NULL,
  flag_key TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  variation_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  evaluations INTEGER NOT NULL,
  exposures INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  PRIMARY KEY (environment_id, flag_key, hour_ms, variation_key, reason)
) WITHOUT ROWID;

CREATE TABLE metric_hourly (
  environment_id TEXT NOT NULL,
  metric_key TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  events INTEGER NOT NULL,
  value_sum REAL NOT NULL,
  last_at_ms INTEGER NOT NULL,
  PRIMARY KEY (environment_id, metric_key, hour_ms)
) WITHOUT ROWID;

-- Chunks that are in the sums: a queue may deliver one more than once, and it counts once.
CREATE TABLE event_chunks (
  id TEXT PRIMARY KEY NOT NULL,
  received_at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX event_chunks_by_time ON event_chunks (received_at_ms);

-- Messages that could not be counted. Their bodies are objects in R2, under dead/<id>.json.
CREATE TABLE dead_letters (
  id TEXT PRIMARY KEY NOT NULL,
  environment_id TEXT,
  chunk_id TEXT,
  queue TEXT NOT NULL,
  set_aside_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  reason TEXT NOT NULL,
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX dead_letters_by_time ON dead_letters (set_aside_at_ms, id);
