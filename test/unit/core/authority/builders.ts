import { PLATFORM_ACCESS } from "../../../../src/core/access/permits.ts";
import type { Authority } from "../../../../src/core/authority/authority.ts";
import type {
  Command,
  CommandEnvelope,
  IssuedKey,
} from "../../../../src/core/authority/command.ts";
import type { AuthorityProblem } from "../../../../src/core/authority/problem.ts";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import type { Snapshot } from "../../../../src/core/documents/snapshot.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import type { Result } from "../../../../src/core/result.ts";
import { flag as flagOf, segment as segmentOf } from "../evaluation/build.ts";

export function initialize(environmentId = "envtest00001"): Command {
  return { kind: "environment.initialize", projectId: "p1", environmentId, salt: "env-salt" };
}

export function envelopeOf(
  command: Command,
  envelope: Partial<CommandEnvelope> = {},
): CommandEnvelope {
  return {
    command,
    actor: { kind: "user", id: "u1", name: "Ann" },
    permits: PLATFORM_ACCESS,
    reason: null,
    requestId: null,
    commandId: null,
    ...envelope,
  };
}

export function valueOf<T>(result: Result<T, AuthorityProblem>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

export const flag = (key: string, changes: Partial<FlagDocument> = {}): FlagDocument =>
  flagOf({ key, ...changes });

export const segment = (key: string, changes: Partial<SegmentDocument> = {}): SegmentDocument =>
  segmentOf(key, changes);

export function sdkKey(id: string, changes: Partial<IssuedKey> = {}): IssuedKey {
  return {
    id,
    kind: "server",
    hash: sha256Hex(id),
    expiresAtMs: null,
    origins: [],
    name: `Key ${id}`,
    hint: "abcd",
    ...changes,
  };
}

export function rollout(on: number, off: number) {
  return {
    rollout: {
      unit: "targetingKey",
      variations: [
        { key: "on", weight: on },
        { key: "off", weight: off },
      ],
    },
  };
}

/** The newest state as it is served; `null`: there is no environment. */
export function newestOf(authority: Pick<Authority, "snapshotAt">): Snapshot | null {
  const newest = authority.snapshotAt("newest");
  return newest.ok ? newest.value : null;
}
