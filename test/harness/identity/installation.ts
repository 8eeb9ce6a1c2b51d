import { createTestHarness } from "wrangler";
import { ROOT } from "../../../scripts/lib/paths.ts";

const ADMIN_TOKEN = "harness-admin-token-of-at-least-32-characters";

/** A running installation that people reach at `origin`. */
export interface Installation {
  readonly origin: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** A call of the management API, as the admin. */
  admin(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly body: any }>;
  close(): Promise<void>;
}

/** `variables`: beyond the secrets that every installation has. */
export async function install(variables: Readonly<Record<string, string>>): Promise<Installation> {
  const origin = "https://flags.example";
  const secrets = {
    ADMIN_TOKEN,
    AUTH_SECRET: "harness-auth-secret-of-at-least-32-characters",
    ...variables,
  };
  const harness = createTestHarness({
    root: ROOT,
    workers: [{ configPath: "wrangler.toml", secrets }],
  });
  await harness.listen();
  const worker = harness.getWorker("switchyard");
  await worker.applyD1Migrations("DB");
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    const answer = await worker.fetch(url, { redirect: "manual", ...init } as any);
    return answer as unknown as Response;
  };
  return {
    origin,
    fetch: send,
    async admin(method, path, body, headers = {}) {
      const response = await send(`${origin}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${ADMIN_TOKEN}`,
          "content-type": "application/json",
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: new Headers([...response.headers]),
        body: text === "" ? undefined : JSON.parse(text),
      };
    },
    close: () => harness.close(),
  };
}
