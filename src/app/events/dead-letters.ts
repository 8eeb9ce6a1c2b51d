import { beyond } from "../../core/access/can.ts";
import { wholeReach } from "../../core/access/grant.ts";
import type { EventChunk } from "../../core/events/chunk.ts";
import type { EventQueue } from "../../core/events/event-queue.ts";
import { readChunk } from "../../core/events/read-chunk.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type {
  DeadLetter,
  DeadLetterBodies,
  DeadLetterList,
  LetterReach,
} from "./dead-letter-store.ts";
import { CHUNK_MEMORY_MS } from "./roll-up-store.ts";

export type DeadLetterProblem =
  | { readonly kind: "dead-letter-not-found"; readonly id: string }
  /** `why` goes on from "the dead letter". */
  | { readonly kind: "dead-letter-unusable"; readonly id: string; readonly why: string }
  | { readonly kind: "queue-busy"; readonly retryAfterSeconds: number };

export interface DeadLetterDeps {
  readonly deadLetterList: DeadLetterList;
  readonly deadLetterBodies: DeadLetterBodies;
  readonly now: () => number;
}

export interface RedeliverDeps extends DeadLetterDeps {
  readonly eventQueue: EventQueue;
}

type LetterCaller = Omit<Caller, "commandId" | "permits">;

const UNAVAILABLE_RETRY_SECONDS = 5;

/** Letters that cannot be told to be anyone's are for those who look after the installation. */
export function letterReach({
  organisationId,
  access,
}: Pick<LetterCaller, "organisationId" | "access">): LetterReach {
  const strays = beyond(access, ["events:read"], wholeReach(null)).length === 0;
  return { organisationId, strays };
}

/**
 * Puts a dead letter back into the queue. Taken off the list only once the queue has it: when that
 * is interrupted it is sent twice, and counts once.
 */
export async function redeliverDeadLetter(
  id: string,
  caller: LetterCaller,
  deps: RedeliverDeps,
): Promise<Result<EventChunk, DeadLetterProblem>> {
  const letter = await deps.deadLetterList.find(letterReach(caller), id);
  if (letter === undefined) return err({ kind: "dead-letter-not-found", id });
  const chunk = usable(await deps.deadLetterBodies.get(id), deps.now());
  if (!chunk.ok) return err({ kind: "dead-letter-unusable", id, why: chunk.error });
  const sent = await deps.eventQueue.send([chunk.value]);
  if (sent.kind !== "accepted") {
    const { retryAfterSeconds } =
      sent.kind === "busy" ? sent : { retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS };
    return err({ kind: "queue-busy", retryAfterSeconds });
  }
  await remove(letter, "dead-letter.redeliver", caller, deps);
  return ok(chunk.value);
}

export async function dropDeadLetter(
  id: string,
  caller: LetterCaller,
  deps: DeadLetterDeps,
): Promise<Result<DeadLetter, DeadLetterProblem>> {
  const letter = await deps.deadLetterList.find(letterReach(caller), id);
  if (letter === undefined) return err({ kind: "dead-letter-not-found", id });
  await remove(letter, "dead-letter.delete", caller, deps);
  return ok(letter);
}

/** The list last: while a letter is on it, the request that removes it can be repeated. */
async function remove(
  letter: DeadLetter,
  action: string,
  caller: LetterCaller,
  { deadLetterBodies, deadLetterList, now }: DeadLetterDeps,
): Promise<void> {
  const { id, environmentId: environment } = letter;
  const target = { kind: "dead-letter", id, name: id };
  const act = { action, target, environment, detail: { before: letter }, atMs: now() };
  await deadLetterBodies.remove(id);
  await deadLetterList.remove(id, auditDraft(caller, act));
}

function usable(body: string | null, nowMs: number): Result<EventChunk, string> {
  if (body === null) return err("has lost its body");
  const chunk = readChunk(JSON.parse(body));
  if (!chunk.ok) return err(`cannot be read: ${chunk.error}`);
  if (chunk.value.receivedAtMs >= nowMs - CHUNK_MEMORY_MS) return chunk;
  return err("was received too long ago: whether it was counted before is not known any more");
}
