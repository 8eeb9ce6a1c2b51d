import type { EventQueue, SendResult } from "../../core/events/event-queue.ts";
import type { OfferedMessage } from "../../core/events/embedded-queue.ts";
import { objectNamed, type ObjectNamespace } from "../../core/object-namespace.ts";
import { sendFailure } from "./send-failure.ts";

/** What is called of an `EventQueueObject`. */
interface EventQueueRpc {
  send(messages: readonly OfferedMessage[]): Promise<SendResult>;
}

/** One object takes all: its transactions, not its number, are what limits it. */
const OBJECT_NAME = "events";

/** The queue on SQLite, which is an object of the same installation. */
export function createEmbeddedEventQueue(namespace: ObjectNamespace): EventQueue {
  return {
    async send(chunks) {
      const messages = chunks.map((chunk) => ({ id: chunk.id, body: JSON.stringify(chunk) }));
      try {
        const object = objectNamed<EventQueueRpc>(namespace, OBJECT_NAME);
        return await object.send(messages);
      } catch (error) {
        return sendFailure(error);
      }
    },
  };
}
