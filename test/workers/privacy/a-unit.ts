import { env } from "cloudflare:workers";
import { createD1DeadLetterStore } from "../../../src/adapters/d1/dead-letter-store.ts";
import { createR2DeadLetterBodies } from "../../../src/adapters/r2/dead-letter-bodies.ts";
import { createR2RawChunkStore } from "../../../src/adapters/r2/raw-chunk-store.ts";
import { runRequest } from "../../../src/app/privacy/run-request.ts";
import type { PrivacyRequest } from "../../../src/app/privacy/privacy-request.ts";
import { setAside } from "../../../src/app/events/set-aside.ts";
import type { EventChunk } from "../../../src/core/events/chunk.ts";
import { createServices } from "../../../workers/control/services.ts";
import type { Services } from "../../../workers/control/services.ts";
import { chunkOf, exposure, metric, usage } from "../../unit/core/events/chunks.ts";
import { sources } from "../control/an-app.ts";
import { done, newPlace, type Place } from "../control/api.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The services at a moment of the test's choosing. */
export const servicesAt = (nowMs: number, replaced: Partial<Services> = {}): Services => ({
  ...createServices(env, { ...sources, now: () => nowMs }),
  ...replaced,
});

/** An environment of its own, and a unit that nobody else has. */
export async function newWorld() {
  const place = await newPlace("dev");
  const { body } = await done("environments.get", { params: place });
  const unit = `person-${crypto.randomUUID()}@example.com`;
  return {
    place,
    name: `${place.project}/${place.environment}`,
    environmentId: String(body.id),
    unit,
  };
}

export type World = Awaited<ReturnType<typeof newWorld>>;

/** Goes on from wherever the request is until it settles or is done. */
export async function runAt(
  id: string,
  nowMs: number,
  replaced: Partial<Services> = {},
): Promise<PrivacyRequest> {
  const services = servicesAt(nowMs, replaced);
  const request = await services.privacyRequests.find("default", id);
  return runRequest(request!, { steps: 200, forMs: 20_000 }, services);
}

/** What a request says of one place. */
export const placeOf = (request: { report: readonly any[] }, place: string) =>
  request.report.find((each) => each.place === place);

/** Chunks of raw events, each with one event of the unit, one of another and one of nobody. */
export async function keepChunks(
  { environmentId, unit }: { environmentId: string; unit: string },
  count: number,
  receivedAtMs = Date.now() - DAY_MS,
): Promise<readonly EventChunk[]> {
  const store = createR2RawChunkStore(env.RAW_EVENTS);
  const chunks = Array.from({ length: count }, () =>
    chunkOf([exposure({ targetingKey: unit }), metric({ targetingKey: "bob" }), usage()], {
      environment: environmentId,
      receivedAtMs,
    }),
  );
  await Promise.all(chunks.map((chunk) => store.keep(chunk)));
  return chunks;
}

/** A dead letter with these events, as the consumer would set it aside. */
export async function setAsideChunk(chunk: EventChunk | object): Promise<void> {
  const message = { id: crypto.randomUUID(), body: chunk, attempts: 6 };
  await setAside(
    { queue: "switchyard-events", message, reason: "A test." },
    {
      deadLetters: createD1DeadLetterStore(env.DB),
      deadLetterBodies: createR2DeadLetterBodies(env.RAW_EVENTS),
      eventPrivacy: async () => new Map(),
      now: () => Date.now(),
    },
  );
}

export async function rawObjects(environmentId: string) {
  const prefix = `raw/${environmentId}/`;
  const { objects } = await env.RAW_EVENTS.list({ prefix, include: ["customMetadata"] });
  return Promise.all(
    objects.map(async ({ key, customMetadata }) => {
      const object = await env.RAW_EVENTS.get(key);
      const text = object!.body.pipeThrough(new DecompressionStream("gzip"));
      const lines = (await new Response(text).text()).split("\n").filter((line) => line !== "");
      return { key, customMetadata, events: lines.map((line): any => JSON.parse(line)) };
    }),
  );
}

/** A flag and a segment that name the unit in every way that they can. */
export async function nameEverywhere({ project, environment }: Place, unit: string) {
  const place = { project, environment };
  await done("catalogue.create", { params: { project }, body: { key: "new-nav" } });
  const flag = { ...place, flag: "new-nav" };
  const is = { attribute: "targetingKey", operator: "eq", value: unit };
  const among = { attribute: "targetingKey", operator: "in", value: [unit, "bob"] };
  const read = await done("flags.get", { params: flag });
  const [on] = read.body.flag?.variations ?? read.body.variations;
  await done("flags.patch", {
    params: flag,
    headers: { "if-match": "*" },
    body: {
      targets: [{ variation: on.key, attribute: "targetingKey", values: [unit, "bob"] }],
      rules: [
        { id: "own", if: is, then: { variation: on.key } },
        { id: "shared", if: among, then: { variation: on.key } },
        { id: "not", if: { not: is }, then: { variation: on.key } },
      ],
    },
  });
  await done("overrides.create", {
    params: flag,
    body: { id: "support", if: is, variation: on.key, reason: "A ticket." },
  });
  await done("segments.create", {
    params: place,
    body: { key: "beta", included: [unit, "bob"], rules: [is] },
  });
  return flag;
}
