import { assertNever } from "../../src/core/result.ts";
import { PROJECT } from "./installation.ts";

/** What people and programs do with a flag in its life, and what any request costs at least. */
export const KINDS = ["create", "read", "update", "archive", "floor"] as const;
export type Kind = (typeof KINDS)[number];

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  /** It changes what is there already. */
  readonly changes?: true;
}

/** How many flags later the next thing is done with a flag, so that the one before is long done. */
const APART = 25;
/** Flags of which nothing is measured: there must be some to read before the first is read. */
export const AHEAD = 3 * APART;

/** Every request is about a flag of its own. `round` begins at `AHEAD`. */
export function requestOf(kind: Kind, round: number): Sent {
  const flag = (rounds: number) => `${PROJECT}/environments/prod/flags/flag-${round - rounds}`;
  switch (kind) {
    case "create":
      return create(round);
    case "read":
      return { method: "GET", path: flag(APART) };
    case "update":
      return {
        method: "PATCH",
        path: flag(2 * APART),
        changes: true,
        body: { enabled: true, default: { variation: "on" } },
      };
    case "archive":
      return { method: "POST", path: `${flag(3 * APART)}/archive`, body: {}, changes: true };
    case "floor":
      return { method: "GET", path: "/healthz" };
    default:
      return assertNever(kind);
  }
}

/** In the catalogue and in the environment. */
export function create(round: number): Sent {
  const body = { key: `flag-${round}`, type: "boolean", createIn: ["prod"] };
  return { method: "POST", path: `${PROJECT}/flags`, body };
}
