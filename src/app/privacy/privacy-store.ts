import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import type { EnvironmentId } from "../../core/brand.ts";
import type { Caller } from "../caller.ts";
import type { ExportedItem, PrivacyRequest, RequestedEnvironment } from "./privacy-request.ts";

export interface PrivacyRequestStore {
  /** Recorded in the audit log together with it. */
  insert(request: PrivacyRequest, caller: Caller): Promise<void>;
  find(organisationId: string, id: string): Promise<PrivacyRequest | undefined>;
  /** Newest first. */
  list(organisationId: string, page: PageRequest): Promise<Page<PrivacyRequest>>;
  /** Those that nobody runs at `nowMs`, the longest waiting first. */
  waiting(nowMs: number, limit: number): Promise<readonly PrivacyRequest[]>;
  /**
   * Takes the request for a runner, behind all that wait; `false`: another has it, or has gone on.
   */
  lease(request: PrivacyRequest, nowMs: number, untilMs: number): Promise<boolean>;
  /** Writes what a step came to; `false`: another runner was first, and nothing is written. */
  advance(before: PrivacyRequest, after: PrivacyRequest): Promise<boolean>;
  /** Recorded in the audit log together with it; `false` as above. */
  finish(before: PrivacyRequest, after: PrivacyRequest): Promise<boolean>;
  /** Exports that still have parts, and were finished, or made and never finished, that long ago. */
  expiring(
    before: { readonly finishedBeforeMs: number; readonly createdBeforeMs: number },
    limit: number,
  ): Promise<readonly PrivacyRequest[]>;
  /** Exports of the unit of this request, in order of their ids, after this one. */
  exportsOf(
    request: PrivacyRequest,
    after: string | null,
    limit: number,
  ): Promise<readonly PrivacyRequest[]>;
  /** Ends an export whose parts are deleted, and forgets its unit. */
  markExpired(request: PrivacyRequest, atMs: number): Promise<void>;
  /** Ends an export whose parts are about to be deleted; its unit stays, so that it is found again. */
  withdraw(request: PrivacyRequest, atMs: number): Promise<void>;
  /** All environments of the organisation that have an authority, in order of project and key. */
  environmentsOf(organisationId: string): Promise<readonly RequestedEnvironment[]>;
}

/** Raw events, in objects named by environment, day and hour of receipt, and chunk. */
export interface RawEventObjects {
  /** Keys in order, after this one. */
  list(
    environmentId: EnvironmentId,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]>;
  /** The key that all objects of this hour and later come after. */
  keyBefore(environmentId: EnvironmentId, hourMs: number): string;
  /** The first instant of the hour of receipt that a key names. */
  hourOf(key: string): number;
  /** `undefined`: there is none. */
  read(key: string): Promise<RawEventObject | undefined>;
  /**
   * Puts these lines in place of the object's, under the same key, so that a chunk that is delivered
   * once more finds its place taken. With no line left an empty object stays as that mark. `false`:
   * it has changed since it was read.
   */
  rewrite(object: RawEventObject, lines: readonly string[], by: Erasure): Promise<boolean>;
  remove(keys: readonly string[]): Promise<void>;
}

export interface RawEventObject {
  readonly key: string;
  readonly etag: string;
  readonly lines: readonly string[];
  /** How many lines the last passes took out, by their marks. */
  readonly erased: Readonly<Record<string, number>>;
  /** As it is stored with the object. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Left with an object that lines were taken out of. */
export interface Erasure {
  /** Names the pass over the objects. */
  readonly mark: string;
  /** How many lines it has taken out. */
  readonly lines: number;
}

/** Messages that were set aside, by environment. */
export interface DeadLetterScan {
  /** Ids in order, after this one. */
  idsOf(
    environmentId: EnvironmentId,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]>;
  body(id: string): Promise<string | null>;
  replaceBody(id: string, body: string): Promise<void>;
  /** The body and the entry on the list. */
  remove(id: string): Promise<void>;
  /** Ids of those set aside before the moment, at most so many; `null`: that name no environment. */
  idsBefore(
    environmentId: EnvironmentId | null,
    beforeMs: number,
    limit: number,
  ): Promise<readonly string[]>;
}

/** Details of the audit log, which its chain does not cover. */
export interface AuditDetails {
  /** Entries in order, after this sequence. */
  list(organisationId: string, after: number, limit: number): Promise<readonly AuditedDetail[]>;
  erase(organisationId: string, sequence: number): Promise<void>;
  /** Erases the details of at most so many entries before the moment; answers how many. */
  eraseBefore(organisationId: string, beforeMs: number, limit: number): Promise<number>;
}

export interface AuditedDetail {
  readonly sequence: number;
  readonly atMs: number;
  readonly action: string;
  /** What the chain covers, so that it stays: target, reason. */
  readonly head: readonly string[];
  /** `undefined`: it was erased before, or its key is gone. */
  readonly detail: unknown;
}

/** The parts of exports. */
export interface ExportParts {
  put(request: PrivacyRequest, part: number, items: readonly ExportedItem[]): Promise<void>;
  /** The first part after this one; `null`: there is none. */
  next(
    request: PrivacyRequest,
    after: number,
  ): Promise<{ readonly part: number; readonly items: readonly ExportedItem[] } | null>;
  /** Up to so many at once; `false`: some are left. */
  removeAll(request: PrivacyRequest): Promise<boolean>;
}
