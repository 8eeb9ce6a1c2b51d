import type { ChainName } from "../../core/audit/checkpoint.ts";
import { EMPTY_CHAIN, type AuditHead } from "../../core/audit/entry.ts";
import {
  EXPORT_FORMAT,
  statementText,
  uncoveredHash,
  type EnvironmentRecord,
  type ExportHeader,
  type ExportRecord,
  type OrganisationRecord,
} from "../../core/audit/export-record.ts";
import type { AuthorityApi } from "../../core/authority/authority-api.ts";
import type { AuditReader, AuditRecord } from "./audit-reader.ts";
import type { ChainKeys } from "./chain-keys.ts";

export interface ExportDeps {
  readonly chainKeys: ChainKeys;
  readonly now: () => number;
}

type EntryRecord = OrganisationRecord | EnvironmentRecord;

/** What an export is made of, in order: a header, the entries, and the signed statement. */
export async function* exportChain(
  chain: ChainName,
  after: AuditHead,
  entries: AsyncIterable<EntryRecord> | Iterable<EntryRecord>,
  { chainKeys, now }: ExportDeps,
): AsyncGenerator<ExportRecord, void> {
  const header: ExportHeader = {
    type: "header",
    format: EXPORT_FORMAT,
    chain,
    after,
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
  const sequence = "detail" in record ? record.entry.sequence : record.entry.revision;
  return { sequence, atMs, hash };
}

export const organisationRecord = ({ entry, detail }: AuditRecord): OrganisationRecord => ({
  type: "entry",
  entry,
  detail,
});

/** The entry before the first that is kept: the chain's beginning may have been pruned. */
export async function chainStart(
  organisationId: string,
  { auditReader }: { readonly auditReader: Pick<AuditReader, "after"> },
): Promise<AuditHead> {
  const [first] = await auditReader.after(organisationId, 0, 1);
  return first === undefined ? EMPTY_CHAIN : startBefore(first);
}

/** What the entry names as the one before it. */
export function startBefore({ entry: { sequence, previousHash, atMs } }: AuditRecord): AuditHead {
  return sequence === 1 ? EMPTY_CHAIN : { sequence: sequence - 1, atMs, hash: previousHash };
}

const PAGE = 200;

/** The organisation's entries up to the one that is the last now. */
export async function* organisationEntries(
  organisationId: string,
  after: AuditHead,
  { auditReader }: { readonly auditReader: Pick<AuditReader, "after" | "head"> },
): AsyncGenerator<OrganisationRecord, void> {
  const { sequence: last } = await auditReader.head(organisationId);
  let read = after.sequence;
  while (read < last) {
    const limit = Math.min(PAGE, last - read);
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before it ended
    const records = await auditReader.after(organisationId, read, limit);
    const [newest] = records.slice(-1);
    if (newest === undefined) return;
    read = newest.entry.sequence;
    yield* records.map(organisationRecord);
  }
}

/** An environment's entries up to the one that is the last now. Rejects when it does not answer. */
export async function* environmentEntries(
  authority: AuthorityApi,
  last: number,
): AsyncGenerator<EnvironmentRecord, void> {
  let after = 0;
  while (after < last) {
    const limit = Math.min(PAGE, last - after);
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before it ended
    const page = await authority.exportLog({ after, limit });
    const items = page.ok ? page.value.items : [];
    const [newest] = items.slice(-1);
    if (newest === undefined) return;
    after = newest.entry.revision;
    yield* items.map((item) => ({ type: "entry" as const, ...item }));
  }
}
