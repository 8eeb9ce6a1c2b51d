/** What one environment and one document may hold; exceeded limits are refused with the figure. */
export const LIMITS = {
  flagsPerEnvironment: 10_000,
  segmentsPerEnvironment: 2_000,
  keysPerEnvironment: 200,
  breakGlassKeysPerEnvironment: 20,
  rulesPerFlag: 1_000,
  variationsPerFlag: 100,
  overridesPerFlag: 200,
  prerequisitesPerFlag: 50,
  conditionDepth: 16,
  conditionNodesPerFlag: 1_000,
  /** UTF-8 bytes of the canonical JSON. */
  documentBytes: 512 * 1024,
  /** The same over all documents that are served: a snapshot must fit KV (25 MiB) and one RPC. */
  environmentBytes: 20 * 1024 * 1024,
  /** Levels of objects and lists in the value of an object flag. */
  valueDepth: 32,
  /** How long a chain of flags, each a prerequisite of the one before, may be. */
  prerequisiteDepth: 64,
  keyLength: 128,
  textLength: 2_000,
  /** Characters of a regular expression's source. */
  patternLength: 1_000,
} as const;

/** Flag, segment, experiment, holdout and layer keys: safe in URLs, headers and logs. */
export const DOCUMENT_KEY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
