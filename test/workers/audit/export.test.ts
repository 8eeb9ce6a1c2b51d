import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace } from "../control/api.ts";
import { fileOf, publicKey, verified } from "./an-organisation.ts";

const FORMATS = ["ndjson", "json", "csv"] as const;

describe("an export of the organisation's chain", () => {
  it.each(FORMATS)("as %s is verified with the public key alone", async (format) => {
    await newPlace("dev");
    const file = await fileOf("audit.export", { query: { format } });
    expect(file.headers.get("content-disposition")).toMatch(
      new RegExp(`^attachment; filename="audit-\\d{4}-\\d\\d-\\d\\d\\.${format}"$`),
    );
    const report = await verified(await file.text(), await publicKey());
    expect(report).toMatchObject({ fault: null, withheld: 0 });
    expect(report.entries).toBeGreaterThan(2);
  });

  it("as JSON is one JSON text", async () => {
    await newPlace();
    const file = await fileOf("audit.export", { query: { format: "json" } });
    const { records } = await file.json<{ records: readonly { type: string }[] }>();
    expect(records.at(0)?.type).toBe("header");
    expect(records.at(-1)?.type).toBe("statement");
  });

  it("is recorded itself, as its last entry", async () => {
    await newPlace();
    const text = await (await fileOf("audit.export")).text();
    const last = JSON.parse(text.trimEnd().split("\n").at(-2) ?? "{}");
    expect(last.entry).toMatchObject({ action: "audit.export", outcome: "done" });
    expect(last.detail.detail).toEqual({ facts: { format: "ndjson" } });
  });

  it("shows a change of one letter", async () => {
    const { project } = await newPlace();
    const text = await (await fileOf("audit.export")).text();
    const position = text.split("\n").findIndex((line) => line.includes(project));
    const changed = text.replace(project, project.toUpperCase());
    const { fault } = await verified(changed, await publicKey());
    expect(fault?.position).toBe(position);
  });

  it("must hold what the checkpoints said", async () => {
    await newPlace();
    const { body } = await done("audit.checkpoint");
    const own = body.checkpoints.filter((one: any) => one.checkpoint.chain.kind === "organisation");
    expect(own).toHaveLength(1);
    await newPlace();
    const text = await (await fileOf("audit.export")).text();
    expect((await verified(text, await publicKey(), own)).fault).toBeNull();
    const [{ checkpoint, signature }] = own;
    const other = { ...checkpoint.head, hash: "0".repeat(64) };
    const forged = [{ checkpoint: { ...checkpoint, head: other }, signature }];
    expect((await verified(text, await publicKey(), forged)).fault).not.toBeNull();
  });
});

describe("an export of an environment's chain", () => {
  it.each(FORMATS)("as %s is verified, texts included", async (format) => {
    const { flag, ...place } = await newFlag();
    for (const enabled of [true, false, true]) {
      await done("flags.patch", {
        params: { ...place, flag },
        body: { enabled },
        headers: { "if-match": "*" },
      });
    }
    const { body: key } = await done("keys.issue", {
      params: place,
      body: { kind: "server", name: "a" },
    });
    const file = await fileOf("audit.export", { query: { ...place, format } });
    const text = await file.text();
    const report = await verified(text, await publicKey());
    // What the key is recognised by is withheld, and with it the rest of its document.
    expect(report).toMatchObject({ fault: null, entries: 6, withheld: 1 });
    expect(text).not.toContain(key.secret);
    const changed = text.replace('enabled\\":true', 'enabled\\":null');
    expect(changed === text && format !== "csv").toBe(false);
  });

  it("shows a document whose text was changed", async () => {
    const { flag, ...place } = await newFlag();
    const params = { ...place, flag };
    await done("flags.patch", { params, body: { enabled: true }, headers: { "if-match": "*" } });
    const text = await (await fileOf("audit.export", { query: place })).text();
    const changed = text.replace('\\"enabled\\":true', '\\"enabled\\":null');
    expect(changed).not.toBe(text);
    const { fault } = await verified(changed, await publicKey());
    expect(fault).toMatchObject({ position: 3 });
    expect(fault?.what).toContain(flag);
  });

  it("is not given for what is not there", async () => {
    const { project } = await newPlace();
    const unknown = { project, environment: "none" };
    expect(await call("audit.export", { query: unknown })).toMatchObject({ status: 404 });
    expect(await call("audit.export", { query: { project } })).toMatchObject({ status: 400 });
  });
});
