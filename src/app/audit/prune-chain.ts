import type { AuditDraft } from "../../core/audit/entry.ts";
import { recordText } from "../../core/audit/export-lines.ts";
import type { SignedCheckpoint } from "../../core/audit/checkpoint.ts";
import { ExportVerifier } from "../../core/audit/verify-export.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { sha256Hex } from "../../core/hash/sha256.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { AuditReader, AuditRecord } from "./audit-reader.ts";
import { auditDraft, type AuditedCaller } from "./audit-trail.ts";
import { signCheckpoint, type CheckpointDeps } from "./checkpoints.ts";
import { chainStart, exportChain, organisationRecord, type AuditBroken } from "./export-chain.ts";

/** Where pruned entries are kept as exports, encrypted. */
export interface AuditArchives {
  /**
   * Answers the name under which it was read again as it is. Never writes over another. Rejects when
   * it cannot be kept.
   */
  keep(
    organisationId: string,
    range: { readonly first: number; readonly last: number },
    text: string,
  ): Promise<string>;
  /** Oldest first; the cursor is the last name. */
  list(organisationId: string, page: PageRequest): Promise<Page<string>>;
  /** An export as NDJSON; `null`: its key is gone; `undefined`: there is none. */
  read(organisationId: string, name: string): Promise<string | null | undefined>;
}

export interface ChainKeeper {
  /** Takes entries up to this one away, and records that, or neither. */
  removeUpTo(sequence: number, draft: AuditDraft): Promise<void>;
  /** Encrypts some details anew that another key encrypts than the one that should. */
  rekey(organisationId: string, limit: number): Promise<Rekeyed>;
}

export interface Rekeyed {
  readonly keyId: string;
  readonly rekeyed: number;
  /** Details that an older key still encrypts. */
  readonly remaining: number;
}

export interface PruneInput {
  /** Older ones go; milliseconds since the Unix epoch. */
  readonly beforeMs: number;
  readonly caller: AuditedCaller;
}

export interface PruneDeps extends CheckpointDeps {
  readonly auditReader: Pick<AuditReader, "after">;
  readonly archives: AuditArchives;
  readonly chainKeeper: Pick<ChainKeeper, "removeUpTo">;
}

export interface Pruned {
  readonly pruned: number;
  /** Name of the archive that holds them; `null`: nothing was old enough. */
  readonly archive: string | null;
  /** True when more is old enough: ask again. */
  readonly more: boolean;
}

/** The archive would lose what cannot be read now. */
export interface AuditUnreadable {
  readonly kind: "audit-unreadable";
  readonly sequence: number;
  readonly keyId: string;
}

/** How many entries go at once. */
const STEP = 500;

/**
 * Moves the oldest entries into an archive, up to a checkpoint from which the rest is verified. The
 * newest entry stays, because the next one hangs on it.
 */
export async function pruneChain(
  { beforeMs, caller }: PruneInput,
  deps: PruneDeps,
): Promise<Result<Pruned, AuditUnreadable | AuditBroken>> {
  const { organisationId } = caller;
  const oldest = await deps.auditReader.after(organisationId, 0, STEP + 1);
  const isOld = ({ entry }: AuditRecord) => entry.atMs < beforeMs;
  // What is read is a chain's beginning: its last entry has a successor, or is the newest.
  const old = oldest.slice(0, -1).filter(isOld);
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined) {
    await deps.chainKeeper.removeUpTo(0, pruneDraft(caller, { pruned: 0 }, deps));
    return ok({ pruned: 0, archive: null, more: false });
  }
  const lost = old.find(({ detail }) => detail.state === "unreadable");
  if (lost?.detail.state === "unreadable") {
    const { sequence } = lost.entry;
    return err({ kind: "audit-unreadable", sequence, keyId: lost.detail.keyId });
  }
  const range = { first: first.entry.sequence, last: last.entry.sequence };
  const marked = await deps.checkpoints.pruneMarkAt(organisationId, range.last);
  const archived =
    marked === undefined
      ? await archiveAndMark(organisationId, old, range, last, deps)
      : await archiveMarked(marked, last, deps);
  if (!archived.ok) return archived;
  const archive = archived.value;
  const facts = { pruned: old.length, ...range, archive };
  await deps.chainKeeper.removeUpTo(range.last, pruneDraft(caller, facts, deps));
  const more = oldest.length > STEP && oldest.slice(-1).some(isOld);
  return ok({ pruned: old.length, archive, more });
}

function pruneDraft(caller: AuditedCaller, facts: object, { now }: PruneDeps): AuditDraft {
  const target = { kind: "audit-log", id: caller.organisationId, name: "audit log" };
  const act = { action: "audit.prune", target, detail: { facts }, atMs: now() };
  return auditDraft(caller, act);
}

/**
 * Keeps the entries as an export that was verified, and signs that they may go; what was changed
 * since stays where it is.
 */
async function archiveAndMark(
  organisationId: string,
  old: readonly AuditRecord[],
  range: { readonly first: number; readonly last: number },
  { entry: { sequence, atMs, hash } }: AuditRecord,
  deps: PruneDeps,
): Promise<Result<string, AuditBroken>> {
  const chain = { kind: "organisation", organisationId } as const;
  const start = await chainStart(organisationId, deps);
  if (!start.ok) return start;
  let text = "";
  const records = exportChain(chain, start.value, old.map(organisationRecord), deps);
  for await (const record of records) text += recordText("ndjson", record);
  const fault = await faultOf(organisationId, text, deps);
  if (fault !== null) return err(fault);
  const archive = await deps.archives.keep(organisationId, range, text);
  const mark = { archive, digest: sha256Hex(text) };
  const kept = await signCheckpoint(chain, { sequence, atMs, hash }, deps, mark);
  const { prune, head } = kept.checkpoint;
  if (head.hash === hash && prune !== undefined) return ok(prune.archive);
  return err({ kind: "audit-broken", sequence, what: "a checkpoint has another hash for it" });
}

/** The archive of a run that had signed but not yet deleted: it is looked at once more. */
async function archiveMarked(
  { checkpoint: { chain, head, prune } }: SignedCheckpoint,
  { entry: { sequence, hash } }: AuditRecord,
  { archives }: PruneDeps,
): Promise<Result<string, AuditBroken>> {
  const name = prune?.archive ?? "";
  const text = await archives.read(chain.organisationId, name);
  const isThere = typeof text === "string" && sha256Hex(text) === prune?.digest;
  if (isThere && head.hash === hash) return ok(name);
  const what = isThere
    ? "a checkpoint has another hash for it"
    : `its checkpoint names the archive ${name}, which is not there as it was signed`;
  return err({ kind: "audit-broken", sequence, what });
}

async function faultOf(
  organisationId: string,
  text: string,
  { chainKeys }: PruneDeps,
): Promise<AuditBroken | null> {
  const { publicKey, verify } = await chainKeys.of(organisationId);
  const verifier = new ExportVerifier();
  for (const line of text.trimEnd().split("\n")) if (!verifier.add(line)) break;
  const { fault, header } = await verifier.finish(publicKey, verify);
  if (fault === null) return null;
  const sequence = fault.position ?? (header?.after.sequence ?? 0) + 1;
  return { kind: "audit-broken", sequence, what: fault.what };
}
