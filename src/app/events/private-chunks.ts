import type { EnvironmentId } from "../../core/brand.ts";
import type { EventChunk } from "../../core/events/chunk.ts";
import { type EventPrivacy, privateEvent } from "../../core/privacy/event-privacy.ts";

export interface EventPrivacyDeps {
  /** What is done with events of these environments before they are kept; absent: nothing. */
  readonly eventPrivacy: (
    environmentIds: readonly EnvironmentId[],
  ) => Promise<ReadonlyMap<EnvironmentId, EventPrivacy>>;
}

/** The chunks as they may be kept. Rejects when the settings cannot be read: then nothing is kept. */
export async function privateChunks(
  chunks: readonly EventChunk[],
  { eventPrivacy }: EventPrivacyDeps,
): Promise<readonly EventChunk[]> {
  if (chunks.length === 0) return chunks;
  const ids = new Set(chunks.map(({ environmentId }) => environmentId));
  const settings = await eventPrivacy([...ids]);
  return chunks.map((chunk) => {
    const privacy = settings.get(chunk.environmentId);
    if (privacy === undefined) return chunk;
    return { ...chunk, events: chunk.events.map((event) => privateEvent(event, privacy)) };
  });
}
