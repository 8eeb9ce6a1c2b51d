import { createKvSnapshotReader } from "../../src/adapters/kv/snapshot-store.ts";
import type { SnapshotReader } from "../../src/core/authority/snapshot-port.ts";
import type { EventQueue } from "../../src/core/events/event-queue.ts";
import type { EdgeEnv } from "./edge-env.ts";
import type { HomeRegion } from "./home-region.ts";
import type { FreshnessSource, StreamIo } from "./ports.ts";
import { relayFreshness } from "./relay-freshness.ts";
import { relayStreams, type StreamSource } from "./relay-socket.ts";

/** Just what is used of the platform's `ExecutionContext`. */
export type EdgeContext = Pick<ExecutionContext, "waitUntil">;

/** What is there before the first request, and for all of them. */
export interface IoSources {
  readonly home: HomeRegion;
  readonly queueOf: (env: EdgeEnv) => EventQueue;
}

/**
 * What one request reaches out of the isolate. Each way is made when it is gone, which most
 * requests do none of: they are answered from memory.
 */
export class RequestIo implements StreamIo {
  readonly #request: Request;
  readonly #env: EdgeEnv;
  readonly #context: EdgeContext;
  readonly #sources: IoSources;

  constructor(request: Request, env: EdgeEnv, context: EdgeContext, sources: IoSources) {
    this.#request = request;
    this.#env = env;
    this.#context = context;
    this.#sources = sources;
  }

  get freshness(): FreshnessSource {
    return relayFreshness(this.#env, this.#sources.home, this.#request);
  }

  get streams(): StreamSource {
    return relayStreams(this.#env, () => this.#sources.home.seenFrom(this.#request));
  }

  get snapshots(): SnapshotReader {
    return createKvSnapshotReader(this.#env.CONFIG);
  }

  get events(): EventQueue {
    return this.#sources.queueOf(this.#env);
  }

  get publicOrigin(): string | undefined {
    return this.#env.PUBLIC_ORIGIN;
  }

  waitUntil(work: Promise<unknown>): void {
    this.#context.waitUntil(work);
  }
}
