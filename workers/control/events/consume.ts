import { consumeChunks, type ConsumeDeps } from "../../../src/app/events/consume-chunks.ts";
import { setAsideFailed } from "../../../src/app/events/set-aside.ts";
import { createD1DeadLetterStore } from "../../../src/adapters/d1/dead-letter-store.ts";
import { createD1PrivacySettings } from "../../../src/adapters/d1/privacy-settings.ts";
import { createD1RollUpStore } from "../../../src/adapters/d1/roll-up-store.ts";
import { createR2DeadLetterBodies } from "../../../src/adapters/r2/dead-letter-bodies.ts";
import { createR2RawChunkStore } from "../../../src/adapters/r2/raw-chunk-store.ts";
import type {
  DeliveredMessage,
  DeliveryOutcome,
  FailedMessage,
} from "../../../src/core/events/delivery.ts";
import type { ControlEnv } from "../env.ts";
import { pepperFrom } from "../privacy-services.ts";
import { consoleLog, type Log } from "../http/log.ts";

/** What takes messages of either queue; both methods answer one outcome for each message. */
export interface Consumer {
  consume(queue: string, messages: readonly DeliveredMessage[]): Promise<DeliveryOutcome[]>;
  setAside(queue: string, messages: readonly FailedMessage[]): Promise<DeliveryOutcome[]>;
}

export function createConsumer(env: ControlEnv, log: Log = consoleLog): Consumer {
  const privacy = createD1PrivacySettings(env.DB, () =>
    pepperFrom((length) => crypto.getRandomValues(new Uint8Array(length))),
  );
  const deps: ConsumeDeps = {
    rawChunks: createR2RawChunkStore(env.RAW_EVENTS),
    rollUps: createD1RollUpStore(env.DB),
    deadLetters: createD1DeadLetterStore(env.DB),
    deadLetterBodies: createR2DeadLetterBodies(env.RAW_EVENTS),
    eventPrivacy: (ids) => privacy.forEvents(ids),
    now: () => Date.now(),
  };
  const logged = (queue: string, outcomes: DeliveryOutcome[]) => {
    const failed = outcomes.filter((outcome) => outcome.kind === "retry");
    const [first] = failed;
    if (first !== undefined) {
      log("warn", "events.retry", { queue, messages: failed.length, error: first.error });
    }
    return outcomes;
  };
  return {
    async consume(queue, messages) {
      return logged(queue, await consumeChunks(queue, messages, deps));
    },
    async setAside(queue, messages) {
      // A person must look at it: the API lists dead letters.
      log("error", "events.set-aside", { queue, messages: messages.length });
      return logged(queue, await setAsideFailed(queue, messages, deps));
    },
  };
}
