import { environmentId, type EnvironmentId } from "../../brand.ts";
import { DELTA_FORMAT, SNAPSHOT_FORMAT, type Versioned } from "../../documents/snapshot.ts";
import type { DocumentKind } from "../../documents/snapshot.ts";
import { isRecord, type UnknownRecord } from "../../json.ts";
import { type Reporting, refuse, refuseType } from "./guard.ts";
import { epochMilliseconds, keyText, textOf, wholeNumber } from "./value-guards.ts";

// A snapshot and a delta are written by programs. Members that are not known here are left
// alone, so that a newer writer can add some; what may not be ignored gets a new format name.

/** What a snapshot or a delta says of itself. */
export interface RulesetHeader {
  readonly environmentId: EnvironmentId;
  readonly revision: number;
  readonly acceptedAtMs: number;
  readonly salt: string;
}

/** New states of documents, by key; `null`: the document is gone. */
export type StatesByKey = ReadonlyMap<string, Versioned<unknown> | null>;
export type DocumentStates = Readonly<Record<DocumentKind, StatesByKey>>;

const ENVIRONMENT_ID = /^[a-z0-9]{8,32}$/;
const LONGEST_SALT = 256;

const revision = wholeNumber("a revision: a whole number from 0", 0);
const documentVersion = wholeNumber("a document's version: a whole number from 1", 1);
const salt = textOf({ max: LONGEST_SALT });

const LISTS = {
  flag: "flags",
  segment: "segments",
  experiment: "experiments",
  holdout: "holdouts",
  key: "keys",
  settings: "settings",
} as const;

/** The JSON Pointer under which a document is spoken of. */
export function documentPath(kind: DocumentKind, key: string | number): string {
  return `/${LISTS[kind]}/${key}`;
}

export interface SnapshotContent {
  readonly header: RulesetHeader;
  readonly states: DocumentStates;
}

export function readSnapshot(input: unknown, scope: Reporting): SnapshotContent | undefined {
  if (!isRecord(input)) {
    refuseType(scope, "", "a snapshot", input);
    return undefined;
  }
  const { environmentId: id, revision: number, acceptedAtMs, salt: environmentSalt } = input;
  const hasHeader =
    isFormat(input, SNAPSHOT_FORMAT, scope) &&
    isEnvironmentId(id, scope) &&
    revision(number, "/revision", scope) &&
    epochMilliseconds(acceptedAtMs, "/acceptedAtMs", scope) &&
    salt(environmentSalt, "/salt", scope);
  if (!hasHeader) return undefined;
  return {
    header: {
      environmentId: environmentId(id),
      revision: number,
      acceptedAtMs,
      salt: environmentSalt,
    },
    states: {
      flag: statesOf("flag", input, scope),
      segment: statesOf("segment", input, scope),
      experiment: statesOf("experiment", input, scope),
      holdout: statesOf("holdout", input, scope),
      key: statesOf("key", input, scope),
      // Copies written before there were settings lack the list.
      settings: statesOf("settings", { settings: [], ...input }, scope),
    },
  };
}

export interface DeltaContent {
  readonly header: Omit<RulesetHeader, "salt">;
  readonly since: number;
  readonly states: DocumentStates;
}

export function readDelta(input: unknown, scope: Reporting): DeltaContent | undefined {
  if (!isRecord(input)) {
    refuseType(scope, "", "a delta", input);
    return undefined;
  }
  const { environmentId: id, since, revision: number, acceptedAtMs, changes } = input;
  const hasHeader =
    isFormat(input, DELTA_FORMAT, scope) &&
    isEnvironmentId(id, scope) &&
    revision(since, "/since", scope) &&
    revision(number, "/revision", scope) &&
    epochMilliseconds(acceptedAtMs, "/acceptedAtMs", scope);
  if (!hasHeader) return undefined;
  if (!Array.isArray(changes)) {
    refuseType(scope, "/changes", "a list of document states", changes);
    return undefined;
  }
  return {
    header: { environmentId: environmentId(id), revision: number, acceptedAtMs },
    since,
    states: changedStates(changes, scope),
  };
}

function isFormat(input: UnknownRecord, format: string, scope: Reporting): boolean {
  const isRight = input["format"] === format;
  return isRight || refuseType(scope, "/format", JSON.stringify(format), input["format"]);
}

function isEnvironmentId(input: unknown, scope: Reporting): input is string {
  return (
    (typeof input === "string" && ENVIRONMENT_ID.test(input)) ||
    refuseType(scope, "/environmentId", "8 to 32 lower-case letters and digits", input)
  );
}

/** A document of an SDK key has an id instead of a key. */
function keyOf(kind: DocumentKind, document: unknown): unknown {
  return isRecord(document) ? document[kind === "key" ? "id" : "key"] : undefined;
}

function statesOf(kind: DocumentKind, snapshot: UnknownRecord, scope: Reporting): StatesByKey {
  const states = new Map<string, Versioned<unknown>>();
  const list = snapshot[LISTS[kind]];
  if (!Array.isArray(list)) {
    refuseType(scope, `/${LISTS[kind]}`, "a list of documents with their versions", list);
    return states;
  }
  for (const [index, item] of list.entries()) {
    const place = documentPath(kind, index);
    if (!isVersioned(item, place, scope)) continue;
    const key = keyOf(kind, item.document);
    if (!keyText(key, `${place}/document/key`, scope)) continue;
    if (states.has(key)) refuseTwice(scope, place, key);
    else states.set(key, item);
  }
  return states;
}

function changedStates(changes: readonly unknown[], scope: Reporting): DocumentStates {
  const states = {
    flag: new Map<string, Versioned<unknown> | null>(),
    segment: new Map<string, Versioned<unknown> | null>(),
    experiment: new Map<string, Versioned<unknown> | null>(),
    holdout: new Map<string, Versioned<unknown> | null>(),
    key: new Map<string, Versioned<unknown> | null>(),
    settings: new Map<string, Versioned<unknown> | null>(),
  };
  for (const [index, change] of changes.entries()) {
    const place = `/changes/${index}`;
    if (!isRecord(change)) {
      refuseType(scope, place, "a document state", change);
      continue;
    }
    const { kind, key, state } = change;
    if (!isKind(kind)) {
      refuseType(scope, `${place}/kind`, `one of ${Object.keys(LISTS).join(", ")}`, kind);
    } else if (keyText(key, `${place}/key`, scope) && isState(kind, key, state, place, scope)) {
      if (states[kind].has(key)) refuseTwice(scope, place, key);
      else states[kind].set(key, state);
    }
  }
  return states;
}

function isKind(input: unknown): input is DocumentKind {
  return typeof input === "string" && Object.hasOwn(LISTS, input);
}

function isState(
  kind: DocumentKind,
  key: string,
  state: unknown,
  place: string,
  scope: Reporting,
): state is Versioned<unknown> | null {
  if (state === null) return true;
  if (!isVersioned(state, `${place}/state`, scope)) return false;
  if (keyOf(kind, state.document) === key) return true;
  return refuse(scope, {
    path: `${place}/state/document`,
    code: "delta.other-key",
    message: `the document's key is not ${JSON.stringify(key)}, as the change says`,
  });
}

function isVersioned(input: unknown, path: string, scope: Reporting): input is Versioned<unknown> {
  if (!isRecord(input)) return refuseType(scope, path, "a document with its version", input);
  return documentVersion(input["version"], `${path}/version`, scope);
}

function refuseTwice(scope: Reporting, path: string, key: string): void {
  refuse(scope, {
    path,
    code: "document.duplicate",
    message: `${JSON.stringify(key)} stands here twice; each document may stand once`,
  });
}
