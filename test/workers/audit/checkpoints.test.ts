import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import { isSignedBy } from "../../../src/core/audit/checkpoint.ts";
import { readSignedCheckpoint } from "../../../src/core/audit/read-export.ts";
import { done, newPlace, readAll } from "../control/api.ts";
import { publicKey, rows } from "./an-organisation.ts";
import { PATIENCE_MS } from "../../patience.ts";

const ofDev = (body: any) =>
  body.checkpoints.filter((one: any) => one.checkpoint.chain.kind === "environment");

const ofThousand = async () =>
  (await done("audit.checkpoints")).body.items.find(
    ({ checkpoint: { head } }: any) => head.sequence === 1_000,
  );

describe("checkpoints", () => {
  it("are signed of every chain, listed, and kept in R2", async () => {
    await newPlace("dev", "live");
    const { body } = await done("audit.checkpoint");
    const chains = body.checkpoints.map((one: any) => one.checkpoint.chain.kind);
    expect(chains.toSorted()).toEqual(["environment", "environment", "organisation"]);
    const key = await publicKey();
    for (const signed of body.checkpoints) {
      expect(await isSignedBy(signed, key, verifyEd25519)).toBe(true);
    }
    const listed = await readAll("audit.checkpoints", {}, 2);
    expect(listed).toEqual(expect.arrayContaining(body.checkpoints));
    const { objects } = await env.RAW_EVENTS.list({ prefix: "audit/default/checkpoints/" });
    const kept = await Promise.all(
      objects.map(async ({ key: name }) => (await env.RAW_EVENTS.get(name))?.json()),
    );
    expect(kept.map(readSignedCheckpoint)).toEqual(expect.arrayContaining(body.checkpoints));
  });

  it("are made by themselves after every thousand entries", async () => {
    await env.DB.prepare("UPDATE audit_log SET sequence = 999 WHERE sequence = ?")
      .bind((await rows()).at(-1)?.["sequence"] ?? 0)
      .run();
    await newPlace();
    const signed = await vi.waitUntil(ofThousand, { timeout: PATIENCE_MS });
    expect(signed.checkpoint.head.hash).toBe((await rows()).at(-1)?.["hash"]);
    expect(await isSignedBy(signed, await publicKey(), verifyEd25519)).toBe(true);
  });

  it("of a place are made once", async () => {
    await newPlace("dev");
    const [first, second] = [await done("audit.checkpoint"), await done("audit.checkpoint")];
    expect(ofDev(second.body)).toEqual(ofDev(first.body));
  });
});
