-- Chains are signed and pruned by themselves: when each is looked after next, and how long the
-- organisation's own entries stay.

-- How long entries of the organisation's chain stay before they are archived; null: for good.
ALTER TABLE organisation_compliance ADD COLUMN audit_entry_days INTEGER;

-- No row: now.
CREATE TABLE audit_upkeep (
  organisation_id TEXT NOT NULL,
  -- '': the organisation's own; otherwise an environment's id.
  chain TEXT NOT NULL,
  due_at_ms INTEGER NOT NULL,
  PRIMARY KEY (organisation_id, chain)
) WITHOUT ROWID;
