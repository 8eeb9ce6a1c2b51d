import type { EventChunk } from "../../core/events/chunk.ts";
import {
  type DeliveredMessage,
  type DeliveryOutcome,
  retryLater,
} from "../../core/events/delivery.ts";
import { readChunk } from "../../core/events/read-chunk.ts";
import { type ChunkRollUp, rollUp } from "../../core/events/roll-up.ts";
import { err, type Result } from "../../core/result.ts";
import { inGroups } from "../../core/events/in-groups.ts";
import { privateChunks } from "./private-chunks.ts";
import type { RawChunkStore } from "./raw-chunk-store.ts";
import { CHUNK_MEMORY_MS, type RollUpStore } from "./roll-up-store.ts";
import { setAside, type SetAsideDeps } from "./set-aside.ts";

export interface ConsumeDeps extends SetAsideDeps {
  readonly rawChunks: RawChunkStore;
  readonly rollUps: RollUpStore;
}

const DONE: DeliveryOutcome = { kind: "done" };

/** A chunk, and which delivery of it this is. */
interface Delivered {
  readonly chunk: EventChunk;
  readonly attempts: number;
}

/**
 * Counts what a queue delivers: each chunk is kept raw first and then added to the roll-ups, where
 * it counts once, however often and in whatever order it comes. What cannot be read is set aside.
 * Answers one outcome for each message, in order; never rejects.
 */
export async function consumeChunks(
  queue: string,
  messages: readonly DeliveredMessage[],
  deps: ConsumeDeps,
): Promise<DeliveryOutcome[]> {
  const oldestMs = deps.now() - CHUNK_MEMORY_MS;
  const delivered = new Map<string, Delivered>();
  const read = messages.map(({ body, attempts }) => {
    const chunk = usable(body, oldestMs);
    if (chunk.ok && !delivered.has(chunk.value.id)) {
      delivered.set(chunk.value.id, { chunk: chunk.value, attempts });
    }
    return chunk;
  });
  const outcomes = await countAll([...delivered.values()], deps);
  return Promise.all(
    messages.map(async (message, index): Promise<DeliveryOutcome> => {
      const chunk = read[index];
      if (chunk === undefined) return DONE;
      if (chunk.ok) return outcomes.get(chunk.value.id) ?? DONE;
      return setAside({ queue, message, reason: chunk.error }, deps);
    }),
  );
}

function usable(body: unknown, oldestMs: number): Result<EventChunk, string> {
  const chunk = readChunk(body);
  if (!chunk.ok) return err(`It cannot be read: ${chunk.error}.`);
  if (chunk.value.receivedAtMs >= oldestMs) return chunk;
  return err("It is too old: whether it was counted before is not known any more.");
}

type Outcomes = Map<string, DeliveryOutcome>;

/** What became of each chunk, by id. No id is in the list twice. */
async function countAll(all: readonly Delivered[], deps: ConsumeDeps): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  if (all.length === 0) return outcomes;
  const ids = all.map(({ chunk }) => chunk.id);
  const counted = await attempt(() => deps.rollUps.counted(ids), ids, outcomes);
  if (counted === undefined) return outcomes;

  // A chunk in the sums was kept before, and a repetition may bear another time of receipt.
  const sent = all.filter(({ chunk }) => !counted.has(chunk.id));
  const freshIds = sent.map(({ chunk }) => chunk.id);
  const fresh = await attempt(() => withoutPrivate(sent, deps), freshIds, outcomes);
  if (fresh === undefined) return outcomes;
  await Promise.all(
    fresh.map(({ chunk }) => attempt(() => keepRaw(chunk, deps), [chunk.id], outcomes)),
  );
  const kept = fresh
    .filter(({ chunk }) => !outcomes.has(chunk.id))
    .map(({ chunk, attempts }) => ({ sums: rollUp(chunk), attempts }));
  for (const group of inGroups(kept, sizeOf, GROUP_SIZE)) {
    const sums = group.map((each) => each.sums);
    const inGroup = sums.map(({ chunkId }) => chunkId);
    await attempt(() => deps.rollUps.count(sums, deps.now()), inGroup, outcomes);
  }
  return outcomes;
}

/** Uses of keys are no events of anybody's: the latest counts, and nothing else is kept of them. */
async function keepRaw(chunk: EventChunk, { rawChunks }: ConsumeDeps): Promise<void> {
  const events = chunk.events.filter(({ kind }) => kind !== "key-use");
  if (events.length > 0) await rawChunks.keep({ ...chunk, events });
}

/** What is private is gone before anything is written. */
async function withoutPrivate(
  sent: readonly Delivered[],
  deps: ConsumeDeps,
): Promise<readonly Delivered[]> {
  const chunks = await privateChunks(
    sent.map(({ chunk }) => chunk),
    deps,
  );
  return chunks.map((chunk, index) => ({ chunk, attempts: sent[index]?.attempts ?? 1 }));
}

/** Notes for each of `ids` that it must come again when `work` fails. */
async function attempt<T>(
  work: () => Promise<T>,
  ids: readonly string[],
  outcomes: Outcomes,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    for (const id of ids) outcomes.set(id, retryLater(error));
    return undefined;
  }
}

/** Characters of JSON that one write to the roll-ups may have: a parameter may have 2 MB. */
const GROUP_SIZE = 500_000;

/** Late in its life a chunk is written alone, so that one that is refused takes no other with it. */
const ALONE_FROM_ATTEMPT = 3;

function sizeOf({ sums, attempts }: { readonly sums: ChunkRollUp; readonly attempts: number }) {
  if (attempts >= ALONE_FROM_ATTEMPT) return GROUP_SIZE;
  const { usage, metrics, keyUses } = sums;
  return JSON.stringify([usage, metrics, keyUses]).length;
}
