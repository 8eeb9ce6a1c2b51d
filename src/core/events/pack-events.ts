import type { EnvironmentId } from "../brand.ts";
import { sha256Hex } from "../hash/sha256.ts";
import { utf8Length } from "../hash/utf8.ts";
import type { EventChunk } from "./chunk.ts";
import type { IntakeEvent } from "./event.ts";
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
  for (const group of groupsOf(events)) {
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

/** What a chunk's JSON has around its events; the environment's id has at most 32 characters. */
const AROUND_BYTES = 256;

function groupsOf(events: readonly PlacedEvent[]): readonly (readonly PlacedEvent[])[] {
  const groups: PlacedEvent[][] = [];
  let group: PlacedEvent[] = [];
  let bytes = AROUND_BYTES;
  for (const event of events) {
    // One more for the comma.
    if (group.length > 0 && bytes + event.bytes + 1 > EVENT_LIMITS.chunkBytes) {
      groups.push(group);
      group = [];
      bytes = AROUND_BYTES;
    }
    group.push(event);
    bytes += event.bytes + 1;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

function chunkId(environmentId: EnvironmentId, events: readonly PlacedEvent[]): string {
  const ids = events.map(({ event }) => event.id).join("\n");
  return sha256Hex(`${environmentId}\n${ids}`).slice(0, 32);
}

function jsonBytes(event: IntakeEvent): number {
  const text = JSON.stringify(event);
  return /^[ -~]*$/.test(text) ? text.length : utf8Length(text);
}
