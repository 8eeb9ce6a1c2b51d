import { describe, expect, it } from "vitest";
import { call, done, newFlag, newPlace, readAll } from "../control/api.ts";

const list = async (query: Record<string, string>) =>
  (await done("audit.list", { query: { limit: "200", ...query } })).body.items;

describe("the view of the audit log", () => {
  it("shows the catalogue's and the environments' changes as one, newest first", async () => {
    const { project, environment, flag } = await newFlag();
    const params = { project, environment, flag };
    await done("flags.patch", {
      params,
      body: { enabled: true },
      headers: { "if-match": "*", "x-switchyard-reason": "Launch" },
    });
    await done("projects.patch", {
      params: { project },
      body: { name: "Another name" },
      headers: { "if-match": "*" },
    });
    const items = await list({ project });
    expect(items.map((one: any) => [one.chain === "organisation", one.action])).toEqual([
      [true, "project.patch"],
      [false, "flag.patch"],
      [false, "flag.create"],
      [true, "catalogue-flag.create"],
      [false, "environment.initialize"],
      [true, "environment.create"],
      [true, "project.create"],
    ]);
    const [patchedProject, patchedFlag] = items;
    expect(patchedProject.changes).toContainEqual({
      path: "/name",
      before: project,
      after: "Another name",
    });
    expect(patchedFlag).toMatchObject({ project, environment, reason: "Launch", detail: "kept" });
    expect(patchedFlag.changes).toEqual([
      { path: `/flag/${flag}/enabled`, before: false, after: true },
    ]);
  });

  it("finds by flag, action, person, outcome, place and time", async () => {
    const { project, environment, flag } = await newFlag();
    const all = await list({ project });
    const actions = async (query: Record<string, string>) =>
      (await list({ project, ...query })).map((one: any) => one.action);
    expect(await actions({ flag })).toEqual(["flag.create", "catalogue-flag.create"]);
    expect(await actions({ action: "flag.create" })).toEqual(["flag.create"]);
    expect(await actions({ environment })).toHaveLength(3);
    expect(await actions({ outcome: "refused" })).toEqual([]);
    expect(await actions({ outcome: "done" })).toHaveLength(all.length);
    expect(await actions({ actor: all[0].actor.id })).toHaveLength(all.length);
    expect(await actions({ actor: "nobody" })).toEqual([]);
    const [newest] = all;
    const oldest = all.at(-1);
    expect(await actions({ to: String(oldest.atMs - 1) })).toEqual([]);
    expect(await actions({ from: String(newest.atMs + 1) })).toEqual([]);
    const between = { from: String(oldest.atMs), to: String(newest.atMs) };
    expect(await actions(between)).toHaveLength(all.length);
  });

  it("gives each entry once, page by page, while others are added", async () => {
    const place = await newPlace("one", "two", "three");
    const { project } = place;
    for (const key of ["a", "b", "c"]) {
      await done("catalogue.create", { params: { project }, body: { key } });
    }
    const whole = await list({ project });
    const seen: any[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { project, limit: "2" };
      if (cursor !== null) query["cursor"] = cursor;
      const { body }: { body: any } = await done("audit.list", { query });
      seen.push(...body.items);
      cursor = body.next;
      await done("catalogue.create", {
        params: { project },
        body: { key: `later-${seen.length}` },
      });
    } while (cursor !== null);
    expect(seen).toEqual(whole);
  });

  it("is the same in pages of any size", async () => {
    const { project } = await newFlag();
    const whole = await list({ project });
    for (const limit of [1, 3, 5]) {
      expect(await readAll("audit.list", { query: { project } }, limit)).toEqual(whole);
    }
  });

  it("shows no hash by which an SDK key is recognised", async () => {
    const place = await newPlace("dev");
    await done("keys.issue", { params: place, body: { kind: "server", name: "a" } });
    const items = await list(place);
    expect(items[0].action).toBe("key.issue");
    expect(items[0].changes.length).toBeGreaterThan(0);
    const told = JSON.stringify(items[0].changes);
    expect(told).not.toContain('"hash"');
  });

  it("says what is wrong with a question", async () => {
    const wrong = { environment: "dev" };
    expect(await call("audit.list", { query: wrong })).toMatchObject({ status: 400 });
    const cursor = { cursor: "3132" };
    expect(await call("audit.list", { query: cursor })).toMatchObject({ status: 400 });
    const unknown = { project: "no-such" };
    expect(await call("audit.list", { query: unknown })).toMatchObject({
      body: { code: "project.not-found" },
    });
  });
});
