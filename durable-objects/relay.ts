import { DurableObject } from "cloudflare:workers";
import { verifyEd25519 } from "../src/adapters/crypto/ed25519.ts";
import { compileRe2 } from "../src/adapters/patterns/re2.ts";
import type { ChangesSince } from "../src/core/authority/authority-api.ts";
import { objectNamed, type ObjectNamespace } from "../src/core/object-namespace.ts";
import type { Arrival } from "../src/core/propagation/arrival.ts";
import type { HeldState } from "../src/core/propagation/held-state.ts";
import type {
  Advance,
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
import { trialOf } from "../src/core/propagation/trial.ts";
import type { Result } from "../src/core/result.ts";
import { concludeSealCheck, type SealProblem } from "../src/core/signing/check-seal.ts";
import { CLOSE } from "../src/core/streaming/frames.ts";
import { STREAMING } from "../src/core/streaming/settings.ts";
import { parseSocketUrl } from "../src/core/streaming/socket-request.ts";
import { endedKeys, keyStanding } from "../src/core/streaming/stream-keys.ts";
import { orTooLate, TOO_LATE } from "./deadline.ts";
import { notNow, RelaySockets } from "./relay-sockets.ts";
import { SqlRelayStore } from "./relay-store.ts";

/** How often a relay reports in one go, while it finds that it holds something else by then. */
const MOST_REPORTS = 3;
const NOTHING: RelayAnswer = { kind: "nothing" };

/** The bindings that the object needs, in whichever Worker it is deployed. */
export interface RelayEnv {
  readonly ENVIRONMENTS: ObjectNamespace;
  readonly RELAYS: ObjectNamespace;
  /** The most sockets of one relay, if not `STREAMING.mostSockets`. */
  readonly RELAY_SOCKETS?: string;
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
  readonly #sockets: RelaySockets;
  #contacting: Promise<void> | null = null;

  constructor(ctx: DurableObjectState, env: RelayEnv) {
    super(ctx, env);
    const named = parseRelayObjectName(ctx.id.name ?? "");
    this.#environment = named?.environmentId ?? "";
    this.#sockets = new RelaySockets(ctx, STREAMING);
    const store = new SqlRelayStore({
      exec: (statement, ...parameters) => ctx.storage.sql.exec(statement, ...parameters),
      transaction: (work) => ctx.storage.transactionSync(work),
    });
    const relay = named === null ? null : new Relay({ ...named, store, settings: PROPAGATION });
    this.#relay = relay;
    const stored = relay?.stored() ?? null;
    if (relay === null || stored === null) return;
    // Nobody is answered with it before its seal is known to be right.
    void ctx.blockConcurrencyWhile(() => this.#take(stored, (...of) => relay.take(...of)));
  }

  async deliver(delivery: Delivery): Promise<readonly RelayReport[]> {
    if (this.#relay === null) return [];
    const relay = this.#relay;
    const others = delivery.forward.map((branch) => this.#forward(delivery, branch));
    const refused = delivery.isTrial === true ? await refusalOf(relay, delivery.advance) : null;
    if (refused !== null) return [{ ...this.#report(relay), refused }];
    const isTaken = await this.#receive(relay, delivery.advance);
    const own = this.#report(relay);
    if (!isTaken) this.ctx.waitUntil(this.#contact(relay));
    return [own, ...(await Promise.all(others)).flat()];
  }

  async changesSince(since: number | null): Promise<RelayAnswer> {
    const relay = this.#relay;
    if (relay === null) return NOTHING;
    const { contactDeadlineMs, firstContactDeadlineMs } = PROPAGATION;
    await this.#catchUp(relay, since, since === null ? firstContactDeadlineMs : contactDeadlineMs);
    return relay.answer(since, Date.now());
  }

  /** Opens a socket. Who asks, the edge has found out; that the key holds still, is seen here. */
  override async fetch(request: Request): Promise<Response> {
    const relay = this.#relay;
    const asked = parseSocketUrl(request.url);
    if (relay === null || asked === null) return new Response(null, { status: 400 });
    const { firstContactDeadlineMs } = PROPAGATION;
    await this.#catchUp(relay, asked.since, firstContactDeadlineMs);
    const isIssued = (held: HeldState) => keyStanding(held, asked.keyId, Date.now()) !== "unknown";
    if (relay.held !== null && !isIssued(relay.held)) {
      // The edge knows the key, and so is ahead.
      await this.#catchUp(relay, relay.held.head.revision + 1, firstContactDeadlineMs);
    }
    if (relay.held === null) return notNow();
    const most = Number(this.env.RELAY_SOCKETS) || STREAMING.mostSockets;
    await this.#sockets.schedule(relay.held, Date.now(), true);
    return this.#sockets.open(relay.held, asked, { nowMs: Date.now(), most });
  }

  /** Closes the sockets of keys that have expired, and asks the authority for what was missed. */
  override async alarm(): Promise<void> {
    const relay = this.#relay;
    this.#sockets.rang();
    if (relay === null) return;
    // What has expired waits for nobody: the authority may be slow, or cut off.
    this.#endExpired(relay.held);
    await this.#contact(relay);
    if (relay.held === null) return;
    this.#endExpired(relay.held);
    await this.#sockets.schedule(relay.held, Date.now());
  }

  #endExpired(held: HeldState | null): void {
    if (held !== null) this.#sockets.end(endedKeys(held, held, Date.now()));
  }

  /** Readers have nothing to say; what they ping with is answered without coming here. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(CLOSE.unreadable, "Nothing is read from this stream but pings.");
  }

  /** Sockets that can sleep are closed by both sides; the platform does not answer by itself. */
  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  /** Does what the reader at `since` makes necessary, and waits for it when it must. */
  async #catchUp(relay: Relay, since: number | null, deadlineMs: number): Promise<void> {
    const need = relay.contactNeed(since, Date.now());
    if (need === "none") return;
    const contact = this.#contact(relay);
    this.ctx.waitUntil(contact);
    if (need === "first") await orTooLate(contact, deadlineMs);
  }

  /** False when its seal is wrong: what is held stays. */
  async #receive(relay: Relay, changes: ChangesSince): Promise<boolean> {
    return await this.#takeNewer(relay, relay.examine(changes));
  }

  async #takeNewer(relay: Relay, arrival: ReturnType<Relay["examine"]>): Promise<boolean> {
    if (arrival === null) return true;
    return await this.#take(arrival, (...of) => this.#telling(relay, () => relay.take(...of)));
  }

  async #take(arrival: Result<Arrival, SealProblem>, take: Relay["take"]): Promise<boolean> {
    if (!arrival.ok) return false;
    const { value } = arrival;
    const isRight = await Promise.all(value.plan.checks.map(verifyEd25519));
    return take(value, isRight) === null;
  }

  /** Does what may bring the relay forward; if it does, all sockets are told before it goes on. */
  #telling<T>(relay: Relay, work: () => T): T {
    const before = relay.held;
    const result = work();
    const after = relay.held;
    if (after === null || after === before) return result;
    const nowMs = Date.now();
    // What the sockets that are there have been sent was lost with what was stored.
    if (before === null) this.#sockets.sendAway();
    else this.#sockets.advanced(before, after, nowMs);
    this.ctx.waitUntil(this.#sockets.schedule(after, nowMs));
    return result;
  }

  #report(relay: Relay): RelayReport {
    return relay.report(this.#sockets.reached(relay.revision));
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
      const isTaken = (await this.#receive(relay, answer)) || (await this.#takeAnew(relay));
      if (!isTaken) {
        relay.contactFailed(Date.now());
        return;
      }
      if (!relay.contacted(answer, report.revision, sentAtMs)) return;
    }
  }

  /** A step that cannot be believed is cured by everything from the beginning, if by anything. */
  async #takeAnew(relay: Relay): Promise<boolean> {
    const authority = objectNamed<EnlistingApi>(this.env.ENVIRONMENTS, this.#environment);
    const asking = authority.released().catch(() => TOO_LATE);
    const answer = await orTooLate(asking, PROPAGATION.callDeadlineMs);
    return typeof answer !== "string" && (await this.#takeNewer(relay, relay.examineAnew(answer)));
  }
}

/** Why what is to be tried cannot be used; `null`: it can. */
async function refusalOf(
  relay: Relay,
  advance: Advance,
): Promise<NonNullable<RelayReport["refused"]> | null> {
  const arrival = relay.examine(advance);
  if (arrival === null || !arrival.ok) return null;
  const { next, plan } = arrival.value;
  const isRight = await Promise.all(plan.checks.map(verifyEd25519));
  // What came with a wrong seal says nothing about what the authority has accepted.
  if (!concludeSealCheck(plan, isRight).ok) return null;
  const issue = trialOf(relay.held, next, { compilePattern: compileRe2 });
  return issue === null ? null : { revision: next.head.revision, issue };
}
