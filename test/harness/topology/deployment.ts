import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WebSocket as Socket } from "miniflare";
import { createTestHarness } from "wrangler";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { type Answer, answerOf } from "../answer.ts";
import { ADMIN_TOKEN, AUTH_SECRET } from "../test-secrets.ts";

export interface Topology {
  readonly name: string;
  /** Configuration of the Worker that evaluates. */
  readonly edge: string;
  /** Configuration of the Worker that has the management API. */
  readonly control: string;
  readonly others: readonly string[];
}

/** The ways in which Switchyard is deployed. */
export const TOPOLOGIES: readonly Topology[] = [
  { name: "all in one", edge: "wrangler.toml", control: "wrangler.toml", others: [] },
  {
    name: "split",
    edge: "workers/edge/wrangler.toml",
    control: "workers/control/wrangler.toml",
    others: ["workers/state/wrangler.toml"],
  },
];

/** A running deployment: where applications ask, and where people change things. */
export interface Deployment {
  /** A request to the Worker that evaluates. */
  edge(method: string, path: string, init?: RequestOptions): Promise<Answer>;
  /** The answer as it comes, also where it is no JSON or never ends. */
  ask(at: "edge" | "control", path: string, init: AskInit): Promise<Response>;
  /** A WebSocket at the Worker that evaluates, not yet accepted. */
  socket(path: string, headers: Readonly<Record<string, string>>): Promise<Socket>;
  /** A request to the Worker with the management API, as the admin unless told otherwise. */
  control(method: string, path: string, init?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AskInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export async function deploy({ edge, control, others }: Topology): Promise<Deployment> {
  const configs = [...new Set([edge, control, ...others])];
  const harness = createTestHarness({
    root: ROOT,
    workers: configs.map((configPath) => ({ configPath, secrets: { ADMIN_TOKEN, AUTH_SECRET } })),
  });
  await harness.listen();
  await harness.getWorker(nameIn(control)).applyD1Migrations("DB");

  const send =
    (config: string, always: Readonly<Record<string, string>>) =>
    async (method: string, path: string, { body, headers }: RequestOptions = {}) => {
      const response = await harness.getWorker(nameIn(config)).fetch(path, {
        method,
        headers: { "content-type": "application/json", ...always, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answerOf(response);
    };
  const workers = { edge, control };
  return {
    async ask(at, path, init) {
      // Miniflare's type of the same thing.
      const sent: any = { redirect: "manual", ...init };
      const answer: any = await harness.getWorker(nameIn(workers[at])).fetch(path, sent);
      return answer;
    },
    edge: send(edge, {}),
    control: send(control, { authorization: `Bearer ${ADMIN_TOKEN}` }),
    async socket(path, headers) {
      const upgrade = { upgrade: "websocket", ...headers };
      const { status, webSocket } = await harness
        .getWorker(nameIn(edge))
        .fetch(path, { headers: upgrade });
      if (webSocket === null) throw new Error(`no socket: ${status}`);
      return webSocket;
    },
    close: () => harness.close(),
  };
}

const nameIn = (config: string): string =>
  /^name\s*=\s*"([^"]+)"/m.exec(readFileSync(join(ROOT, config), "utf8"))![1]!;
