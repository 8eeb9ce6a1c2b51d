import type { ChainName, SignedCheckpoint } from "../../core/audit/checkpoint.ts";
import { EMPTY_CHAIN, type AuditHead } from "../../core/audit/entry.ts";
import {
  EXPORT_FORMAT,
  placeOf,
  statementText,
  TRUNCATED_START,
  uncoveredHash,
  type EnvironmentRecord,
  type ExportHeader,
  type ExportRecord,
  type OrganisationRecord,
} from "../../core/audit/export-record.ts";
import { maskRecord } from "../../core/audit/mask-record.ts";
import type { AuthorityApi } from "../../core/authority/authority-api.ts";
import type { MaskingMode } from "../../core/privacy/mask.ts";
import { err, invariant, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { AuditReader, AuditRecord } from "./audit-reader.ts";
import type { ChainKeys } from "./chain-keys.ts";
import type { CheckpointStore } from "./checkpoints.ts";

export interface ExportDeps {
  readonly chainKeys: ChainKeys;
  readonly now: () => number;
}

type EntryRecord = OrganisationRecord | EnvironmentRecord;

/**
 * What an export is made of, in order: a header, the entries, and the signed statement. `start` is
 * the checkpoint of the entry before the first; `null`: the chain's first entry is there.
 */
export async function* exportChain(
  chain: ChainName,
  start: SignedCheckpoint | null,
  entries: AsyncIterable<EntryRecord> | Iterable<EntryRecord>,
  { chainKeys, now }: ExportDeps,
): AsyncGenerator<ExportRecord, void> {
  const after = start?.checkpoint.head ?? EMPTY_CHAIN;
  const header: ExportHeader = {
    type: "header",
    format: EXPORT_FORMAT,
    chain,
    after,
    ...(start === null ? {} : { start }),
    exportedAtMs: now(),
  };
  yield header;
  let head = after;
  const uncovered: Record<string, string> = {};
  for await (const record of entries) {
    head = headOf(record);
    const hash = uncoveredHash(record);
    if (hash !== null) uncovered[String(head.sequence)] = hash;
    yield record;
  }
  const key = await chainKeys.of(chain.organisationId);
  const statement = { type: "statement", header, head, uncovered, keyId: key.id } as const;
  yield { ...statement, signature: await key.sign(statementText(statement)) };
}

function headOf(record: EntryRecord): AuditHead {
  const { atMs, hash } = record.entry;
  return { sequence: placeOf(record), atMs, hash };
}

export const organisationRecord = ({ entry, detail }: AuditRecord): OrganisationRecord => ({
  type: "entry",
  entry,
  detail,
});

/** The chain does not go on from where it must: entries are missing, or were rewritten. */
export interface AuditBroken {
  readonly kind: "audit-broken";
  readonly sequence: number;
  readonly what: string;
}

/**
 * The checkpoint from which the kept entries go on, when the chain's beginning was pruned; `null`:
 * its first entry is there. An ordinary one does not do: whoever deletes the beginning finds one.
 */
export async function chainStart(
  organisationId: string,
  { auditReader, checkpoints }: StartDeps,
): Promise<Result<SignedCheckpoint | null, AuditBroken>> {
  const [first] = await auditReader.after(organisationId, 0, 1);
  if (first === undefined || first.entry.sequence === 1) return ok(null);
  const { sequence, previousHash } = first.entry;
  const start = await checkpoints.pruneMarkAt(organisationId, sequence - 1);
  if (start?.checkpoint.head.hash === previousHash) return ok(start);
  const missing = `the chain is ${TRUNCATED_START}: no checkpoint before it was signed for pruning`;
  const what = start === undefined ? missing : `it does not go on from the checkpoint before it`;
  return err({ kind: "audit-broken", sequence, what });
}

interface StartDeps {
  readonly auditReader: Pick<AuditReader, "after">;
  readonly checkpoints: Pick<CheckpointStore, "pruneMarkAt">;
}

const PAGE = 200;

/**
 * The organisation's entries up to the one that is the last now. Rejects when some of them go in the
 * meantime, because nothing may be signed that has a gap.
 */
export async function* organisationEntries(
  organisationId: string,
  after: number,
  { auditReader }: { readonly auditReader: Pick<AuditReader, "after" | "head"> },
): AsyncGenerator<OrganisationRecord, void> {
  const { sequence: last } = await auditReader.head(organisationId);
  let read = after;
  while (read < last) {
    const limit = Math.min(PAGE, last - read);
    const records = await auditReader.after(organisationId, read, limit);
    demandNext(
      records.map(({ entry }) => entry.sequence),
      read,
    );
    read += records.length;
    yield* records.map(organisationRecord);
  }
}

/**
 * An environment's entries up to the one that is the last now, without personal data in documents
 * where it is to be masked. Rejects when it does not give all.
 */
export async function* environmentEntries(
  authority: Pick<AuthorityApi, "exportLog">,
  last: number,
  masking: MaskingMode,
): AsyncGenerator<EnvironmentRecord, void> {
  let after = 0;
  while (after < last) {
    const limit = Math.min(PAGE, last - after);
    const page = await authority.exportLog({ after, limit });
    const items = page.ok ? page.value.items : [];
    demandNext(
      items.map(({ entry }) => entry.revision),
      after,
    );
    after += items.length;
    yield* items.map((item) => maskRecord({ type: "entry", ...item }, masking));
  }
}

function demandNext(places: readonly number[], after: number): void {
  const isWhole = places.length > 0 && places.every((place, index) => place === after + index + 1);
  invariant(isWhole, `entries after ${after} are missing, or went while they were read`);
}
