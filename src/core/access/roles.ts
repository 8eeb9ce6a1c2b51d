import { ALL_SCOPES, type Scope } from "./scopes.ts";

const reading = ALL_SCOPES.filter((scope) => scope.endsWith(":read"));

/** Of what a project holds; who belongs to the organisation and what they did is not among it. */
const READS_PROJECTS: readonly Scope[] = [
  "organisations:read",
  "projects:read",
  "environments:read",
  "flags:read",
  "segments:read",
  "signing-keys:read",
  "history:read",
  "events:read",
];

/**
 * The roles that every organisation has. A role is a name for scopes and nothing else: what it is
 * given on decides where it holds.
 */
export const BUILT_IN_ROLES = {
  owner: {
    summary: "Everything, and the organisation itself.",
    scopes: ALL_SCOPES,
  },
  admin: {
    summary: "Everything but the organisation's own settings.",
    scopes: ALL_SCOPES.filter((scope) => scope !== "organisations:write"),
  },
  editor: {
    summary: "Builds and runs flags, segments and environments.",
    scopes: [
      ...READS_PROJECTS,
      "members:read",
      "keys:read",
      "projects:write",
      "environments:write",
      "flags:write",
      "flags:kill",
      "segments:write",
      "events:write",
    ],
  },
  reviewer: {
    summary: "Reads everything, audit included, and may stop a flag.",
    scopes: [...reading.filter((scope) => scope !== "privacy:read"), "flags:kill"],
  },
  experimenter: {
    summary: "Changes flags and segments, to run experiments.",
    scopes: [...READS_PROJECTS, "members:read", "flags:write", "segments:write"],
  },
  viewer: {
    summary: "Reads flags and how they are used.",
    scopes: READS_PROJECTS,
  },
} as const satisfies Record<
  string,
  { readonly summary: string; readonly scopes: readonly Scope[] }
>;

export type BuiltInRole = keyof typeof BUILT_IN_ROLES;

export const isBuiltInRole = (name: string): name is BuiltInRole =>
  Object.hasOwn(BUILT_IN_ROLES, name);
