/** What credentials may be allowed to do, and what each scope means. */
export const SCOPES = {
  "projects:read": "Read projects.",
  "projects:write": "Create and change projects.",
  "environments:read": "Read environments and their state.",
  "environments:write": "Create and change environments, and roll a whole one back.",
  "flags:read": "Read flags, explain evaluations.",
  "flags:write": "Create, change, archive and roll back flags, and their overrides.",
  "flags:kill": "Throw and take back the kill switch.",
  "segments:read": "Read segments.",
  "segments:write": "Create, change and delete segments.",
  "keys:read": "Read what SDK keys there are; never the keys themselves.",
  "keys:write": "Issue, rotate and revoke SDK keys.",
  "break-glass:read": "Read what break-glass keys there are; never their private halves.",
  "break-glass:write": "Issue and revoke the keys that sign break-glass commands.",
  "signing-keys:read": "Read the public keys by which rulesets are signed.",
  "signing-keys:write": "Have rulesets signed by a new key.",
  "history:read": "Read rulesets, changes and the log.",
  "events:read": "Read how flags are used, and which events could not be counted.",
  "events:write": "Send events that could not be counted again, or drop them.",
} as const;
export type Scope = keyof typeof SCOPES;
