import type { UnsealedAdvance } from "../src/core/authority/unsealed-changes.ts";
import type { FanOut, RelayCall } from "../src/core/propagation/fan-out.ts";
import { objectNamed, type ObjectNamespace } from "../src/core/object-namespace.ts";
import type { Advance, RelayApi } from "../src/core/propagation/messages.ts";
import { relayObjectName } from "../src/core/propagation/relay-address.ts";
import { orTooLate, TOO_LATE } from "./deadline.ts";

export interface SenderDeps {
  readonly fanOut: FanOut;
  readonly seal: (advance: UnsealedAdvance) => Promise<Advance>;
  readonly relays: () => ObjectNamespace;
  readonly waitUntil: (work: Promise<void>) => void;
  /** Called when what is due, or when, may have changed. */
  readonly changed: () => void;
}

/** Makes the calls that fanning out decides on, and lets it know what came of them. */
export class ChangeSender {
  readonly #deps: SenderDeps;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** Begins every call that is due, behind whatever else goes on. */
  send(isUrgent: boolean): void {
    const { fanOut, waitUntil } = this.#deps;
    for (const call of fanOut.due(Date.now(), isUrgent)) waitUntil(this.#make(call));
  }

  async #make(call: RelayCall): Promise<void> {
    const { changed, fanOut, relays, seal } = this.#deps;
    const name = relayObjectName(call.delivery.environmentId, call.to);
    const relay = objectNamed<RelayApi>(relays(), name);
    const delivery = async () => ({ ...call.delivery, advance: await seal(call.delivery.advance) });
    const delivering = delivery()
      .then((sealed) => relay.deliver(sealed))
      .then(
        (reports) => {
          // Also when it is too late: what a relay holds, it holds.
          fanOut.answered(call, reports, Date.now());
          return null;
        },
        (reason: unknown) => String(reason),
      );
    const error = await orTooLate(delivering, call.deadlineMs);
    if (error !== null) fanOut.failed(call, error, Date.now());
    if (error === TOO_LATE) void delivering.then(changed);
    // A newer revision may have been accepted meanwhile.
    this.send(false);
    changed();
  }
}
