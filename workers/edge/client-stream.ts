import type { EvaluationContext } from "../../src/core/evaluation/context.ts";
import type { Ruleset } from "../../src/core/evaluation/ruleset.ts";
import type { OfrepError } from "../../src/core/ofrep/error-body.ts";
import { readContextFrame } from "../../src/core/streaming/context-frame.ts";
import { CLOSE, type ClientFrame, PING, PONG } from "../../src/core/streaming/frames.ts";
import { STREAMING } from "../../src/core/streaming/settings.ts";
import { type AnswerTable, valuesFrame } from "../../src/core/streaming/values-frame.ts";
import { generalError } from "./edge-reply.ts";
import type { Clock } from "./ports.ts";
import { RelayLink } from "./relay-link.ts";

export interface ClientStreamDeps {
  readonly clock: Clock;
  /** In `[0, 1)`. */
  readonly random: () => number;
  /** Opens a `notify` socket at a relay nearby, for a reader that knows of `since`. */
  readonly open: (since: number) => Promise<WebSocket>;
  /**
   * The newest ruleset, of the given revision or a later one if that can be had; `undefined`: none
   * just now; `null`: the key of this stream is not good any more.
   */
  readonly look: (revision: number) => Promise<Ruleset | undefined | null>;
  /** What the key's holder gets for a context, who was sent what was so before; `null`: nothing. */
  readonly evaluate: (
    ruleset: Ruleset,
    context: EvaluationContext,
    before: AnswerTable | null,
  ) => AnswerTable;
  /** To be told of a bug, which ends the stream. */
  readonly crashed: (error: unknown) => void;
}

/** Evaluations of one stream are so far apart; what comes between is answered together. */
const PAUSE_MS = 250;
/** A revision that cannot be had yet is looked for again after `PAUSE_MS`, and so on up to this. */
const LONGEST_PAUSE_MS = 2_000;
/** Frames beyond this are no use of a stream. Pings count. */
const MOST_FRAMES_A_MINUTE = 600;
/** Also how long the first context may take. */
const WATCH_EVERY_MS = 20_000;

/**
 * Sends one client the flags that it may see, for the context that it names, and from then on each
 * change of them. The client's socket and that of its relay end together.
 */
export class ClientStream {
  readonly #deps: ClientStreamDeps;
  readonly #socket: WebSocket;
  readonly #link: RelayLink;
  #context: EvaluationContext | undefined;
  /** How many contexts have come, and of how many of them the values were sent. */
  #asked = 0;
  #answered = 0;
  /** The newest revision that a relay told of, and that which was evaluated. */
  #newest: number;
  #evaluated: number;
  #sent: AnswerTable | null = null;
  #isBusy = false;
  /** How often in a row what was told of could not be had. */
  #misses = 0;
  #isOpen = true;
  #minute = 0;
  #frames = 0;

