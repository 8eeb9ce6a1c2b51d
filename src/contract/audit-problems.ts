export const auditProblems = {
  "audit.unreadable": {
    status: 409,
    title: "A detail cannot be read",
    meaning:
      "The key that encrypts it is not in AUDIT_KEYS. Add that key again; pruning would lose the " +
      "detail for good.",
  },
  "audit.broken": {
    status: 409,
    title: "The chain is not whole",
    meaning:
      "Entries are missing, or were rewritten, so nothing is signed, archived or deleted. Compare " +
      "the database with a backup, and the chain with the checkpoints that you keep elsewhere.",
  },
  "audit.retention": {
    status: 409,
    title: "The entries must be kept longer",
    meaning: "The organisation's compliance preset says how long at least.",
  },
  "audit-archive.not-found": {
    status: 404,
    title: "There is no such archive",
    meaning: "GET /api/v1/audit/archives lists them.",
  },
} as const;
