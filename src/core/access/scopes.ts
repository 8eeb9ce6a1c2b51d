/** What credentials may be allowed to do, and what each scope means. */
export const SCOPES = {
  "organisations:read": "Read the organisation and its settings.",
  "organisations:write": "Create organisations; change the organisation's settings.",
  "members:read": "Read who belongs to the organisation, its units and teams.",
  "members:write": "Invite and remove people; form units and teams.",
  "access:read": "Read roles and grants.",
  "access:write": "Make roles, give and take grants, never beyond one's own.",
  "tokens:read": "Read service accounts and what tokens there are; never the tokens themselves.",
  "tokens:write": "Make service accounts; issue, rotate and revoke their tokens.",
  "identity:read": "Read how people sign in, and from where they are provisioned.",
  "identity:write": "Set up single sign-on and provisioning.",
  "audit:read": "Read and export the audit log.",
  "audit:write": "Make checkpoints, set how long entries are kept, encrypt them anew.",
  "privacy:read": "Read requests of people about their data.",
  "privacy:write": "Export and erase what is kept about a unit.",
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

export const isScope = (name: string): name is Scope => Object.hasOwn(SCOPES, name);

/** Every scope there is, in the table's order. */
export const ALL_SCOPES: readonly Scope[] = Object.keys(SCOPES).filter(isScope);
