import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { endpoints } from "../../../src/contract/endpoints.ts";
import { PropagationResponse } from "../../../src/contract/propagation.ts";
import { createAdminClient } from "../../../src/sdk/admin/admin-client.ts";
import { appWithServices } from "../control/an-app.ts";
import { call, done, type Fetch, newPlace, type Place, requestFor } from "../control/api.ts";
import { RemoteRelay, unreachable } from "./relays.ts";

/** An environment with one relay, which the authority reaches or not. */
async function aScene() {
  const params = await newPlace("dev");
  const { environmentId } = (await done("rulesets.get", { params })).body;
  const relay = new RemoteRelay(environmentId, "weur");
  await relay.changesSince(null);
  const wire = (relays: object) =>
    runInDurableObject(env.ENVIRONMENTS.getByName(environmentId), (instance) => {
      Object.assign(instance, { env: { ...env, RELAYS: relays } });
    });
  return {
    params,
    relay,
    cut: () => wire(unreachable("error")),
    mend: () => wire(env.RELAYS),
  };
}

/** A change, and the revision that it made. */
async function change(params: Place): Promise<number> {
  const body = { key: `s-${crypto.randomUUID()}`, included: ["ada"] };
  return Number((await done("segments.create", { params, body })).body.revision);
}

const toWorker: Fetch = (request) => exports.default.fetch(request);

async function watch(
  params: Place,
  revision: number,
  headers: Record<string, string> = {},
  fetch = toWorker,
) {
  const at = { ...params, revision: String(revision) };
  const response = await fetch(
    requestFor(endpoints["propagation.stream"], { params: at, headers }),
  );
  expect(response.status).toBe(200);
  return { response, blocks: blocksOf(response) };
}

/** A stream's events as they were sent, one after the other. */
async function* blocksOf({ body }: Response): AsyncGenerator<string, void> {
  let text = "";
  for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + piece).split("\n\n");
    text = blocks.pop() ?? "";
    yield* blocks;
  }
  expect(text).toBe("");
}

/** The next event that is no comment and no setting. */
async function next(blocks: AsyncGenerator<string, void>) {
  for (;;) {
    const { value, done: isOver } = await blocks.next();
    if (isOver === true) return null;
    const [id, event, data] = ["id", "event", "data"].map(
      (name) => new RegExp(`^${name}: (.*)$`, "m").exec(value)?.[1],
    );
    if (event === undefined) continue;
    const said = JSON.parse(data ?? "null");
    if (event === "propagation") PropagationResponse.parse(said);
    return { id, event, data: said };
  }
}

describe("the stream of a revision's receipts", () => {
  it("shows a region pending, then relayed, then observed, and ends", async () => {
    const { params, relay, cut, mend } = await aScene();
    await cut();
    const revision = await change(params);
    const { response, blocks } = await watch(params, revision);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const first = await next(blocks);
    expect(first).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      event: "propagation",
      data: { revision, state: "accepted", relays: [{ region: "weur", state: "pending" }] },
    });
    await mend();
    let event = await next(blocks);
    while (event?.data.state === "accepted") event = await next(blocks);
    expect(event).toMatchObject({
      event: "propagation",
      data: { state: "relayed", relays: [{ state: "relayed", holds: revision }] },
    });
    expect(await relay.revision()).toBe(revision);
    // An evaluator answers with it, and the relay says so with its next report.
    await relay.changesSince(revision);
    await change(params);
    while (event?.event === "propagation") event = await next(blocks);
    expect(event).toMatchObject({ event: "end", data: { reason: "complete" } });
    expect(await next(blocks)).toBeNull();
  });

  it("goes on where it was lost: what was seen is not sent again", async () => {
    const { params, cut, mend } = await aScene();
    await cut();
    const revision = await change(params);
    const lost = await watch(params, revision);
    let seen = await next(lost.blocks);
    // The first try has failed, so that nothing changes until the next.
    while (seen?.data.relays[0].attempts === 0) seen = await next(lost.blocks);
    await lost.blocks.return();
    await mend();
    const again = await watch(params, revision, { "last-event-id": seen?.id ?? "" });
    const event = await next(again.blocks);
    expect(event?.id).not.toBe(seen?.id);
    expect(event?.data).not.toEqual(seen?.data);
    await again.blocks.return();
  });

  it("turns nothing green by waiting: after ten minutes a cut-off region is still pending", async () => {
    const { params, cut } = await aScene();
    await cut();
    const revision = await change(params);
    let aheadMs = 0;
    const { fetch } = appWithServices({
      now: () => Date.now() + aheadMs,
      wait: async (ms) => void (aheadMs += ms * 20),
    });
    const { response } = await watch(params, revision, {}, fetch);
    const text = await response.text();
    expect(text.match(/^retry: \d+$/m)).not.toBeNull();
    expect(text.match(/^: .+$/gm)?.length).toBeGreaterThan(10);
    expect(text).not.toContain('"state":"relayed"');
    expect(text.trimEnd().endsWith('event: end\ndata: {"reason":"time-limit"}')).toBe(true);
  });

  it("asks no more when its reader has gone", async () => {
    const { params, cut } = await aScene();
    await cut();
    const revision = await change(params);
    let waits = 0;
    const { fetch } = appWithServices({
      wait: async () => {
        waits += 1;
        await scheduler.wait(1);
      },
    });
    const { response } = await watch(params, revision, {}, fetch);
    const reader = response.body!.getReader();
    await reader.read();
    const read = reader.read();
    await expect.poll(() => waits).toBeGreaterThan(2);
    await reader.cancel();
    expect(await read).toMatchObject({ done: true });
    const before = waits;
    await scheduler.wait(30);
    expect(waits - before).toBeLessThanOrEqual(1);
  });

  it("is refused as any request is, before it begins", async () => {
    const params = await newPlace("dev");
    const at = { ...params, revision: "99" };
    expect(await call("propagation.stream", { params: at })).toMatchObject({
      status: 404,
      body: { code: "revision.unknown" },
    });
    const headers = { authorization: "Bearer nobody" };
    expect((await call("propagation.stream", { params: at, headers })).status).toBe(401);
    const elsewhere = { params: { ...at, environment: "none" } };
    expect((await call("propagation.stream", elsewhere)).body.code).toBe("environment.not-found");
  });

  it("is a loop for the admin client, which ends with it", async () => {
    const { params, relay } = await aScene();
    const revision = await change(params);
    const client = createAdminClient({
      baseUrl: "https://flags.example",
      token: env.ADMIN_TOKEN,
      fetch: async (request) => exports.default.fetch(request),
    });
    const answer = await client.propagation.stream({ params: { ...params, revision } });
    if (!answer.ok) throw new Error(answer.problem.detail);
    const states: string[] = [];
    for await (const propagation of answer.value) {
      states.push(propagation.state);
      if (propagation.state !== "relayed") continue;
      await relay.changesSince(revision);
      if (states.filter((state) => state === "relayed").length === 1) await change(params);
    }
    expect(states.at(-1)).toBe("relayed");
    expect(states.lastIndexOf("accepted")).toBeLessThan(states.indexOf("relayed"));
  });
});
