import { DurableObject } from "cloudflare:workers";
import { verifyEd25519 } from "../src/adapters/crypto/ed25519.ts";
import { createKvSnapshotWriter } from "../src/adapters/kv/snapshot-store.ts";
import { compileRe2 } from "../src/adapters/patterns/re2.ts";
import { Authority } from "../src/core/authority/authority.ts";
import type { AuthorityApi } from "../src/core/authority/authority-api.ts";
import type { BreakGlassApi, SealedCommand } from "../src/core/authority/break-glass.ts";
import type { Command, CommandEnvelope } from "../src/core/authority/command.ts";
import {
  delivered,
  failed,
  nextDueMs,
  type OutboxRow,
  started,
} from "../src/core/authority/outbox.ts";
import type { ObjectNamespace } from "../src/core/object-namespace.ts";
import { FanOut } from "../src/core/propagation/fan-out.ts";
import type { EnlistingApi, RelayReport } from "../src/core/propagation/messages.ts";
import { propagationOf } from "../src/core/propagation/propagation.ts";
import { PROPAGATION } from "../src/core/propagation/settings.ts";
import { isUrgent, type Publishing, publishingOf } from "../src/core/propagation/urgency.ts";
import { err, ok } from "../src/core/result.ts";
import { ChangeSender } from "./change-sender.ts";
import { orTooLate, TOO_LATE } from "./deadline.ts";
import { EnvironmentSigner } from "./environment-signer.ts";
import { EnvironmentStore } from "./environment-store.ts";
import { SqlFanOutStore } from "./fan-out-store.ts";
import { LogVerification } from "./log-verification.ts";
import { SigningSecrets } from "./signing-secrets.ts";
import { SqlStageStore } from "./stage-store.ts";
import type { SyncSql } from "./sync-sql.ts";

/** KV answers within a second or two; who has not by then is asked again later. */
const DELIVERY_DEADLINE_MS = 10_000;

/** The bindings that the object needs, in whichever Worker it is deployed. */
export interface StateEnv {
  readonly CONFIG: KVNamespace;
  readonly RELAYS: ObjectNamespace;
}

/**
 * The authority of one environment, `getByName(environmentId)`: owns its documents, their
 * versions, the log and the outbox. What it decides is in `src/core/authority`; this binds that
 * to storage, clock, alarm and KV. An object that was never initialised writes nothing.
 */
