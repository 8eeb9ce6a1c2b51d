import { segmentReferences } from "../conditions/segment-references.ts";
import type { Condition } from "../documents/condition.ts";
import type { EnvironmentState } from "./state.ts";

/** Places that name a flag, such as `flag checkout, /prerequisites/0`; archived flags count not. */
export function placesNamingFlag(state: EnvironmentState, key: string): readonly string[] {
  const places: string[] = [];
  for (const { document, archivedAtMs } of state.documents.flag.values()) {
    if (archivedAtMs !== null) continue;
    for (const [index, { flag }] of document.prerequisites.entries()) {
      if (flag === key) places.push(`flag ${document.key}, /prerequisites/${index}`);
    }
  }
  return places;
}

/** Places that name a segment, such as `flag checkout, /rules/0/if`. */
export function placesNamingSegment(state: EnvironmentState, key: string): readonly string[] {
  const places: string[] = [];
  const look = (condition: Condition, place: () => string): void => {
    if (segmentReferences(condition).includes(key)) places.push(place());
  };
  for (const { document: flag, archivedAtMs } of state.documents.flag.values()) {
    if (archivedAtMs !== null) continue;
    for (const list of ["overrides", "rules"] as const) {
      for (const [index, { if: condition }] of flag[list].entries()) {
        look(condition, () => `flag ${flag.key}, /${list}/${index}/if`);
      }
    }
  }
  for (const { document: segment, archivedAtMs } of state.documents.segment.values()) {
    if (archivedAtMs !== null) continue;
    for (const [index, condition] of segment.rules.entries()) {
      look(condition, () => `segment ${segment.key}, /rules/${index}`);
    }
  }
  return places;
}
