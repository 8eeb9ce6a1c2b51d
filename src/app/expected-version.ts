import type { ExpectedVersion } from "../core/authority/command.ts";

/** Someone else saved a newer version of a catalogue entry. */
export interface CatalogueConflict {
  readonly kind: "catalogue-conflict";
  readonly what: "project" | "environment" | "catalogue-flag";
  readonly key: string;
  readonly expected: number;
  /** `null`: another writer won at this very moment. */
  readonly actual: number | null;
}

export const isExpected = (expected: ExpectedVersion, actual: number): boolean =>
  expected === "any" || expected === actual;

/** The conflict that a refused or lost write reports. */
export function conflict(
  what: CatalogueConflict["what"],
  key: string,
  expected: ExpectedVersion,
  found: { readonly version: number; readonly raced: boolean },
): CatalogueConflict {
  return {
    kind: "catalogue-conflict",
    what,
    key,
    expected: expected === "any" ? found.version : expected,
    actual: found.raced ? null : found.version,
  };
}
