import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SignedCheckpoint } from "../../../src/core/audit/checkpoint.ts";
import { EXPORT_FORMATS } from "../../../src/core/audit/export-lines.ts";
import {
  OTHER_SEED,
  PUBLIC_KEY,
  SEED,
  checkpointAt,
  exported,
  pruneMarkAt,
  records,
} from "../../unit/core/audit/an-export.ts";

const folder = mkdtempSync(join(tmpdir(), "audit-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const x = Buffer.from(PUBLIC_KEY, "hex").toString("base64url");
const KEY = written("key.jwk", JSON.stringify({ kty: "OKP", crv: "Ed25519", x, kid: "k-1" }));
const RECORDS = records(30);

function verify(...args: readonly string[]) {
  const script = ["scripts/run.mjs", "scripts/audit-verify.ts"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...script, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run audit:verify", () => {
  it.each(EXPORT_FORMATS)("ends with 0 for an untouched export as %s", async (format) => {
    const lines = await exported(format, RECORDS);
    const file = written(`good.${format}`, `${lines.join("\n")}\n`);
    const { status, stdout } = verify("--file", file, "--key", KEY);
    expect(stdout).toContain("30 entries, from 1 on");
    expect(status).toBe(0);
  });

  it("says what it has verified, and ends with 1 for another chain", async () => {
    const file = written("named.ndjson", `${(await exported("ndjson", RECORDS)).join("\n")}\n`);
    const { status, stdout } = verify("--file", file, "--key", KEY, "--chain", "default");
    expect(stdout).toContain("of the chain default, exported at 2030-03-17T17:46:40.000Z");
    expect(stdout).toContain(
      `last entry is 30, of 2027-01-15T08:00:04.110Z: ${RECORDS[29]?.entry.hash}`,
    );
    expect(status).toBe(0);
    const other = verify("--file", file, "--key", KEY, "--chain", "default/abcd1234");
    expect(other).toMatchObject({ status: 1 });
  });

  it("ends with 1 and names the entry when one was changed", async () => {
    const lines = await exported("ndjson", RECORDS);
    const changed = lines.with(
      7,
      (lines[7] ?? "").replace("Person 0", "Person 1").replace("done", "gone"),
    );
    const file = written("changed.ndjson", `${changed.join("\n")}\n`);
    const { status, stdout } = verify("--file", file, "--key", KEY);
    expect(stdout).toContain("line 8, entry 7");
    expect(status).toBe(1);
  });

  it("ends with 1 when a checkpoint says that more was there", async () => {
    const lines = await exported("ndjson", RECORDS.slice(0, 20));
    const file = written("short.ndjson", `${lines.join("\n")}\n`);
    const last = RECORDS.slice(-1);
    const items = await Promise.all(last.map((record) => checkpointAt(record)));
    const checkpoint = written("checkpoints.json", JSON.stringify({ items, next: null }));
    expect(verify("--file", file, "--key", KEY).status).toBe(0);
    const { status, stdout } = verify("--file", file, "--key", KEY, "--checkpoint", checkpoint);
    expect(stdout).toContain("entry 21");
    expect(status).toBe(1);
  });

  it("ends with 0 for a pruned chain, and with 1 for one whose beginning was cut off", async () => {
    const [last] = RECORDS.slice(9, 10);
    if (last === undefined) throw new Error("there are 30");
    const cut = async (name: string, start: SignedCheckpoint) => {
      const lines = await exported("ndjson", RECORDS.slice(10), SEED, start);
      return verify("--file", written(name, `${lines.join("\n")}\n`), "--key", KEY);
    };
    const pruned = await cut("pruned.ndjson", await pruneMarkAt(last));
    expect(pruned.stdout).toContain(
      `The last of them is 1-31; its file's SHA-256 is ${"ab".repeat(32)}`,
    );
    expect(pruned.status).toBe(0);
    const short = await cut("beheaded.ndjson", await checkpointAt(last));
    expect(short.stdout).toContain("truncated at the beginning");
    expect(short.status).toBe(1);
  });

  it("ends with 1 for a file that someone else has signed", async () => {
    const lines = await exported("csv", RECORDS, OTHER_SEED);
    const file = written("other.csv", `${lines.join("\n")}\n`);
    expect(verify("--file", file, "--key", KEY).status).toBe(1);
  });

  it("ends with 2 when there is nothing to check with", () => {
    expect(verify("--file", KEY).status).toBe(2);
    expect(verify("--file", join(folder, "none"), "--key", KEY).status).toBe(2);
    expect(verify("--file", KEY, "--key", join(folder, "none")).status).toBe(2);
    expect(verify("--file", KEY, "--key", KEY, "--checkpoint", KEY).status).toBe(2);
    expect(verify("--help").status).toBe(0);
  });
});
