import { assertNever } from "../../../src/core/result.ts";
import type { WatchEvent } from "../../../src/app/propagation/watch-propagation.ts";

/** Milliseconds after which a client that lost the stream comes back. */
const RETRY_MS = 1_000;

/**
 * Server-sent events, made only as fast as they are read. `leave` is called when the client has
 * gone.
 */
export function eventStream(
  events: AsyncGenerator<WatchEvent, void>,
  leave: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let opening = `retry: ${RETRY_MS}\n\n`;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await events.next();
        if (next.done === true) return controller.close();
        controller.enqueue(encoder.encode(opening + textOf(next.value)));
        opening = "";
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

function textOf(event: WatchEvent): string {
  switch (event.kind) {
    case "state":
      return `id: ${event.id}\nevent: propagation\ndata: ${JSON.stringify(event.propagation)}\n\n`;
    case "quiet":
      return ": still watching\n\n";
    case "end":
      return `event: end\ndata: ${JSON.stringify({ reason: event.reason })}\n\n`;
    default:
      return assertNever(event);
  }
}
