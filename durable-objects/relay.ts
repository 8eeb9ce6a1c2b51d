import { DurableObject } from "cloudflare:workers";
import { objectNamed, type ObjectNamespace } from "../src/core/object-namespace.ts";
import type {
  Branch,
  Delivery,
  EnlistingApi,
  RelayAnswer,
  RelayApi,
  RelayReport,
} from "../src/core/propagation/messages.ts";
import { Relay } from "../src/core/propagation/relay.ts";
import { parseRelayObjectName, relayObjectName } from "../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../src/core/propagation/settings.ts";
import { orTooLate, TOO_LATE } from "./deadline.ts";
import { SqlRelayStore } from "./relay-store.ts";

/** How often a relay reports in one go, while it finds that it holds something else by then. */
const MOST_REPORTS = 3;
const NOTHING: RelayAnswer = { kind: "nothing" };

/** The bindings that the object needs, in whichever Worker it is deployed. */
export interface RelayEnv {
  readonly ENVIRONMENTS: ObjectNamespace;
  readonly RELAYS: ObjectNamespace;
}

/**
 * The nearest copy of one environment for the readers of one region, named by `relayObjectName`.
 * What it decides is in `src/core/propagation/relay.ts`; this binds that to storage, clock, the
 * authority and other relays. It keeps no connection to the authority.
 */
export class RelayObject extends DurableObject<RelayEnv> implements RelayApi {
  /** `null` in an object of another name, which has nothing to say. */
  readonly #relay: Relay | null;
  readonly #environment: string;
  #contacting: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: RelayEnv) {
    super(ctx, env);
    const named = parseRelayObjectName(ctx.id.name ?? "");
    this.#environment = named?.environmentId ?? "";
    const store = new SqlRelayStore({
      exec: (statement, ...parameters) => ctx.storage.sql.exec(statement, ...parameters),
      transaction: (work) => ctx.storage.transactionSync(work),
    });
    this.#relay = named === null ? null : new Relay({ ...named, store, settings: PROPAGATION });
  }

  async deliver(delivery: Delivery): Promise<readonly RelayReport[]> {
    if (this.#relay === null) return [];
    this.#relay.take(delivery.advance);
    const own = this.#report(this.#relay);
    const others = delivery.forward.map((branch) => this.#forward(delivery, branch));
    return [own, ...(await Promise.all(others)).flat()];
  }

  async changesSince(since: number | null): Promise<RelayAnswer> {
    const relay = this.#relay;
    if (relay === null) return NOTHING;
    const need = relay.contactNeed(since, Date.now());
    if (need !== "none") {
      const contact = this.#contact(relay);
      this.ctx.waitUntil(contact);
      const { contactDeadlineMs, firstContactDeadlineMs } = PROPAGATION;
      const deadlineMs = since === null ? firstContactDeadlineMs : contactDeadlineMs;
      if (need === "first") await orTooLate(contact, deadlineMs);
    }
    return relay.answer(since, Date.now());
  }

  #report(relay: Relay): RelayReport {
    return relay.report(this.ctx.getWebSockets().length);
  }

  /** Passes a delivery on; those that are not reached in time are for the authority to call. */
  async #forward(delivery: Delivery, { to, forward }: Branch): Promise<readonly RelayReport[]> {
    const name = relayObjectName(delivery.environmentId, to);
    const relay = objectNamed<RelayApi>(this.env.RELAYS, name);
    const delivering = relay.deliver({ ...delivery, forward }).catch(() => []);
    const reports = await orTooLate(delivering, PROPAGATION.forwardDeadlineMs);
    return reports === TOO_LATE ? [] : reports;
  }

  /** Asks the authority what was missed; those who come meanwhile wait for the same answer. */
  #contact(relay: Relay): Promise<void> {
    this.#contacting ??= this.#reportToAuthority(relay).finally(() => {
      this.#contacting = null;
    });
    return this.#contacting;
  }

  async #reportToAuthority(relay: Relay): Promise<void> {
    for (let times = 0; times < MOST_REPORTS; times += 1) {
      const sentAtMs = Date.now();
      const report = this.#report(relay);
      const authority = objectNamed<EnlistingApi>(this.env.ENVIRONMENTS, this.#environment);
      const asking = authority.enlist(report).catch(() => TOO_LATE);
      const answer = await orTooLate(asking, PROPAGATION.callDeadlineMs);
      if (typeof answer === "string") {
        relay.contactFailed(Date.now());
        return;
      }
      if (!relay.contacted(answer, report.revision, sentAtMs)) return;
    }
  }
}
