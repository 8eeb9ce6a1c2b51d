import type { EventQueue, SendResult } from "../../core/events/event-queue.ts";
import type { OfferedMessage } from "../../core/events/embedded-queue.ts";
import { sendFailure } from "./send-failure.ts";

export interface EmbeddedQueueNamespace {
  getByName(name: string): unknown;
}

/** What is called of an `EventQueueObject`. */
interface EventQueueRpc {
  send(messages: readonly OfferedMessage[]): Promise<SendResult>;
}

/** One object takes all: its transactions, not its number, are what limits it. */
const OBJECT_NAME = "events";

/** The queue on SQLite, which is an object of the same installation. */
export function createEmbeddedEventQueue(namespace: EmbeddedQueueNamespace): EventQueue {
  return {
    async send(chunks) {
      const messages = chunks.map((chunk) => ({ id: chunk.id, body: JSON.stringify(chunk) }));
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stubs are typed by class only
        const object = namespace.getByName(OBJECT_NAME) as EventQueueRpc;
        return await object.send(messages);
      } catch (error) {
        return sendFailure(error);
      }
    },
  };
}
