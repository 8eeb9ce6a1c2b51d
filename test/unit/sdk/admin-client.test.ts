import { describe, expect, expectTypeOf, it } from "vitest";
import { createAdminClient } from "../../../src/sdk/admin/admin-client.ts";
import { waitMs } from "../../../src/sdk/admin/retry.ts";

/** A server that gives these answers in turn, and what it was asked. */
function serverOf(...answers: readonly (() => Response)[]) {
  const asked: Request[] = [];
  const fetch = (request: Request) => {
    const answer = answers[asked.length] ?? answers.at(-1)!;
    asked.push(request);
    return new Promise<Response>((resolve) => resolve(answer()));
  };
  const client = createAdminClient({
    baseUrl: "https://flags.example/",
    token: "secret",
    fetch,
    retry: { baseMs: 0 },
  });
  return { client, asked };
}

const json =
  (body: unknown, init: ResponseInit = {}) =>
  () =>
    Response.json(body, init);
const busy = json(
  { code: "platform.unavailable", status: 503, title: "", detail: "" },
  { status: 503 },
);
const refused = () => {
  throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
};
const flag = { project: "web", environment: "prod", flag: "a/b c" };

describe("the admin client", () => {
  it("makes the request that the table describes", async () => {
    const { client, asked } = serverOf(
      json({ version: 3 }, { headers: { etag: '"3"', "x-switchyard-revision": "9" } }),
    );
    const answer = await client.call("flags.patch", {
      params: flag,
      body: { enabled: true },
      ifMatch: '"2"',
      reason: "für alle",
    });
    expect(answer).toEqual({
      ok: true,
      value: { version: 3 },
      status: 200,
      etag: '"3"',
      revision: 9,
      replayed: false,
    });
    const [request] = asked;
    expect(request!.method).toBe("PATCH");
    expect(request!.url).toBe(
      "https://flags.example/api/v1/projects/web/environments/prod/flags/a%2Fb%20c",
    );
    expect(await request!.json()).toEqual({ enabled: true });
    expect(Object.fromEntries(request!.headers)).toMatchObject({
      authorization: "Bearer secret",
      "if-match": '"2"',
      "x-switchyard-reason": "f%C3%BCr%20alle",
      "content-type": "application/json",
    });
  });

  it("offers each endpoint by group and verb", async () => {
    const { client, asked } = serverOf(json({ items: [], next: null }));
    await client.projects.list({ query: { limit: 5 } });
    await client.log.list({ params: flag, query: { flag: "x" } });
    await client.system.health();
    expect(asked.map(({ url }) => url.replace("https://flags.example", ""))).toEqual([
      "/api/v1/projects?limit=5",
      "/api/v1/projects/web/environments/prod/log?flag=x",
      "/healthz",
    ]);
  });

  it("knows at compile time what an endpoint takes and gives", () => {
    const { client } = serverOf(json({}));
    type Patch = Parameters<typeof client.flags.patch>[0];
    expectTypeOf<Patch["ifMatch"]>().toEqualTypeOf<string>();
    expectTypeOf<NonNullable<Patch["body"]["enabled"]>>().toEqualTypeOf<boolean>();
    expectTypeOf<Parameters<typeof client.projects.list>>().toExtend<[unknown?]>();
    type Answer = Awaited<ReturnType<typeof client.flags.get>>;
    expectTypeOf<Extract<Answer, { ok: true }>["value"]["version"]>().toEqualTypeOf<number>();
    // @ts-expect-error -- a change without If-Match does not compile
    void client.flags.patch({ params: flag, body: { enabled: true } });
  });

  it("repeats a read that met a busy server", async () => {
    const { client, asked } = serverOf(busy, busy, json({ items: [], next: null }));
    expect((await client.projects.list()).ok).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it("repeats a POST under one idempotency key, so that it is done once", async () => {
    const { client, asked } = serverOf(refused, busy, json({ key: "a" }, { status: 201 }));
    expect((await client.projects.create({ body: { key: "a" } })).ok).toBe(true);
    const keys = asked.map(({ headers }) => headers.get("idempotency-key"));
    expect(keys[0]).toBeTruthy();
    expect(new Set(keys).size).toBe(1);
  });

  it("never repeats a change that has no key", async () => {
    const { client, asked } = serverOf(busy);
    const answer = await client.projects.patch({
      params: { project: "a" },
      body: { name: "b" },
      ifMatch: "*",
    });
    expect(answer).toMatchObject({ ok: false, problem: { code: "platform.unavailable" } });
    expect(asked).toHaveLength(1);
  });

  it("hands a refusal over as the server worded it, at once", async () => {
    const problem = { code: "flag.not-found", status: 404, title: "t", detail: "d", facts: 1 };
    const { client, asked } = serverOf(json(problem, { status: 404 }));
    expect(await client.flags.get({ params: flag })).toEqual({ ok: false, problem });
    expect(asked).toHaveLength(1);
  });

  it("says that nobody answered, and why, after all attempts", async () => {
    const { client, asked } = serverOf(refused);
    const answer = await client.projects.list();
    expect(answer).toMatchObject({
      ok: false,
      problem: {
        code: "client.network",
        status: 0,
        detail: expect.stringContaining("ECONNREFUSED"),
      },
    });
    expect(asked).toHaveLength(4);
  });

  it.each([
    { name: "a proxy's error page", answer: () => new Response("<h1>Bad</h1>", { status: 502 }) },
    { name: "another server's welcome", answer: () => new Response("<h1>Hi</h1>") },
  ])("does not take $name for an answer", async ({ answer }) => {
    const { client } = serverOf(answer);
    expect(await client.projects.list()).toMatchObject({
      ok: false,
      problem: { code: "client.not-the-api", detail: expect.stringContaining("baseUrl") },
    });
  });

  it("stops when it is told to", async () => {
    const { client, asked } = serverOf(busy);
    const signal = AbortSignal.abort();
    expect((await client.projects.list({ signal })).ok).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it("waits with jitter, twice as long each time, as asked, and never forever", () => {
    const policy = { attempts: 9, baseMs: 200, longestMs: 10_000 };
    expect(waitMs(2, 0, policy, () => 0.5)).toBe(100);
    expect(waitMs(4, 0, policy, () => 0.5)).toBe(400);
    expect(waitMs(2, 3, policy, () => 0)).toBe(3_000);
    expect(waitMs(30, 0, policy, () => 1)).toBe(10_000);
  });
});

describe("an answer that comes bit by bit", () => {
  const bytes = new TextEncoder().encode(
    'retry: 1000\n\nid: a\nevent: propagation\ndata: {"state":"accepted","why":"é\\n\\n"}\n\n' +
      ': still watching\n\nid: b\nevent: propagation\ndata: {"state":"relayed"}\n\n' +
      'event: end\ndata: {"reason":"complete"}\n\n' +
      'id: c\nevent: propagation\ndata: {"state":"never read"}\n\n',
  );
  const params = { project: "web", environment: "prod", revision: 7 };

  /** The bytes in pieces of this size, and whether the reader has gone. */
  function streamOf(size: number) {
    const gone = { is: false };
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(bytes.slice(at, (at += size)));
        if (at >= bytes.length) controller.close();
      },
      cancel: () => void (gone.is = true),
    });
    const answer = () => new Response(body, { headers: { "content-type": "text/event-stream" } });
    return { gone, ...serverOf(answer) };
  }

  it.each([1, 7, 10_000])("in pieces of %i bytes is a loop until its end", async (size) => {
    const { client, asked } = streamOf(size);
    const answer = await client.propagation.stream({ params });
    expect(asked[0]?.headers.get("accept")).toBe("text/event-stream");
    const states: unknown[] = [];
    if (answer.ok) for await (const { state } of answer.value) states.push(state);
    expect(states).toEqual(["accepted", "relayed"]);
  });

  it("ends when nobody listens any more", async () => {
    const { client, gone } = streamOf(1);
    const answer = await client.propagation.stream({ params });
    if (answer.ok) for await (const { state } of answer.value) if (state === "accepted") break;
    expect(gone.is).toBe(true);
  });

  it("is a problem when it is refused", async () => {
    const problem = { code: "revision.unknown", status: 404, title: "", detail: "" };
    const { client } = serverOf(json(problem, { status: 404 }));
    const answer = await client.propagation.stream({ params });
    expect(answer).toMatchObject({ ok: false, problem: { code: "revision.unknown" } });
  });
});
