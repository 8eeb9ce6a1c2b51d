import { WorkerEntrypoint } from "cloudflare:workers";
import type {
  DeliveredMessage,
  DeliveryOutcome,
  EventConsumerApi,
  FailedMessage,
} from "../../../src/core/events/delivery.ts";
import type { ControlEnv } from "../env.ts";
import { createConsumer } from "./consume.ts";

/** Takes what the queue on SQLite delivers. Only Workers of the same installation can call it. */
export class EventConsumer extends WorkerEntrypoint<ControlEnv> implements EventConsumerApi {
  consume(queue: string, messages: readonly DeliveredMessage[]): Promise<DeliveryOutcome[]> {
    return createConsumer(this.env).consume(queue, messages.map(withBody));
  }

  setAside(queue: string, messages: readonly FailedMessage[]): Promise<DeliveryOutcome[]> {
    return createConsumer(this.env).setAside(queue, messages.map(withBody));
  }
}

/** The body as what its JSON text says. Text that is no JSON stays text, which is no chunk. */
function withBody<Message extends DeliveredMessage>(message: Message): Message {
  if (typeof message.body !== "string") return message;
  try {
    return { ...message, body: JSON.parse(message.body) };
  } catch {
    return message;
  }
}
