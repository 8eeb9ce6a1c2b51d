import { mergeView, type ChainPart } from "../../core/audit/merge-view.ts";
import {
  rangeAfter,
  readViewCursor,
  viewCursorText,
  type ViewCursor,
} from "../../core/audit/view-cursor.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { cursorAfter, placeOf } from "../../core/authority/page.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { environmentId } from "../../core/brand.ts";
import type { MaskingMode } from "../../core/privacy/mask.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import type { PlaceProblem } from "../environments/environment.ts";
import { inTurns } from "../in-turns.ts";
import type { AuditFilter, AuditPlace, AuditPlaces, AuditReader } from "./audit-reader.ts";
import { logEvent, placeNames, recordEvent } from "./audit-view.ts";
import type { AuditedEvent } from "./audit-view.ts";

export interface ListAuditInput {
  readonly organisationId: string;
  /** Keys, as they stand in the request; the environment's only with the project's. */
  readonly project?: string;
  readonly environment?: string;
  readonly filter: Omit<AuditFilter, "project" | "environment">;
  /** Of personal data in what environments tell. */
  readonly masking: MaskingMode;
  readonly page: PageRequest;
}

export interface ListAuditDeps {
  readonly auditReader: AuditReader;
  readonly auditPlaces: AuditPlaces;
  readonly authorities: Authorities;
}

/** How many authorities are asked at a time. */
const AT_A_TIME = 10;

/**
 * What was done and refused in an organisation, newest first: its own chain and those of all its
 * environments as one. Rejects when an authority does not answer, because a view with a silent gap
 * would be worse than none.
 */
export async function listAudit(
  input: ListAuditInput,
  deps: ListAuditDeps,
): Promise<Result<Page<AuditedEvent>, PlaceProblem | AuthorityProblem>> {
  const cursor = cursorOf(input.page);
  if (!cursor.ok) return cursor;
  const all = await deps.auditPlaces.all(input.organisationId);
  const places = chosenPlaces(all, input);
  if (!places.ok) return places;

  const reading = { ...input, cursor: cursor.value, places: all };
  const own = await organisationPart(reading, places.value, deps);
  const others =
    input.filter.outcome === "refused"
      ? []
      : await inTurns(places.value, AT_A_TIME, (place) => environmentPart(reading, place, deps));
  const failed = others.find((part) => !part.ok);
  if (failed !== undefined && !failed.ok) return failed;
  const parts = others.flatMap((part) => (part.ok ? [part.value] : []));
  const { items, more } = mergeView([own, ...parts], input.page.limit);
  const last = items.at(-1);
  const next = more && last !== undefined ? cursorAfter(viewCursorText(last)) : null;
  return ok({ items, next });
}

interface Reading extends ListAuditInput {
  readonly cursor: ViewCursor | null;
  /** All of the organisation's. */
  readonly places: readonly AuditPlace[];
}

function cursorOf(page: PageRequest): Result<ViewCursor | null, AuthorityProblem> {
  const place = placeOf(page);
  if (!place.ok) return place;
  if (place.value === null) return ok(null);
  const cursor = readViewCursor(place.value);
  return cursor === undefined
    ? err({ kind: "invalid-cursor", cursor: page.cursor ?? "" })
    : ok(cursor);
}

function chosenPlaces(
  all: readonly AuditPlace[],
  { project, environment }: ListAuditInput,
): Result<readonly AuditPlace[], PlaceProblem> {
  if (project === undefined) return ok(all);
  const inProject = all.filter((place) => place.project === project);
  if (inProject.length === 0) return err({ kind: "project-not-found", project });
  if (environment === undefined) return ok(inProject);
  const chosen = inProject.filter((place) => place.environment === environment);
  return chosen.length === 0
    ? err({ kind: "environment-not-found", project, environment })
    : ok(chosen);
}

async function organisationPart(
  { organisationId, project, environment, filter, page, cursor, places }: Reading,
  [chosen]: readonly AuditPlace[],
  { auditReader }: ListAuditDeps,
): Promise<ChainPart<AuditedEvent>> {
  const { before, untilMs } = rangeAfter(cursor, "");
  const wanted = {
    ...withUntil(filter, untilMs),
    ...(project === undefined || chosen === undefined ? {} : { project: chosen.projectId }),
    ...(environment === undefined || chosen?.environmentId == null
      ? {}
      : { environment: chosen.environmentId }),
  };
  const range = { before, limit: page.limit + 1 };
  const records = await auditReader.before(organisationId, wanted, range);
  const names = placeNames(places);
  const items = records.slice(0, page.limit).map((record) => recordEvent(record, names));
  return { items, more: records.length > page.limit };
}

const NOTHING = { items: [], more: false };

async function environmentPart(
  { filter, page, cursor, masking }: Reading,
  place: AuditPlace,
  { authorities }: ListAuditDeps,
): Promise<Result<ChainPart<AuditedEvent>, AuthorityProblem>> {
  const { environmentId: id, environment, project } = place;
  if (id === null || environment === null) return ok(NOTHING);
  const { before, untilMs } = rangeAfter(cursor, id);
  const { flag, actorId, action, fromMs, untilMs: asked } = withUntil(filter, untilMs);
  const read = await authorities.of(environmentId(id)).log({
    limit: page.limit,
    cursor: before === null ? null : cursorAfter(String(before)),
    document: flag === undefined ? null : { kind: "flag", key: flag },
    filter: {
      ...(actorId === undefined ? {} : { actorId }),
      ...(action === undefined ? {} : { action }),
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(asked === undefined ? {} : { untilMs: asked }),
    },
  });
  if (!read.ok) return read.error.kind === "unknown-environment" ? ok(NOTHING) : read;
  const { items, next } = read.value;
  return ok({
    items: items.map((entry) => logEvent(entry, { id, project, environment, masking })),
    more: next !== null,
  });
}

function withUntil(filter: ListAuditInput["filter"], untilMs: number | null) {
  if (untilMs === null) return filter;
  return { ...filter, untilMs: Math.min(untilMs, filter.untilMs ?? untilMs) };
}
