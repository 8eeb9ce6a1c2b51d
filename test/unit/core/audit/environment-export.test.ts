import { describe, expect, it } from "vitest";
import { signEd25519 } from "../../../../src/adapters/crypto/ed25519.ts";
import { EMPTY_CHAIN } from "../../../../src/core/audit/entry.ts";
import { recordText } from "../../../../src/core/audit/export-lines.ts";
import {
  statementText,
  uncoveredHash,
  type EnvironmentRecord,
  type ExportHeader,
} from "../../../../src/core/audit/export-record.ts";
import { sealEntry } from "../../../../src/core/authority/chain.ts";
import { versionHash } from "../../../../src/core/authority/document-version.ts";
import { canonicalJson } from "../../../../src/core/json.ts";
import { SEED, verified } from "./an-export.ts";

const ACTOR = { kind: "user", id: "u-1", name: "Ada" } as const;
const KINDS = ["flag", "segment", "key"] as const;

/** A log in which three documents change in turn; what is told of keys is withheld. */
function logOf(length: number): readonly EnvironmentRecord[] {
  const all: EnvironmentRecord[] = [];
  let previousHash = EMPTY_CHAIN.hash;
  const current = new Map<string, { readonly version: number; readonly hash: string }>();
  for (let revision = 1; revision <= length; revision += 1) {
    const kind = KINDS[revision % 3] ?? "flag";
    const before = current.get(kind) ?? null;
    const version = (before?.version ?? 0) + 1;
    const body = canonicalJson({ key: "a", note: `version ${version}` });
    const after = { version, hash: versionHash({ kind, key: "a", version }, false, body) };
    current.set(kind, after);
    const entry = sealEntry(
      {
        revision,
        atMs: 1_800_000_000_000 + revision,
        actor: ACTOR,
        action: `${kind}.patch`,
        target: { kind, key: "a" },
        reason: null,
        requestId: null,
        changes: [{ kind, key: "a", before, after }],
      },
      previousHash,
    );
    previousHash = entry.hash;
    const made = kind === "key" ? { withheld: true as const } : { archived: false, body };
    all.push({ type: "entry", entry, made: [made] });
  }
  return all;
}

async function linesOf(records: readonly EnvironmentRecord[]): Promise<readonly string[]> {
  const chain = { kind: "environment", organisationId: "o", environmentId: "abcd1234" } as const;
  const header: ExportHeader = {
    type: "header",
    format: "switchyard-audit-export/1",
    chain,
    after: EMPTY_CHAIN,
    exportedAtMs: 0,
  };
  const uncovered = Object.fromEntries(
    records.flatMap((one) => {
      const hash = uncoveredHash(one);
      return hash === null ? [] : [[String(one.entry.revision), hash]];
    }),
  );
  const last = records.at(-1)?.entry;
  const head =
    last === undefined
      ? EMPTY_CHAIN
      : { sequence: last.revision, atMs: last.atMs, hash: last.hash };
  const unsigned = { type: "statement", header, head, uncovered, keyId: "k" } as const;
  const signature = await signEd25519(SEED, statementText(unsigned));
  return [header, ...records, { ...unsigned, signature }].map((one) =>
    recordText("ndjson", one).trimEnd(),
  );
}

const faultOf = async (changed: readonly string[]) => (await verified(changed)).fault?.position;

describe("an exported chain of an environment", () => {
  it("is verified with the texts of its documents", async () => {
    const report = await verified(await linesOf(logOf(60)));
    expect(report).toMatchObject({ fault: null, entries: 60, withheld: 20 });
  });

  it("shows each document's text that was changed", async () => {
    const lines = await linesOf(logOf(60));
    for (const [index, line] of lines.entries()) {
      const changed = line.replace(/version \d+/, "version x");
      if (changed === line) continue;
      const { fault } = await verified(lines.with(index, changed));
      expect(fault?.position).toBe(index);
    }
  });

  it("shows a document that was made to look withheld", async () => {
    const lines = await linesOf(logOf(9));
    const made = '"made":[{"withheld":true}]';
    const hidden = (lines[4] ?? "").replace(/"made":\[.*\](?=,"type")/, made);
    expect(hidden).toContain(made);
    expect(hidden).not.toBe(lines[4]);
    expect((await verified(lines.with(4, hidden))).fault).toMatchObject({ position: 4 });
  });

  it("shows entries that are missing, doubled or moved", async () => {
    const lines = await linesOf(logOf(30));
    for (let at = 1; at <= 30; at += 1) {
      expect(await faultOf(lines.toSpliced(at, 1))).toBe(at);
      expect(await faultOf(lines.toSpliced(at, 0, lines[at] ?? ""))).toBe(at + 1);
    }
    const [a, b] = [lines[7] ?? "", lines[12] ?? ""];
    expect(await faultOf(lines.with(7, b).with(12, a))).toBe(7);
  });
});
