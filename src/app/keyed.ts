import type { AuditDraft, AuditTarget } from "../core/audit/entry.ts";
import type { Page, PageRequest } from "../core/authority/authority-api.ts";
import type { ExpectedVersion } from "../core/authority/command.ts";
import { ok, type Result } from "../core/result.ts";
import { asExpected, thereAlready } from "./access/problem.ts";
import type { KeyedKind, NotThere, ThereAlready } from "./access/problem.ts";
import { auditDraft } from "./audit/audit-trail.ts";
import type { Caller } from "./caller.ts";
import { raced, type Changed } from "./expected-version.ts";

/** What people of an organisation call by a key: a unit, a team, a role. */
export interface Keyed {
  readonly organisationId: string;
  /** Unique among its kind in the organisation; never changes. */
  readonly key: string;
  readonly name: string;
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** Each change is done together with the entry that tells of it, or not at all. */
export interface KeyedStore<T extends Keyed> {
  find(organisationId: string, key: string): Promise<T | undefined>;
  /** Ordered by key; the cursor is the last key. */
  list(organisationId: string, page: PageRequest): Promise<Page<T>>;
  insert(one: T, entry: AuditDraft): Promise<"committed" | "exists">;
  /** `"raced"` when another writer took the version first. */
  update(one: T, entry: AuditDraft): Promise<"committed" | "raced">;
}

/** A change that a caller asks for of what has this key. */
export interface KeyedChange {
  readonly key: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

/** What has this key in the caller's organisation, at the version that the caller has seen. */
export async function findExpected<T extends Keyed>(
  what: KeyedKind,
  { key, expectedVersion, caller }: KeyedChange,
  store: Pick<KeyedStore<T>, "find">,
): Promise<Result<T, NotThere | Changed>> {
  const found = await store.find(caller.organisationId, key);
  return asExpected({ what, key }, expectedVersion, found);
}

/** What the audit log calls it. */
interface KeyedTarget extends AuditTarget {
  readonly kind: KeyedKind;
}

export async function insertKeyed<T extends Keyed>(
  target: KeyedTarget,
  one: T,
  caller: Caller,
  store: Pick<KeyedStore<T>, "insert">,
): Promise<Result<T, ThereAlready>> {
  const { kind } = target;
  const act = { action: `${kind}.create`, target, detail: { after: one }, atMs: one.createdAtMs };
  const inserted = await store.insert(one, auditDraft(caller, act));
  return inserted === "exists" ? thereAlready(kind, one.key) : ok(one);
}

export async function updateKeyed<T extends Keyed>(
  target: KeyedTarget,
  change: { readonly before: T; readonly after: T },
  caller: Caller,
  store: Pick<KeyedStore<T>, "update">,
): Promise<Result<T, Changed>> {
  const { kind: what } = target;
  const { before, after } = change;
  const act = { action: `${what}.change`, target, detail: change, atMs: after.updatedAtMs };
  const updated = await store.update(after, auditDraft(caller, act));
  return updated === "raced" ? raced({ what, key: before.key }, before.version) : ok(after);
}
