import { isRecord } from "../../core/json.ts";
import { mentionsOf } from "../../core/privacy/mentions.ts";
import { type Kept, NOTHING, type PrivacyRequest, type StepResult } from "./privacy-request.ts";
import type { AuditedDetail } from "./privacy-store.ts";
import { type StepDeps, subjectOf } from "./step-deps.ts";

const ENTRIES_A_STEP = 50;

const IN_THE_CHAIN =
  "the head of an entry (target and reason) is part of the hash-chained log of who did what";

const IN_AN_ARCHIVE =
  "they were moved into encrypted archives, which are signed as a whole and are not searched";

/**
 * Looks at some entries of the organisation's audit log. An erasure erases details, which the chain
 * binds by a salted hash only: it verifies as before.
 */
export async function auditLogStep(
  request: PrivacyRequest,
  after: string | null,
  { auditDetails }: StepDeps,
): Promise<StepResult> {
  const { value } = subjectOf(request);
  const entries = await auditDetails.list(
    request.organisationId,
    Number(after ?? 0),
    ENTRIES_A_STEP,
  );
  const inDetail = entries.filter(({ detail }) => mentionsOf(detail, value).length > 0);
  const inHead = entries.filter(({ head }) => mentionsOf(head, value).length > 0);
  const found = new Set([...inDetail, ...inHead]).size;
  const last = entries.at(-1);
  const next = entries.length < ENTRIES_A_STEP || last === undefined ? null : String(last.sequence);
  const result = { ...NOTHING, looked: entries.length, found, next };
  if (request.kind === "export") return { ...result, items: inDetail.map(itemOf) };
  await Promise.all(
    inDetail.map(({ sequence }) => auditDetails.erase(request.organisationId, sequence)),
  );
  const kept = inHead.map(({ sequence }) => ({ what: `entry ${sequence}`, why: IN_THE_CHAIN }));
  const archived = after === null ? archivedBefore(entries[0]) : [];
  return { ...result, erased: inDetail.length, kept: [...archived, ...kept] };
}

/** A chain whose first entries are gone was pruned: they are in archives. */
const archivedBefore = (first: AuditedDetail | undefined): readonly Kept[] =>
  first === undefined || first.sequence === 1
    ? []
    : [{ what: `entries 1 to ${first.sequence - 1}`, why: IN_AN_ARCHIVE }];

/** Where the detail names the unit; the rest of it may be about others. */
const itemOf = ({ sequence, atMs, action, detail }: AuditedDetail) => ({
  place: "audit-log" as const,
  environment: null,
  of: `entry ${sequence}`,
  data: { atMs, action, members: isRecord(detail) ? Object.keys(detail) : [] },
});

/** Answers kept for repetitions are gone after a day; until then they stay, for both kinds. */
export const repeatableAnswersStep = ({ kind }: PrivacyRequest): StepResult => ({
  ...NOTHING,
  kept:
    kind === "export"
      ? []
      : [
          {
            what: "answers to POST requests with an Idempotency-Key",
            why: "not searched: each is deleted 24 hours after its request",
          },
        ],
});
