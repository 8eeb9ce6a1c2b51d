import { signEd25519, verifyEd25519 } from "../../../../src/adapters/crypto/ed25519.ts";
import {
  checkpointText,
  type Checkpoint,
  type SignedCheckpoint,
} from "../../../../src/core/audit/checkpoint.ts";
import type { AuditDetailState } from "../../../../src/core/audit/detail-state.ts";
import { EMPTY_CHAIN, sealAuditEntry, type AuditHead } from "../../../../src/core/audit/entry.ts";
import {
  closingText,
  openingText,
  recordText,
  type ExportFormat,
} from "../../../../src/core/audit/export-lines.ts";
import {
  statementText,
  uncoveredHash,
  type ExportHeader,
  type OrganisationRecord,
} from "../../../../src/core/audit/export-record.ts";
import { ExportVerifier, type ExportReport } from "../../../../src/core/audit/verify-export.ts";

export const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
export const PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
export const OTHER_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
const CHAIN = { kind: "organisation", organisationId: "default" } as const;

const KINDS = ["project", "flag", "grant", "session"] as const;

/** The detail of every eleventh is erased, and of every seventeenth masked. */
function detailAt(sequence: number, detail: object): AuditDetailState {
  if (sequence % 11 === 0) return { state: "erased" };
  if (sequence % 17 === 0) return { state: "masked", detail: { after: "***" } };
  return { state: "kept", salt: `salt-${sequence}`, detail };
}

/** A chain of so many entries, as it would be exported. */
export function records(length: number): readonly OrganisationRecord[] {
  const all: OrganisationRecord[] = [];
  let head: AuditHead = EMPTY_CHAIN;
  for (let n = 1; n <= length; n += 1) {
    const kind = KINDS[n % KINDS.length] ?? "project";
    const detail = {
      before: n % 3 === 0 ? null : { name: `old ${n}` },
      after: { name: `new ${n}` },
    };
    const draft = {
      organisationId: "default",
      atMs: 1_800_000_000_000 + n * 137,
      actor: {
        kind: "user",
        id: `u-${n % 7}`,
        name: n % 7 === 0 ? '=Ada, "A"' : `Person ${n % 7}`,
      },
      action: `${kind}.patch`,
      outcome: n % 19 === 0 ? "refused" : "done",
      target: { kind, id: `${kind}-${n % 40}`, name: `${kind} ${n % 40}` },
      project: n % 2 === 0 ? "p-1" : null,
      environment: null,
      reason: n % 5 === 0 ? "because\nof this" : null,
      requestId: `r-${n}`,
      detail,
    } as const;
    const entry = sealAuditEntry(draft, `salt-${n}`, head);
    head = { sequence: entry.sequence, atMs: entry.atMs, hash: entry.hash };
    all.push({ type: "entry", entry, detail: detailAt(n, detail) });
  }
  return all;
}

/** The lines of an export, signed; without their ends. */
export async function exported(
  format: ExportFormat,
  entries: readonly OrganisationRecord[],
  seed = SEED,
  start: SignedCheckpoint | null = null,
): Promise<readonly string[]> {
  const header: ExportHeader = {
    type: "header",
    format: "switchyard-audit-export/1",
    chain: CHAIN,
    after: start?.checkpoint.head ?? EMPTY_CHAIN,
    ...(start === null ? {} : { start }),
    exportedAtMs: 1_900_000_000_000,
  };
  const uncovered = Object.fromEntries(
    entries.flatMap((record) => {
      const hash = uncoveredHash(record);
      return hash === null ? [] : [[String(record.entry.sequence), hash]];
    }),
  );
  const statement = {
    type: "statement",
    header,
    head: entries.at(-1)?.entry ?? header.after,
    uncovered,
    keyId: "k-1",
  } as const;
  const { sequence, atMs, hash } = statement.head;
  const unsigned = { ...statement, head: { sequence, atMs, hash } };
  const signature = await signEd25519(seed, statementText(unsigned));
  const all = [header, ...entries, { ...unsigned, signature }];
  const text =
    openingText(format) + all.map((one) => recordText(format, one)).join("") + closingText(format);
  return text.trimEnd().split("\n");
}

export async function checkpointAt(
  { entry: { sequence, atMs, hash } }: OrganisationRecord,
  seed = SEED,
  part: Partial<Checkpoint> = {},
): Promise<SignedCheckpoint> {
  const head = { sequence, atMs, hash };
  const checkpoint = { chain: CHAIN, head, signedAtMs: 1_900_000_000_000, keyId: "k-1", ...part };
  return { checkpoint, signature: await signEd25519(seed, checkpointText(checkpoint)) };
}

/** What lets a chain start after an entry: a checkpoint that was signed for pruning. */
export const pruneMarkAt = (record: OrganisationRecord): Promise<SignedCheckpoint> =>
  checkpointAt(record, SEED, { prune: { archive: "1-31", digest: "ab".repeat(32) } });

export const verified = (
  lines: readonly string[],
  checkpoints: readonly SignedCheckpoint[] = [],
): Promise<ExportReport> => continued(new ExportVerifier(checkpoints), lines);

/** The finding when a file goes on with these lines from where a verifier is. */
export function continued(
  verifier: ExportVerifier,
  lines: readonly string[],
): Promise<ExportReport> {
  for (const line of lines) if (!verifier.add(line)) break;
  return verifier.finish(PUBLIC_KEY, verifyEd25519);
}
