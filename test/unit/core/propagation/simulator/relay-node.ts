import type { ChangesSince } from "../../../../../src/core/authority/authority-api.ts";
import type {
  Advance,
  Branch,
  Delivery,
  RelayAnswer,
  RelayReport,
} from "../../../../../src/core/propagation/messages.ts";
import { Relay } from "../../../../../src/core/propagation/relay.ts";
import { type RelayAddress, relayKey } from "../../../../../src/core/propagation/relay-address.ts";
import { PROPAGATION } from "../../../../../src/core/propagation/settings.ts";
import { awake, contacted, receive } from "../../signing/fake-signatures.ts";
import { ID } from "../messages.ts";
import { RelayMemory } from "../stores-in-memory.ts";
import { POISON } from "./authority-node.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Network } from "./network.ts";
import type { AuthorityPeer, RelayPeer } from "./peers.ts";

/** How often a relay reports in one go, while it finds that it holds something else by then. */
const MOST_REPORTS = 3;

export interface RelayNodeDeps {
  readonly events: EventQueue;
  readonly network: Network;
  readonly authority: AuthorityPeer;
  readonly address: RelayAddress;
  readonly skewMs: number;
}

/** A relay object's part, on simulated time. */
export class RelayNode implements RelayPeer {
  readonly name: string;
  incarnation = 0;
  readonly memory = new RelayMemory();
  readonly #deps: RelayNodeDeps;
  relay: Relay;
  /** Those who wait for the contact that is under way; `null`: none is. */
  #waiting: (() => void)[] | null = null;

  constructor(deps: RelayNodeDeps) {
    this.#deps = deps;
    this.name = relayKey(deps.address);
    this.relay = this.#newRelay();
  }

  get revision(): number {
    return this.relay.revision ?? 0;
  }

  restart(): void {
    this.incarnation += 1;
    this.#waiting = null;
    this.relay = this.#newRelay();
  }

  deliver(
    { advance, forward, environmentId, isTrial }: Delivery,
    answer: (reports: readonly RelayReport[]) => void,
  ) {
    const refused = isTrial === true ? this.#refusalOf(advance) : null;
    if (refused !== null) {
      answer([{ ...this.relay.report(0), refused }]);
      return;
    }
    receive(this.relay, advance);
    const reports = [this.relay.report(0)];
    let open = forward.length;
    if (open === 0) answer(reports);
    const settled = (others: readonly RelayReport[]): void => {
      reports.push(...others);
      open -= 1;
      if (open === 0) answer(reports);
    };
    for (const branch of forward) {
      this.#forward(branch, { environmentId, advance, forward: branch.forward }, settled);
    }
  }

  /** Refuses flags that were poisoned since what it holds. */
  #refusalOf(advance: Advance): NonNullable<RelayReport["refused"]> | null {
    const arrival = this.relay.examine(advance);
    if (arrival === null || !arrival.ok) return null;
    const { next } = arrival.value;
    for (const [path, held] of next.documents) {
      const { kind, state } = held.change;
      const isPoison = kind === "flag" && state?.document.description === POISON;
      const before = this.relay.held?.documents.get(path)?.change.state?.version;
      if (!isPoison || before === state.version) continue;
      return { revision: next.head.revision, issue: { path, message: "poison" } };
    }
    return null;
  }

  #forward(
    branch: Branch,
    delivery: Delivery,
    settled: (reports: readonly RelayReport[]) => void,
  ): void {
    const { authority, network } = this.#deps;
    const to = authority.relays.get(relayKey(branch.to))!;
    let isSettled = false;
    const settle = (reports: readonly RelayReport[]): void => {
      if (isSettled) return;
      isSettled = true;
      settled(reports);
    };
    network.call<readonly RelayReport[]>({
      from: this,
      to,
      serve: (answer) => to.deliver(delivery, answer),
      deadlineMs: PROPAGATION.forwardDeadlineMs,
      answered: settle,
      missed: () => settle([]),
    });
  }

  changesSince(since: number | null, answer: (answer: RelayAnswer) => void): void {
    const { events } = this.#deps;
    const need = this.relay.contactNeed(since, this.#clock());
    const reply = (): void => answer(this.relay.answer(since, this.#clock()));
    if (need === "first") {
      let hasReplied = false;
      const once = (): void => {
        if (!hasReplied) reply();
        hasReplied = true;
      };
      this.#contact(once);
      const deadline = since === null ? "firstContactDeadlineMs" : "contactDeadlineMs";
      events.in(PROPAGATION[deadline], once);
      return;
    }
    if (need === "behind") this.#contact(() => {});
    reply();
  }

  #contact(done: () => void): void {
    if (this.#waiting !== null) {
      this.#waiting.push(done);
      return;
    }
    this.#waiting = [done];
    this.#report(MOST_REPORTS);
  }

  #report(left: number): void {
    const { authority, network } = this.#deps;
    const report = this.relay.report(0);
    const sentAtMs = this.#clock();
    network.call<ChangesSince>({
      from: this,
      to: authority,
      serve: (answer) => answer(authority.enlist(report)),
      deadlineMs: PROPAGATION.callDeadlineMs,
      answered: (changes) => {
        const isNew = contacted(this.relay, changes, report.revision, sentAtMs);
        if (isNew && left > 1) this.#report(left - 1);
        else this.#contactEnded();
      },
      missed: () => {
        this.relay.contactFailed(this.#clock());
        this.#contactEnded();
      },
    });
  }

  #contactEnded(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const done of waiting) done();
  }

  #newRelay(): Relay {
    const { address } = this.#deps;
    const store = this.memory;
    return awake(new Relay({ store, environmentId: ID, address, settings: PROPAGATION }));
  }

  #clock(): number {
    return this.#deps.events.nowMs + this.#deps.skewMs;
  }
}
