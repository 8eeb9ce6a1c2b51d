import type { EnvironmentId } from "../brand.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { utf8Length } from "../hash/utf8.ts";
import type { EventChunk } from "./chunk.ts";
import type { IntakeEvent } from "./event.ts";
import { inGroups } from "./in-groups.ts";
import { EVENT_LIMITS } from "./limits.ts";

/** An event on its way into a chunk. */
export interface PlacedEvent {
  readonly event: IntakeEvent;
  /** UTF-8 bytes of its JSON. */
  readonly bytes: number;
  /**
   * False: the event has its place and its part in the chunk's id, but is not in the chunk. So a
   * batch that is sent again makes the same chunks although some of it has become too old.
   */
  readonly kept: boolean;
}

export function placed(event: IntakeEvent): PlacedEvent {
  return { event, bytes: jsonBytes(event), kept: true };
}

/** What a chunk's JSON has around its events; the environment's id has at most 32 characters. */
const AROUND_BYTES = 256;
const MOST_BYTES = EVENT_LIMITS.chunkBytes - AROUND_BYTES;

/** One more for the comma. */
const bytesOf = ({ bytes }: PlacedEvent): number => bytes + 1;

/**
 * Puts events, in their order, into as few chunks as hold them. The ids of the chunks depend on
 * the environment and the events' ids and sizes alone, never on the time: what is sent again
 * after a lost answer makes chunks of the same ids, which count once.
 */
export function packEvents(
  environmentId: EnvironmentId,
  receivedAtMs: number,
  events: readonly PlacedEvent[],
): readonly EventChunk[] {
  const chunks: EventChunk[] = [];
  for (const group of inGroups(events, bytesOf, MOST_BYTES)) {
    const kept = group.filter(({ kept }) => kept).map(({ event }) => event);
    if (kept.length === 0) continue;
    chunks.push({
      format: "switchyard.events/1",
      id: chunkId(environmentId, group),
      environmentId,
      receivedAtMs,
      events: kept,
    });
  }
  return chunks;
}

function chunkId(environmentId: EnvironmentId, events: readonly PlacedEvent[]): string {
  const ids = events.map(({ event }) => event.id).join("\n");
  return sha256Hex(`${environmentId}\n${ids}`).slice(0, 32);
}

function jsonBytes(event: IntakeEvent): number {
  const text = JSON.stringify(event);
  return /^[ -~]*$/.test(text) ? text.length : utf8Length(text);
}
