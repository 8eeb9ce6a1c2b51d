import { PLATFORM_ACCESS } from "../../core/access/permits.ts";
import type { AuthorityApi, Page, Stored } from "../../core/authority/authority-api.ts";
import type { Command } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { FlagDocument } from "../../core/documents/flag.ts";
import type { SegmentDocument } from "../../core/documents/segment.ts";
import {
  type DocumentErasure,
  eraseFromFlag,
  eraseFromSegment,
} from "../../core/privacy/erase-from-document.ts";
import type { PlaceName } from "../../core/privacy/places.ts";
import type { Subject } from "../../core/privacy/subject.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Kept, StepResult } from "./privacy-request.ts";
import { type EnvironmentTask, type StepDeps, placeName, subjectOf } from "./step-deps.ts";

const DOCUMENTS_A_STEP = 20;
const MOST_ATTEMPTS = 3;

type ConfigurationPlace = Extract<PlaceName, "flags" | "archived-flags" | "segments">;

/** A kind of document that can name units, and the commands that change it. */
interface Kind<Document, Patch> {
  readonly name: "flag" | "segment";
  readonly erase: (document: Document, subject: Subject) => DocumentErasure<Patch>;
  readonly read: (
    authority: AuthorityApi,
    key: string,
  ) => Promise<Result<Stored<Document>, AuthorityProblem>>;
  readonly patch: (key: string, expectedVersion: number, patch: Patch) => Command;
}

const FLAG: Kind<FlagDocument, object> = {
  name: "flag",
  erase: eraseFromFlag,
  read: (authority, key) => authority.flag(key, null),
  patch: (key, expectedVersion, patch) => ({ kind: "flag.patch", key, expectedVersion, patch }),
};

const SEGMENT: Kind<SegmentDocument, object> = {
  name: "segment",
  erase: eraseFromSegment,
  read: (authority, key) => authority.segment(key, null),
  patch: (key, expectedVersion, patch) => ({ kind: "segment.patch", key, expectedVersion, patch }),
};

/** Looks at a page of flags or segments; an erasure changes them by ordinary, logged commands. */
export async function configurationStep(
  place: ConfigurationPlace,
  task: EnvironmentTask,
  deps: StepDeps,
): Promise<StepResult> {
  const authority = deps.authorities.of(task.environment.id);
  const page = { limit: DOCUMENTS_A_STEP, cursor: task.after };
  if (place === "segments") {
    return lookThrough(SEGMENT, place, readable(await authority.segments(page)), task, authority);
  }
  const archived = place === "archived-flags";
  const flags = readable(await authority.flags({ ...page, archived }));
  return lookThrough(FLAG, place, flags, task, authority);
}

/** A list of the authority is refused only for a cursor that it did not give out. */
function readable<T>(page: Result<T, AuthorityProblem>): T {
  if (page.ok) return page.value;
  throw new Error(`the authority refused a list: ${page.error.kind}`);
}

async function lookThrough<Document extends { readonly key: string }, Patch>(
  kind: Kind<Document, Patch>,
  place: ConfigurationPlace,
  { items: documents, next }: Page<Stored<Document>>,
  task: EnvironmentTask,
  authority: AuthorityApi,
): Promise<StepResult> {
  const subject = subjectOf(task.request);
  const naming = documents
    .map((stored) => ({ stored, erasure: kind.erase(stored.document, subject) }))
    .filter(({ erasure }) => erasure.places.length > 0);
  const result = { looked: documents.length, found: naming.length, next };
  if (task.request.kind === "export") {
    const items = naming.map(({ stored, erasure }) => ({
      place,
      environment: placeName(task.environment),
      of: `${kind.name} ${stored.document.key}`,
      data: {
        version: stored.version,
        updatedAtMs: stored.updatedAtMs,
        places: erasure.places,
      },
    }));
    return { ...result, erased: 0, kept: [], items };
  }
  const kept: Kept[] = [];
  let erased = 0;
  for (const { stored, erasure } of naming) {
    const key = stored.document.key;
    const left = await eraseFrom(kind, key, erasure.overrides, task, authority);
    kept.push(...left);
    if (left.length === 0) erased += 1;
  }
  return { ...result, erased, kept, items: [] };
}

/** Takes the unit out of one document; answers what stays in it. */
async function eraseFrom<Document, Patch>(
  kind: Kind<Document, Patch>,
  key: string,
  overrides: readonly string[],
  task: EnvironmentTask,
  authority: AuthorityApi,
): Promise<readonly Kept[]> {
  const what = `${kind.name} ${key}`;
  for (const id of overrides) {
    const command = { kind: "override.remove", flag: key, id } as const;
    const removed = await change(command, `override:${key}:${id}`, task, authority);
    if (!removed.ok) return [{ what: `${what}, override ${id}`, why: removed.error }];
  }
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const stored = await kind.read(authority, key);
    if (!stored.ok) return [];
    const { patch, kept } = kind.erase(stored.value.document, subjectOf(task.request));
    const stays = kept.map((place) => ({ what: `${what}, ${place}`, why: LOOK_AT_IT }));
    if (patch === null) return stays;
    const { version } = stored.value;
    const command = kind.patch(key, version, patch);
    const patched = await change(command, `${kind.name}:${key}:${version}`, task, authority);
    if (patched.ok) return stays;
    if (patched.error !== CHANGED_MEANWHILE) return [{ what, why: patched.error }];
  }
  return [{ what, why: CHANGED_MEANWHILE }];
}

const LOOK_AT_IT =
  "a person must look at it: it is text, or without the unit it would mean something else for others";
const CHANGED_MEANWHILE = "it was changed again and again meanwhile; make another request";

async function change(
  command: Command,
  name: string,
  { request, environment }: EnvironmentTask,
  authority: AuthorityApi,
): Promise<Result<null, string>> {
  const applied = await authority.apply({
    command,
    actor: request.actor,
    // The request was permitted when it was made; it goes on when its author has left.
    permits: PLATFORM_ACCESS,
    reason: `Erasure of personal data, request ${request.id}`,
    requestId: request.requestId,
    // The same for each attempt at the step: what was accepted before is not done again.
    commandId: `privacy:${request.id}:${environment.id}:${name}`,
  });
  if (applied.ok || applied.error.kind === "not-found") return ok(null);
  const { kind } = applied.error;
  if (kind === "version-conflict") return err(CHANGED_MEANWHILE);
  return err(
    kind === "archived"
      ? "it is archived; restore it and make another request"
      : `the change was refused: ${kind}`,
  );
}
