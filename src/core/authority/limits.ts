import { LIMITS } from "../documents/limits.ts";
import type { DocumentVersion } from "./document-version.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { AuthorityProblem } from "./problem.ts";
import type { EnvironmentState } from "./state.ts";

/**
 * The first limit that new versions break. A limit on a total is broken only by what adds to the
 * total, so that an environment above a lowered limit can still be edited and made smaller.
 */
export function brokenLimit(
  before: EnvironmentState,
  after: EnvironmentState,
  versions: readonly DocumentVersion[],
): AuthorityProblem | null {
  for (const version of versions) {
    const broken = version.archivedAtMs === null ? brokenByDocument(version) : null;
    if (broken !== null) return broken;
  }
  for (const [kind, what] of COUNTED) {
    const actual = servedCount(after, kind);
    if (actual > LIMITS[what] && actual > servedCount(before, kind)) return exceeded(what, actual);
  }
  const actual = after.servedBytes;
  const grows = actual > before.servedBytes;
  return grows && actual > LIMITS.environmentBytes ? exceeded("environmentBytes", actual) : null;
}

const COUNTED = [
  ["flag", "flagsPerEnvironment"],
  ["segment", "segmentsPerEnvironment"],
  ["key", "keysPerEnvironment"],
  ["break-glass-key", "breakGlassKeysPerEnvironment"],
] as const satisfies readonly (readonly [KeptKind, keyof typeof LIMITS])[];

/** How many documents of a kind are in force. */
export function servedCount(state: EnvironmentState, kind: KeptKind): number {
  let count = 0;
  for (const { archivedAtMs } of state.documents[kind].values()) {
    if (archivedAtMs === null) count += 1;
  }
  return count;
}

function brokenByDocument(version: DocumentVersion): AuthorityProblem | null {
  if (version.bytes > LIMITS.documentBytes) return exceeded("documentBytes", version.bytes);
  if (version.kind !== "flag") return null;
  const { rules, variations, overrides, prerequisites } = version.document;
  const sizes = {
    rulesPerFlag: rules.length,
    variationsPerFlag: variations.length,
    overridesPerFlag: overrides.length,
    prerequisitesPerFlag: prerequisites.length,
  };
  for (const what of FLAG_SIZES) {
    if (sizes[what] > LIMITS[what]) return exceeded(what, sizes[what]);
  }
  return null;
}

const FLAG_SIZES = [
  "rulesPerFlag",
  "variationsPerFlag",
  "overridesPerFlag",
  "prerequisitesPerFlag",
] as const satisfies readonly (keyof typeof LIMITS)[];

function exceeded(what: keyof typeof LIMITS, actual: number): AuthorityProblem {
  return { kind: "limit-exceeded", what, limit: LIMITS[what], actual };
}