export class EnvironmentObject
  extends DurableObject<StateEnv>
  implements AuthorityApi, BreakGlassApi, EnlistingApi
{
  readonly #store: EnvironmentStore;
  readonly #authority: Authority;
  readonly #verification: LogVerification;
  readonly #signer: EnvironmentSigner;
  readonly #relays: SqlFanOutStore;
  readonly #stages: SqlStageStore;
  readonly #fanOut: FanOut;
  readonly #sender: ChangeSender;
  /** When the alarm is known to ring, to spare a write when a burst asks for the same moment. */
  #alarmAtMs: number | null = null;

  constructor(ctx: DurableObjectState, env: StateEnv) {
    super(ctx, env);
    const sql: SyncSql = {
      exec: (statement, ...parameters) => ctx.storage.sql.exec(statement, ...parameters),
      transaction: (work) => ctx.storage.transactionSync(work),
    };
    this.#store = new EnvironmentStore(sql);
    this.#authority = new Authority({ store: this.#store, compilePattern: compileRe2 });
    this.#verification = new LogVerification(this.#authority);
    this.#signer = new EnvironmentSigner({
      authority: this.#authority,
      secrets: new SigningSecrets(sql),
      changed: () => this.#sendOut("along", false),
    });
    this.#relays = new SqlFanOutStore(sql);
    this.#stages = new SqlStageStore(sql);
    this.#fanOut = new FanOut({
      store: this.#relays,
      stages: this.#stages,
      source: this.#authority,
      settings: PROPAGATION,
      random: Math.random,
    });
    this.#sender = new ChangeSender({
      fanOut: this.#fanOut,
      seal: (advance) => this.#signer.sealed(advance),
      relays: () => this.env.RELAYS,
      waitUntil: (work) => ctx.waitUntil(work),
      changed: () => this.#scheduleAlarm(),
    });
    // The row is the promise and the alarm only keeps it: a lost alarm is set again.
    this.#scheduleAlarm();
  }

  async apply(envelope: CommandEnvelope): ReturnType<AuthorityApi["apply"]> {
    if (!this.#isNamedAs(envelope.command)) {
      return err({ kind: "initialized-differently", field: "environmentId" });
    }
    const answer = needsKey(envelope.command)
      ? await this.#signer.applyWithKey(envelope)
      : this.#authority.apply(envelope, Date.now());
    if (answer.ok && answer.value.changed) {
      this.#sendOut(publishingOf(envelope.command), isUrgent(envelope.command));
    }
    return answer;
  }

  async breakGlass(
    sealed: SealedCommand,
    requestId: string,
  ): ReturnType<BreakGlassApi["breakGlass"]> {
    const opened = this.#authority.openBreakGlass(sealed, Date.now());
    if (!opened.ok) return opened;
    const isSigned = await verifyEd25519(opened.value.check);
    const checked = { isSigned, requestId };
    const answer = this.#authority.applyBreakGlass(sealed, checked, Date.now());
    if (answer.ok && answer.value.changed) this.#sendOut("at-once", true);
    return answer;
  }

  async enlist(report: RelayReport): ReturnType<EnlistingApi["enlist"]> {
    const lacking = this.#fanOut.enlist(report, Date.now());
    // What it says may be what others have waited for.
    this.#sender.send(false);
    this.#scheduleAlarm();
    return this.#signer.sealed(lacking);
  }

  async changesSince(since: number | null): ReturnType<AuthorityApi["changesSince"]> {
    return this.#signer.sealed(this.#authority.changesSince(since));
  }

  async released(): ReturnType<EnlistingApi["released"]> {
    return this.#signer.sealed(this.#authority.changesSince(null, this.#fanOut.released));
  }

  async snapshotAt(
    ...[at]: Parameters<AuthorityApi["snapshotAt"]>
  ): ReturnType<AuthorityApi["snapshotAt"]> {
    return this.#authority.snapshotAt(at);
  }

  async flag(key: string, atRevision: number | null): ReturnType<AuthorityApi["flag"]> {
    return this.#authority.flag(key, atRevision);
  }

  async flags(...[page]: Parameters<AuthorityApi["flags"]>): ReturnType<AuthorityApi["flags"]> {
    return this.#authority.flags(page);
  }

  async segment(key: string, atRevision: number | null): ReturnType<AuthorityApi["segment"]> {
    return this.#authority.segment(key, atRevision);
  }

  async segments(
    ...[page]: Parameters<AuthorityApi["segments"]>
  ): ReturnType<AuthorityApi["segments"]> {
    return this.#authority.segments(page);
  }

  async key(id: string): ReturnType<AuthorityApi["key"]> {
    return this.#authority.key(id);
  }

  async keys(...[page]: Parameters<AuthorityApi["keys"]>): ReturnType<AuthorityApi["keys"]> {
    return this.#authority.keys(page);
  }

  async breakGlassKey(id: string): ReturnType<AuthorityApi["breakGlassKey"]> {
    return this.#authority.breakGlassKey(id);
  }

  async breakGlassKeys(
    ...[page]: Parameters<AuthorityApi["breakGlassKeys"]>
  ): ReturnType<AuthorityApi["breakGlassKeys"]> {
    return this.#authority.breakGlassKeys(page);
  }

  async signingKeys(): ReturnType<AuthorityApi["signingKeys"]> {
    return this.#authority.signingKeys();
  }

  async delivery(): ReturnType<AuthorityApi["delivery"]> {
    return this.#authority.delivery();
  }

  async log(...[query]: Parameters<AuthorityApi["log"]>): ReturnType<AuthorityApi["log"]> {
    return this.#authority.log(query);
  }

  async exportLog(
    ...[range]: Parameters<AuthorityApi["exportLog"]>
  ): ReturnType<AuthorityApi["exportLog"]> {
    return this.#authority.exportLog(range);
  }

  verifyChain(): ReturnType<AuthorityApi["verifyChain"]> {
    return this.#verification.run();
  }

  async propagation(revision: number): ReturnType<AuthorityApi["propagation"]> {
    const accepted = this.#authority.acceptedAt(revision);
    return accepted.ok ? ok(propagationOf(this.#relays, this.#stages, accepted.value)) : accepted;
  }

  async status(): ReturnType<AuthorityApi["status"]> {
    return this.#authority.status();
  }

  /** Delivers what is due. May run twice, early or for nothing: it goes by the rows. */
  override async alarm(): Promise<void> {
    this.#alarmAtMs = null;
    const nowMs = Date.now();
    this.#sender.send(false);
    for (const row of this.#deliverable()) {
      if (row.notBeforeMs <= nowMs) await this.#deliver(row, nowMs);
    }
    this.#scheduleAlarm();
  }

  /** An environment lives in the object of its name; the name is absent when reached by id. */
  #isNamedAs(command: Command): boolean {
    const { name } = this.ctx.id;
    if (command.kind !== "environment.initialize" || name === undefined) return true;
    return command.environmentId === name;
  }

  /** Deliveries that are not done yet, of what everybody may have. */
  #deliverable(): readonly OutboxRow[] {
    const { released } = this.#fanOut;
    return this.#authority
      .pending()
      .filter(({ deliveredRevision }) => deliveredRevision < released);
  }

  /**
   * Publishes the newest snapshot that everybody may have. The object is its environment's only writer and publishes only
   * what it holds, so no revision is replaced by a lower one, but by a write that comes too late.
   */
  async #deliver(row: OutboxRow, nowMs: number): Promise<void> {
    const newest = this.#authority.changesSince(null, this.#fanOut.released);
    if (newest.kind !== "snapshot") return;
    const { snapshot, claim } = newest;
    this.#store.putOutbox(started(row, nowMs));
    const writing = this.#signer
      .seal(claim)
      .then((seal) => createKvSnapshotWriter(this.env.CONFIG).write(snapshot, seal))
      .then(
        () => null,
        (reason: unknown) => String(reason),
      );
    const error = await orTooLate(writing, DELIVERY_DEADLINE_MS);
    if (error === TOO_LATE) void writing.then((late) => this.#landed(row, snapshot.revision, late));
    // Read again: commands may have asked for a newer revision meanwhile.
    const present = this.#store.outbox().find(({ topic }) => topic === row.topic) ?? row;
    this.#store.putOutbox(
      error === null
        ? delivered(present, snapshot.revision)
        : failed(present, Date.now(), error, Math.random()),
    );
  }

  /**
   * A write that was given up on has ended after all. It may have landed on a newer one, so what
   * KV has now is what it brought, and anything newer is to be published again.
   */
  #landed({ topic }: OutboxRow, revision: number, error: string | null): void {
    const present = this.#store.outbox().find((row) => row.topic === topic);
    if (error !== null || present === undefined) return;
    this.#store.putOutbox({ ...delivered(present, revision), deliveredRevision: revision });
    this.#scheduleAlarm();
  }

  /** A change was accepted: it is under way to the relays before the answer leaves. */
  #sendOut(publishing: Publishing, isUrgentChange: boolean): void {
    this.#fanOut.accepted(publishing, Date.now());
    this.#sender.send(isUrgentChange);
    this.#scheduleAlarm();
  }

  /**
   * Sets the alarm for the first delivery that is due. Called in the same turn as the transaction
   * that asked for it, so that storage makes both durable together.
   */
  #scheduleAlarm(): void {
    const moments = [nextDueMs(this.#deliverable()), this.#fanOut.nextDueMs()];
    const due = moments.filter((moment) => moment !== null);
    const dueMs = due.length === 0 ? null : Math.min(...due);
    if (dueMs === null || dueMs === this.#alarmAtMs) return;
    this.#alarmAtMs = dueMs;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(dueMs));
  }
}

/** These make a signing key, which takes longer than a transaction may. */
function needsKey({ kind }: Command): boolean {
  return kind === "environment.initialize" || kind === "signing-key.rotate";
}
