import { epochMs } from "../../core/brand.ts";
import { evaluateFlag } from "../../core/evaluation/evaluate.ts";
import type { EvaluationContext } from "../../core/evaluation/context.ts";
import type { Evaluation } from "../../core/evaluation/evaluation.ts";
import { parseSdkKey } from "../../core/keys/sdk-key.ts";
import { invariant } from "../../core/result.ts";
import type { ClientStatus } from "./client-status.ts";
import { type StreamingClientOptions, setupOf } from "./options.ts";
import { Synchronizer } from "./synchronizer.ts";

/** Nothing has been received yet, and nothing was kept: callers use their own default. */
export interface NotReady {
  readonly kind: "not-ready";
  readonly flag: string;
}

export interface StreamingClient {
  readonly status: ClientStatus;
  /** What is evaluated with; `null`: nothing yet. */
  readonly revision: number | null;
  /** Decides a flag here, without asking anyone, as the server would. Never throws. */
  evaluate(flagKey: string, context: EvaluationContext): Evaluation | NotReady;
  /**
   * Resolves with the status once it is `READY` or will not become so by waiting: `FATAL`, closed,
   * or `STALE` with what was kept, because the server cannot be reached. With the status of that
   * moment after `timeoutMs`. Never rejects.
   */
  waitUntilReady(timeoutMs: number): Promise<ClientStatus>;
  /** Ends the connection and every timer. Flags are evaluated with what is held, for ever. */
  close(): void;
}

/**
 * Holds an environment's flags, keeps them up to date over a stream, or by asking where there can
 * be none, and evaluates them. Throws when the key is not a server key or the address is no URL.
 */
export function createStreamingClient(options: StreamingClientOptions): StreamingClient {
  const key = parseSdkKey(options.sdkKey);
  invariant(key.ok && key.value.kind === "server", "sdkKey must be a whole server key");
  invariant(URL.canParse(options.baseUrl), `baseUrl is no URL: ${options.baseUrl}`);
  const setup = setupOf(options);
  const synchronizer = new Synchronizer(key.value.environmentId, setup);
  void synchronizer.start();
  return {
    get status() {
      return synchronizer.status;
    },
    get revision() {
      return synchronizer.ruleset?.revision ?? null;
    },
    evaluate: (flag, context) => {
      const { ruleset } = synchronizer;
      if (ruleset === undefined) return { kind: "not-ready", flag };
      return evaluateFlag(ruleset, flag, context, { now: epochMs(setup.clock.now()) });
    },
    waitUntilReady: (timeoutMs) => synchronizer.whenSettled(timeoutMs),
    close: () => synchronizer.close(),
  };
}
