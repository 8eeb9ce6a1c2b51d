import type { TestHarness } from "wrangler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runChecks } from "../../conformance/ofrep/check.ts";
import { CHECKS } from "../../conformance/ofrep/checks.ts";
import { OfrepClient, sendTo } from "../../conformance/ofrep/client.ts";
import { lineOf } from "../../conformance/ofrep/report.ts";
import type { Target } from "../../conformance/ofrep/target.ts";
import { DEFECTS } from "./defects.ts";
import { FaultyServer } from "./faulty-server.ts";
import { startSeededServer } from "./seeded-server.ts";
import { startUnpluggedEdge } from "./unplugged-edge.ts";
import { TRIES } from "../../patience.ts";

/** Nothing breaks on demand, so that this has nothing to look back on. */
const NOT_PROVOKED = ["C24"];

let harness: TestHarness;
let target: Target;
let faulty: FaultyServer;
beforeAll(async () => {
  const server = await startSeededServer("ofrep-conformance");
  ({ harness, target } = server);
  faulty = new FaultyServer(server.origin);
  await faulty.listen();
});
afterAll(async () => {
  await faulty.close();
  await harness.close();
});

/** The same seeded server, seen through the faulty one. */
function throughFaulty(): Target {
  const { url } = faulty;
  return { ...target, url, client: new OfrepClient(sendTo(url), target.serverKey) };
}

describe("the conformance kit", TRIES, () => {
  it("has one check for each id, in every form of report the same", () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbers = Array.from({ length: 33 }, (_, index) => index + 1);
    expect(ids.toSorted()).toEqual(numbers.map((n) => `C${String(n).padStart(2, "0")}`));
  });

  it("passes on Switchyard, and leaves out only what cannot be provoked", async () => {
    const heartbeatMs = 26_000;
    // That takes as long as a silence, so that a server which stays silent is asked meanwhile.
    faulty.defect = { stream: { piece: (piece, index) => (index === 0 ? piece : null) } };
    const [results, [silent]] = await Promise.all([
      runChecks(CHECKS, { ...target, heartbeatMs }),
      runChecks(
        CHECKS.filter(({ id }) => id === "C28"),
        { ...throughFaulty(), heartbeatMs },
      ),
    ]);
    expect(silent).toMatchObject({ outcome: "FAIL", detail: expect.stringContaining("of life") });
    expect(results.filter(({ outcome }) => outcome === "FAIL").map(lineOf)).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === "skip").map(({ id }) => id)).toEqual(
      NOT_PROVOKED,
    );
    // Parts of checks that were not asked are no pass.
    expect(results.filter(({ outcome, detail }) => outcome === "ok" && detail !== "")).toEqual([]);
  }, 90_000);

  it("leaves the limit that was there, whether C23 passes or fails", async () => {
    const { changes } = target;
    const checks = CHECKS.filter(({ id }) => id === "C23");
    await changes?.limitRequests(77_777);
    // A server that limits nothing, and one that says nothing when it does.
    for (const instead of [{ status: 200 }, { text: "" }]) {
      faulty.defect = {
        answer: (answered) => (answered.status === 429 ? { ...answered, ...instead } : answered),
      };
      const [failed] = await runChecks(checks, { ...target, ...throughFaulty(), settleMs: 1_500 });
      expect(failed).toMatchObject({ outcome: "FAIL", detail: expect.stringContaining("429") });
      expect(await changes?.requestLimit()).toBe(77_777);
    }
    // Last, for only who sees the limit knows when it is over.
    const [passed] = await runChecks(checks, target);
    expect(passed).toMatchObject({ outcome: "ok" });
    expect(await changes?.requestLimit()).toBe(77_777);
    await changes?.limitRequests(null);
  });

  it("passes C24 on an edge that reaches neither the authority nor KV", async () => {
    const { url, key, close } = await startUnpluggedEdge();
    const client = new OfrepClient(sendTo(url), key);
    const statuses = [(await client.single("any")).status, (await client.bulk()).status];
    expect(statuses).toEqual([503, 503]);
    const checks = CHECKS.filter(({ id }) => id === "C24");
    const results = await runChecks(checks, { ...target, url, client });
    await close();
    expect(results.map(lineOf)).toEqual([expect.stringMatching(/^ok +C24 /)]);
  });

  it("says what it skips on a server that it may not change and has one key of", async () => {
    const { url, serverKey, prefix, settleMs } = target;
    const client = new OfrepClient(sendTo(url), serverKey);
    const results = await runChecks(CHECKS, { url, serverKey, prefix, settleMs, client });
    const lines = results.filter(({ outcome }) => outcome !== "ok").map(lineOf);
    expect(lines).toEqual([
      expect.stringMatching(/^skip C15 .*--client-key/),
      expect.stringMatching(/^skip C17 .*--other-key/),
      expect.stringMatching(/^skip C21 .*--admin-token/),
      expect.stringMatching(/^skip C22 .*--admin-token/),
      expect.stringMatching(/^skip C29 .*--admin-token/),
      expect.stringMatching(/^skip C31 .*--admin-token/),
      expect.stringMatching(/^skip C23 /),
      expect.stringMatching(/^skip C24 /),
    ]);
    const detailOf = (wanted: string) => results.find(({ id }) => id === wanted)?.detail;
    expect(detailOf("C14")).toContain("--revoked-key");
    expect(detailOf("C28")).toContain("--heartbeat-ms");
    expect(detailOf("C30")).toContain("--admin-token");
  });

  it("fails every check on a server that is not there, and throws nothing", async () => {
    const url = "http://127.0.0.1:1";
    const client = new OfrepClient(sendTo(url), target.serverKey);
    const results = await runChecks(CHECKS, { ...target, url, client });
    expect(results.filter(({ outcome }) => outcome === "ok")).toEqual([]);
  });
});

describe("the conformance kit, on a server that", TRIES, () => {
  it.each(DEFECTS)("$name", async ({ defect, fails, changing }) => {
    const { changes: all, ...still } = throughFaulty();
    const seen: Target = changing && all ? { ...still, changes: all, settleMs: 1_500 } : still;
    faulty.defect = defect(target);
    const results = await runChecks(CHECKS, seen);
    const failed = results.filter(({ outcome }) => outcome === "FAIL");
    expect(failed.map(({ id }) => id).toSorted(), failed.map(lineOf).join("\n")).toEqual(fails);
  });

  it("is faulty in any of these ways is found by some check, and every check finds one", () => {
    const found = new Set(DEFECTS.flatMap(({ fails }) => fails));
    expect(CHECKS.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });
});