  /**
   * @param since the newest revision that the client has seen: it is sent nothing older.
   * @param revision that of the ruleset in which the key was found.
   */
  constructor(socket: WebSocket, since: number, revision: number, deps: ClientStreamDeps) {
    this.#deps = deps;
    this.#socket = socket;
    this.#newest = Math.max(since, revision);
    this.#evaluated = since;
    this.#link = new RelayLink({
      ...deps,
      open: () => deps.open(this.#newest),
      changed: (next, spreadMs) => void this.#told(next, deps.random() * spreadMs),
    });
  }

  /** Done when the stream has ended. */
  async run(): Promise<void> {
    const socket = this.#socket;
    socket.addEventListener("message", ({ data }) => this.#received(data));
    socket.addEventListener("close", () => this.#ended());
    socket.addEventListener("error", () => this.#ended());
    socket.accept();
    void this.#watch().catch(this.#deps.crashed);
    const end = await this.#link.keep();
    if (end === "unauthorized") this.#expel();
    else this.#sendAway();
  }

  #received(data: string | ArrayBuffer | Blob): void {
    if (!this.#isOpen) return;
    if (this.#isTooFast()) return this.#refuse(TOO_FAST);
    if (data === PING) return this.#socket.send(PONG);
    const context = readContextFrame(typeof data === "string" ? data : "");
    if (!context.ok) return this.#refuse(context.error);
    this.#context = context.value;
    this.#asked += 1;
    void this.#update();
  }

  async #told(revision: number, waitMs: number): Promise<void> {
    if (waitMs > 0) await this.#deps.clock.startTimer(waitMs).done;
    this.#newest = Math.max(this.#newest, revision);
    this.#misses = 0;
    await this.#update();
  }

  /** Evaluates and sends until there is nothing to do; one at a time. */
  async #update(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#context !== undefined && this.#isBehind()) {
        this.#misses = (await this.#evaluate()) ? 0 : this.#misses + 1;
        const pauseMs = PAUSE_MS * 2 ** Math.max(0, this.#misses - 1);
        await this.#deps.clock.startTimer(Math.min(LONGEST_PAUSE_MS, pauseMs)).done;
      }
    } catch (error) {
      this.#deps.crashed(error);
      this.#sendAway();
    }
    this.#isBusy = false;
  }

  #isBehind(): boolean {
    return this.#isOpen && (this.#answered < this.#asked || this.#evaluated < this.#newest);
  }

  /** False: what was told of cannot be had yet. */
  async #evaluate(): Promise<boolean> {
    const newest = this.#newest;
    const ruleset = await this.#deps.look(newest);
    if (ruleset === null) this.#expel();
    if (!this.#isOpen || this.#context === undefined || ruleset === null) return true;
    const isAsked = this.#answered < this.#asked;
    if (ruleset === undefined || ruleset.revision < this.#evaluated) {
      if (isAsked) this.#send({ type: "error", ...NOT_NOW });
      return false;
    }
    const values = this.#deps.evaluate(ruleset, this.#context, this.#sent);
    const frame = valuesFrame(ruleset.revision, this.#sent, values, isAsked);
    this.#sent = values;
    this.#evaluated = ruleset.revision;
    this.#answered = this.#asked;
    if (frame !== null) this.#socket.send(frame);
    return ruleset.revision >= newest;
  }

  #isTooFast(): boolean {
    const minute = Math.floor(this.#deps.clock.now() / 60_000);
    if (minute !== this.#minute) this.#frames = 0;
    this.#minute = minute;
    this.#frames += 1;
    return this.#frames > MOST_FRAMES_A_MINUTE;
  }

  /** Finds out whether the relay is still there; a stream that nobody uses is ended. */
  async #watch(): Promise<void> {
    for (;;) {
      await this.#deps.clock.startTimer(WATCH_EVERY_MS).done;
      if (!this.#isOpen) return;
      if (this.#asked === 0) this.#refuse(NO_CONTEXT);
      else this.#link.check();
    }
  }

  /** What makes no sense ends the stream; a context that is wrong can be mended. */
  #refuse(error: OfrepError): void {
    this.#send({ type: "error", ...error });
    if (error.errorCode !== "INVALID_CONTEXT") this.#close(CLOSE.unreadable);
  }

  #expel(): void {
    this.#close(CLOSE.unauthorized);
  }

  #sendAway(): void {
    this.#send({ type: "reconnect", withinMs: STREAMING.returnWithinMs });
    this.#close(CLOSE.restart);
  }

  #send(frame: ClientFrame): void {
    if (this.#isOpen) this.#socket.send(JSON.stringify(frame));
  }

  #close(code: number): void {
    if (this.#isOpen) this.#socket.close(code);
    this.#ended();
  }

  #ended(): void {
    this.#isOpen = false;
    this.#link.close();
  }
}

const NOT_NOW = generalError(
  "The environment's configuration cannot be reached just now. The values follow when it can.",
);
const NO_CONTEXT = generalError(
  'No context came. Send a text like {"type":"context","context":{"targetingKey":"user-1"}} first.',
);
const TOO_FAST = generalError(
  `More than ${MOST_FRAMES_A_MINUTE} frames came in a minute. Send a context only when it has changed.`,
);
