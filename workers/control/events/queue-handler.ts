import { DELIVERY_RETRIES, retryDelaySeconds } from "../../../src/core/events/delivery.ts";
import type { ControlEnv } from "../env.ts";
import { createConsumer } from "./consume.ts";

/** Where Cloudflare Queues puts what was tried too often, by the name it has in wrangler.toml. */
const isDeadLetterQueue = (queue: string): boolean => queue.endsWith("-dlq");

/** Takes a batch of Cloudflare Queues, each message acknowledged or sent back by itself. */
export async function handleEventBatch(batch: MessageBatch, env: ControlEnv): Promise<void> {
  const consumer = createConsumer(env);
  const messages = batch.messages.map(({ id, body, attempts }) => ({ id, body, attempts }));
  const outcomes = isDeadLetterQueue(batch.queue)
    ? await consumer.setAside(
        batch.queue,
        // This queue counts its own deliveries, and does not say why the others failed.
        messages.map((message) => ({ ...message, attempts: DELIVERY_RETRIES + 1, error: null })),
      )
    : await consumer.consume(batch.queue, messages);
  for (const [index, message] of batch.messages.entries()) {
    if (outcomes[index]?.kind === "done") message.ack();
    else {
      message.retry({ delaySeconds: retryDelaySeconds(message.attempts, Math.random()) });
    }
  }
}
