import type {
  Command,
  CommandEnvelope,
  IssuedKey,
} from "../../../../src/core/authority/command.ts";
import type { AuthorityProblem } from "../../../../src/core/authority/problem.ts";
import type { FlagDocument } from "../../../../src/core/documents/flag.ts";
import type { SegmentDocument } from "../../../../src/core/documents/segment.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import type { Result } from "../../../../src/core/result.ts";

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

export function flag(key: string, changes: Partial<FlagDocument> = {}): FlagDocument {
  return {
    key,
    type: "boolean",
    variations: [
      { key: "on", value: true },
      { key: "off", value: false },
    ],
    enabled: true,
    offVariation: "off",
    killed: null,
    overrides: [],
    prerequisites: [],
    targets: [],
    rules: [],
    default: { variation: "on" },
    salt: key,
    clientVisible: false,
    ...changes,
  };
}

export function segment(key: string, changes: Partial<SegmentDocument> = {}): SegmentDocument {
  return { key, included: [], excluded: [], rules: [], ...changes };
}

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
