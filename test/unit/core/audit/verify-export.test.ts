import { describe, expect, it } from "vitest";
import { auditHashOf, EMPTY_CHAIN } from "../../../../src/core/audit/entry.ts";
import { EXPORT_FORMATS } from "../../../../src/core/audit/export-lines.ts";
import type { OrganisationRecord } from "../../../../src/core/audit/export-record.ts";
import { OTHER_SEED, checkpointAt, exported, records, verified } from "./an-export.ts";

const RECORDS = records(60);

/** The same chain with one entry's actor replaced, and every hash after it made to fit. */
function rewritten(position: number): readonly OrganisationRecord[] {
  let previousHash = EMPTY_CHAIN.hash;
  return RECORDS.map((record) => {
    const { hash: _, ...entry } = record.entry;
    const name = entry.sequence === position ? "Somebody else" : entry.actor.name;
    const bound = { ...entry, actor: { ...entry.actor, name }, previousHash };
    previousHash = auditHashOf(bound);
    return { ...record, entry: { ...bound, hash: previousHash } };
  });
}

describe("an exported chain", () => {
  it.each(EXPORT_FORMATS)(
    "as %s is verified with its file and the public key alone",
    async (format) => {
      const report = await verified(await exported(format, RECORDS));
      expect(report).toMatchObject({ fault: null, entries: 60, withheld: 8 });
    },
  );

  it.each(EXPORT_FORMATS)("as %s may be empty", async (format) => {
    expect(await verified(await exported(format, []))).toMatchObject({ fault: null, entries: 0 });
  });

  it("whose every hash was made anew does not pass for the signed one", async () => {
    const genuine = await exported("ndjson", RECORDS);
    const forged = await exported("ndjson", rewritten(20));
    const mixed = [...forged.slice(0, -1), genuine.at(-1) ?? ""];
    expect((await verified(mixed)).fault).toMatchObject({ position: 60 });
  });

  it("that someone else has signed does not pass", async () => {
    const { fault } = await verified(await exported("ndjson", rewritten(20), OTHER_SEED));
    expect(fault?.what).toBe("the statement is not signed by the key");
  });

  it("must hold what a checkpoint said, even when its own statement is signed", async () => {
    const checkpoints = await Promise.all(
      RECORDS.filter(({ entry }) => entry.sequence % 10 === 0).map((one) => checkpointAt(one)),
    );
    const genuine = await verified(await exported("ndjson", RECORDS), checkpoints);
    expect(genuine.fault).toBeNull();
    const { fault } = await verified(await exported("ndjson", rewritten(23)), checkpoints);
    expect(fault).toMatchObject({ position: 30 });
  });

  it("that ends before a checkpoint was cut off", async () => {
    const [last] = RECORDS.slice(-1);
    const short = await exported("csv", RECORDS.slice(0, 40));
    const { fault } = await verified(short, last === undefined ? [] : [await checkpointAt(last)]);
    expect(fault).toMatchObject({ position: 41 });
  });

  it("is not measured by a checkpoint that the key has not signed", async () => {
    const [first] = RECORDS;
    const forged = first === undefined ? [] : [await checkpointAt(first, OTHER_SEED)];
    const { fault } = await verified(await exported("ndjson", RECORDS), forged);
    expect(fault?.what).toContain("not signed by the key");
  });

  it.each(["erased", "unreadable"] as const)(
    "shows a detail that was made to look %s",
    async (state) => {
      const lines = await exported("ndjson", RECORDS);
      const line = lines[5] ?? "";
      const detail = state === "erased" ? { state } : { keyId: "k", state };
      const hidden = line.replace(
        /^\{"detail":.*,"entry":/,
        `{"detail":${JSON.stringify(detail)},"entry":`,
      );
      expect(hidden).not.toBe(line);
      expect((await verified(lines.with(5, hidden))).fault).toMatchObject({ position: 5 });
    },
  );

  it("shows a masked detail that was changed", async () => {
    const lines = await exported("ndjson", RECORDS);
    const changed = (lines[17] ?? "").replace('"after":"***"', '"after":"xyz"');
    expect((await verified(lines.with(17, changed))).fault).toMatchObject({ position: 17 });
  });

  it("shows lines that were added at its ends", async () => {
    const lines = await exported("json", RECORDS);
    expect((await verified([...lines, lines[4] ?? ""])).fault).not.toBeNull();
    expect((await verified([...lines, "]}"])).fault).not.toBeNull();
    expect((await verified(["{}", ...lines])).fault).toMatchObject({ line: 1 });
    expect((await verified(lines.slice(0, -1))).fault).not.toBeNull();
    expect((await verified([])).fault).not.toBeNull();
  });
});

describe("an export as CSV", () => {
  it("begins no cell as a formula", async () => {
    const lines = await exported("csv", RECORDS);
    const cells = lines.flatMap((line) => line.match(/"(?:[^"]|"")*"/g) ?? []);
    expect(cells.length).toBeGreaterThan(900);
    expect(cells.filter((cell) => /^"\s*[=+\-@|%]/.test(cell))).toEqual([]);
    expect(cells).toContain(`"'=Ada, ""A"""`);
  });

  it.each([
    ["x;=HYPERLINK(1)", `"x;'=HYPERLINK(1)"`],
    ['x; "=A1', `"x; ""'=A1"`],
    ["\tx", `"' x"`],
    ["\r@x", `"' @x"`],
    ["＝A1", `"'＝A1"`],
    ["a;b", `"a;b"`],
  ])("lets %j begin none either", async (name, written) => {
    const [record] = records(1);
    if (record === undefined) throw new Error("one");
    const { hash: _, ...entry } = record.entry;
    const named = { ...entry, actor: { ...entry.actor, name } };
    const made = { ...record, entry: { ...named, hash: auditHashOf(named) } };
    const lines = await exported("csv", [made]);
    expect(lines[2]).toContain(`,${written},`);
    expect(lines[2]).not.toMatch(/;[\s"]*[=+\-@|%]/);
    expect((await verified(lines)).fault).toBeNull();
  });

  it("writes moments as people read them", async () => {
    const lines = await exported("csv", RECORDS);
    const [first] = RECORDS;
    expect(lines[2]).toContain(`"${new Date(first?.entry.atMs ?? 0).toISOString()}"`);
  });
});
