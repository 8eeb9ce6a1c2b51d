import { expect } from "vitest";
import { compileRe2 } from "../../../src/adapters/patterns/re2.ts";
import type { StreamingClientOptions } from "../../../src/sdk/core/options.ts";
import {
  createStreamingClient,
  type StreamingClient,
} from "../../../src/sdk/core/streaming-client.ts";
import type { Management } from "../crash/management.ts";

const PLACE = "/api/v1/projects/streams/environments/prod";

/** An environment with the flag `counted`, whose answer for everyone counts its changes. */
export class StreamedEnvironment {
  #send: Management;
  #count = 0;

  constructor(send: Management) {
    this.#send = send;
  }

  /** Answers with a server key and its id. */
  async create(): Promise<{ readonly sdkKey: string; readonly keyId: string }> {
    await this.#ask("POST", "/api/v1/projects", { key: "streams" });
    await this.#ask("POST", "/api/v1/projects/streams/environments", { key: "prod" });
    await this.#ask("POST", "/api/v1/projects/streams/flags", {
      key: "counted",
      type: "integer",
      createIn: ["prod"],
      base: {
        variations: [
          { key: "now", value: 0 },
          { key: "never", value: -1 },
        ],
        enabled: true,
        default: { variation: "now" },
      },
    });
    return this.issueKey();
  }

  async issueKey(): Promise<{ readonly sdkKey: string; readonly keyId: string }> {
    const body = await this.#ask("POST", `${PLACE}/keys`, { kind: "server", name: "streams" });
    return { sdkKey: String(body.secret), keyId: String(body.id) };
  }

  async revokeKey(keyId: string): Promise<void> {
    await this.#ask("POST", `${PLACE}/keys/${keyId}/revoke`, { reason: "It was in a log." });
  }

  /** Raises the flag's value by one; answers with the revision that has it. */
  async count(): Promise<{ readonly revision: number; readonly value: number }> {
    this.#count += 1;
    const body = await this.#ask(
      "PATCH",
      `${PLACE}/flags/counted`,
      {
        variations: [
          { key: "now", value: this.#count },
          { key: "never", value: -1 },
        ],
      },
      { "if-match": "*" },
    );
    return { revision: body.revision, value: this.#count };
  }

  async kill(): Promise<number> {
    const kill = { variation: "never", reason: "It counts too fast." };
    return (await this.#ask("POST", `${PLACE}/flags/counted/kill`, kill)).revision;
  }

  async unkill(): Promise<number> {
    const calm = { reason: "It counts well again." };
    return (await this.#ask("POST", `${PLACE}/flags/counted/unkill`, calm)).revision;
  }

  /** The runtime is at another address now. */
  movedTo(send: Management): void {
    this.#send = send;
  }

  async #ask(method: string, path: string, body: object, headers = {}): Promise<any> {
    const answer = await this.#send(method, path, body, headers);
    expect(answer, `${method} ${path}`).not.toBeNull();
    expect(answer!.status, JSON.stringify(answer!.body)).toBeLessThan(300);
    return answer!.body;
  }
}

/** What `counted` is for a client. */
export function counted(client: StreamingClient): unknown {
  const answer = client.evaluate("counted", { targetingKey: "user-1" });
  return answer.kind === "served" ? answer.value : answer.kind;
}

/** A client that comes back quickly, so that tests need not wait. */
export function impatientClient(
  options: Pick<StreamingClientOptions, "baseUrl" | "sdkKey"> & Partial<StreamingClientOptions>,
): StreamingClient {
  return createStreamingClient({
    compilePattern: compileRe2,
    backoff: { baseMs: 50, mostMs: 500 },
    connection: { returnWithinMs: 100 },
    ...options,
  });
}
