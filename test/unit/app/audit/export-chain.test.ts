import { describe, expect, it } from "vitest";
import type { AuditRecord } from "../../../../src/app/audit/audit-reader.ts";
import { organisationEntries } from "../../../../src/app/audit/export-chain.ts";
import { records } from "../../core/audit/an-export.ts";

const RECORDS = records(450);

/** A chain whose entries up to a place go once the first page was read. */
function prunedTo(place: number, last = 450) {
  let reads = 0;
  const after = (_: string, sequence: number, limit: number) => {
    reads += 1;
    const from = reads === 1 ? sequence : Math.max(sequence, place);
    const kept: readonly AuditRecord[] = RECORDS.slice(from, Math.min(from + limit, last));
    return Promise.resolve(kept);
  };
  const { sequence, atMs, hash } = RECORDS[449]?.entry ?? { sequence: 0, atMs: 0, hash: "" };
  return { auditReader: { after, head: () => Promise.resolve({ sequence, atMs, hash }) } };
}

async function read(deps: ReturnType<typeof prunedTo>): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const record of organisationEntries("default", 0, deps)) all.push(record);
  return all;
}

describe("the entries of an export", () => {
  it("are all of them", async () => {
    expect(await read(prunedTo(0))).toHaveLength(450);
  });

  it("are not given with a gap when some are pruned meanwhile", async () => {
    await expect(read(prunedTo(201))).rejects.toThrow("entries after 200");
    await expect(read(prunedTo(450))).rejects.toThrow("entries after 200");
  });

  it("are not given without the last of them", async () => {
    await expect(read(prunedTo(0, 440))).rejects.toThrow("entries after 440");
  });
});
