import { describe, expect, it } from "vitest";
import type { Checkpoint, SignedCheckpoint } from "../../../../src/core/audit/checkpoint.ts";
import { canonicalJson } from "../../../../src/core/json.ts";
import type { OrganisationRecord } from "../../../../src/core/audit/export-record.ts";
import {
  OTHER_SEED,
  SEED,
  checkpointAt,
  exported,
  pruneMarkAt,
  records,
  verified,
} from "./an-export.ts";

const RECORDS = records(60);

/** Of the entry at a place, with any part of it replaced and signed all the same. */
const checkpoint = (position: number, changed: Partial<Checkpoint> = {}, seed = SEED) =>
  checkpointAt(at(position), seed, changed);

const PRUNE = { archive: "1-31", digest: "ab".repeat(32) };
const mark = (position: number, changed: Partial<Checkpoint> = {}, seed = SEED) =>
  checkpoint(position, { prune: PRUNE, ...changed }, seed);

function at(position: number): OrganisationRecord {
  const record = RECORDS[position - 1];
  if (record === undefined) throw new Error("there are 60");
  return record;
}

const otherHash = (position: number) => {
  const { sequence, atMs } = at(position).entry;
  return { head: { sequence, atMs, hash: "0".repeat(64) } };
};

const cut = (start: SignedCheckpoint | null) => exported("ndjson", RECORDS.slice(31), SEED, start);

describe("an export that starts after the first entry", () => {
  it("carries the checkpoint that was signed for it", async () => {
    const report = await verified(await cut(await pruneMarkAt(at(31))));
    expect(report).toMatchObject({ fault: null, entries: 29, head: { sequence: 60 } });
  });

  it("does not pass without it, even when it is signed", async () => {
    const whole = await cut(await mark(31));
    const { start: _, ...header } = JSON.parse(whole[0] ?? "");
    const bare = [JSON.stringify(header), ...whole.slice(1)];
    const { fault } = await verified(bare);
    expect(fault?.what).toContain("without the checkpoint");
    expect((await verified(await cut(null))).fault).not.toBeNull();
  });

  it.each([
    ["signed by someone else", () => mark(31, {}, OTHER_SEED), "not signed by the key"],
    ["an ordinary one", () => checkpoint(31), "truncated at the beginning"],
    [
      "made to look like one for pruning",
      async () => {
        const { checkpoint: ordinary, signature } = await checkpoint(31);
        return { checkpoint: { ...ordinary, prune: PRUNE }, signature };
      },
      "not signed by the key",
    ],
    ["of another entry", () => mark(30), "truncated at the beginning: entry 31 is missing"],
    [
      "of another chain",
      () => mark(31, { chain: { kind: "organisation", organisationId: "other" } }),
      "not of the entry",
    ],
  ])("does not pass with one that is %s", async (_, made, what) => {
    expect((await verified(await cut(await made()))).fault?.what).toContain(what);
  });

  it("says which checkpoints were not compared", async () => {
    const kept = await Promise.all([30, 31, 40].map((position) => checkpoint(position)));
    const report = await verified(await cut(await mark(31)), kept);
    expect(report.fault).toBeNull();
    expect(report.checkpoints).toEqual({ compared: 2, beforeStart: 1, ofOtherChains: 0 });
  });
});

describe("an environment's export", () => {
  it("starts with its first entry, whatever was signed", async () => {
    const chain = {
      kind: "environment",
      organisationId: "default",
      environmentId: "abcd1234",
    } as const;
    const [header = "", ...rest] = await cut(await mark(31, { chain }));
    const other = canonicalJson({ ...JSON.parse(header), chain });
    expect((await verified([other, ...rest])).fault?.what).toContain("truncated at the beginning");
  });
});

describe("checkpoints that were kept", () => {
  it.each([false, true])("are all compared, in any order", async (reversed) => {
    const both = [await checkpoint(30), await checkpoint(30, otherHash(30))];
    const given = reversed ? both.toReversed() : both;
    const { fault } = await verified(await exported("ndjson", RECORDS), given);
    expect(fault).toMatchObject({ position: 30 });
  });

  it("may not contradict each other, even before the start", async () => {
    const both = [await checkpoint(20), await checkpoint(20, otherHash(20))];
    const { fault } = await verified(await cut(await mark(31)), both);
    expect(fault?.what).toContain("contradict");
  });

  it("of other chains are skipped, and counted", async () => {
    const chain = {
      kind: "environment",
      organisationId: "default",
      environmentId: "abcd1234",
    } as const;
    const given = [await checkpoint(30), await checkpoint(30, { ...otherHash(30), chain })];
    const report = await verified(await exported("ndjson", RECORDS), given);
    expect(report.fault).toBeNull();
    expect(report.checkpoints).toEqual({ compared: 1, beforeStart: 0, ofOtherChains: 1 });
  });
});
