import type { AuditDetailState } from "../../core/audit/detail-state.ts";
import { differences, type Difference } from "../../core/audit/diff.ts";
import type { AuditEntry } from "../../core/audit/entry.ts";
import { maskDifference } from "../../core/audit/mask-record.ts";
import type { ViewCursor } from "../../core/audit/view-cursor.ts";
import type { LogEntryView } from "../../core/authority/log-entry.ts";
import { childPointer } from "../../core/json-pointer.ts";
import { canonicalJson, isRecord } from "../../core/json.ts";
import { type MaskingMode, maskText } from "../../core/privacy/mask.ts";
import type { AuditPlace, AuditRecord } from "./audit-reader.ts";

type Head = Pick<
  AuditEntry,
  "atMs" | "actor" | "action" | "outcome" | "target" | "reason" | "requestId" | "hash"
>;

/** One thing that was done or refused, in whichever chain it is kept. */
export interface AuditedEvent extends ViewCursor, Head {
  /** Keys; ids where the thing is gone. */
  readonly project: string | null;
  readonly environment: string | null;
  /**
   * `masked`: personal data is not shown as it was. `withheld`: too large for a list; the
   * environment's log has it.
   */
  readonly detail: AuditDetailState["state"] | "withheld";
  /** What differs between before and after. */
  readonly changes: readonly Difference[];
  /** True when there are more changes than these. */
  readonly moreChanges: boolean;
  readonly facts: unknown;
}

/** Beyond this, nobody reads a list of changes. */
const MOST_CHANGES = 100;

/** Keys by the ids that entries hold. */
export interface PlaceNames {
  readonly project: (id: string) => string;
  readonly environment: (id: string) => string;
}

export function placeNames(places: readonly AuditPlace[]): PlaceNames {
  const projects = new Map(places.map(({ projectId, project }) => [projectId, project]));
  const environments = new Map(
    places.map(({ environmentId, environment }) => [environmentId, environment]),
  );
  return {
    project: (id) => projects.get(id) ?? id,
    environment: (id) => environments.get(id) ?? id,
  };
}

/** An entry of the organisation's chain. */
export function recordEvent({ entry, detail }: AuditRecord, names: PlaceNames): AuditedEvent {
  const { sequence, project, environment, ...rest } = entry;
  const told = "detail" in detail && isRecord(detail.detail) ? detail.detail : {};
  return {
    ...headOf(rest),
    chain: "",
    position: sequence,
    project: project === null ? null : names.project(project),
    environment: environment === null ? null : names.environment(environment),
    detail: detail.state,
    ...shown(differences(told["before"], told["after"], MOST_CHANGES + 1)),
    facts: told["facts"] ?? null,
  };
}

/** Where an environment's chain is told from, and what becomes of personal data in it. */
export interface LogPlace {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly masking: MaskingMode;
}

/** An entry of an environment's chain. */
export function logEvent(entry: LogEntryView, place: LogPlace): AuditedEvent {
  const { kind, key } = entry.target;
  const withheld = entry.changes.some((change) => !("afterDocument" in change));
  const changes = entry.changes.flatMap((change) =>
    differences(change.beforeDocument, change.afterDocument, MOST_CHANGES + 1).map((one) => ({
      ...one,
      path: `${childPointer(childPointer("", change.kind), change.key)}${one.path}`,
    })),
  );
  const target = { kind, id: `${place.id}/${key}`, name: key };
  const told = { reason: entry.reason, ...shown(withheld ? [] : changes) };
  const masked = maskTold(told, place.masking);
  const isMasked = canonicalJson(masked) !== canonicalJson(told);
  return {
    ...headOf({ ...entry, outcome: "done", target, reason: masked.reason }),
    chain: place.id,
    position: entry.revision,
    project: place.project,
    environment: place.environment,
    detail: withheld ? "withheld" : isMasked ? "masked" : "kept",
    changes: masked.changes,
    moreChanges: masked.moreChanges,
    facts: null,
  };
}

type Told = Pick<AuditedEvent, "reason" | "changes" | "moreChanges">;

function maskTold(told: Told, mode: MaskingMode): Told {
  if (mode === "off") return told;
  return {
    ...told,
    reason: told.reason === null ? null : maskText(told.reason, mode),
    changes: told.changes.map((change) => maskDifference(change, mode)),
  };
}

const headOf = ({ atMs, actor, action, outcome, target, reason, requestId, hash }: Head): Head => ({
  atMs,
  actor,
  action,
  outcome,
  target,
  reason,
  requestId,
  hash,
});

const shown = (changes: readonly Difference[]) => ({
  changes: changes.slice(0, MOST_CHANGES),
  moreChanges: changes.length > MOST_CHANGES,
});
