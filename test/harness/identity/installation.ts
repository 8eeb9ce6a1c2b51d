import { createTestHarness } from "wrangler";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { type Answer, answerOf } from "../answer.ts";
import { ADMIN_TOKEN, AUTH_SECRET } from "../test-secrets.ts";

/** A running installation that people reach at `origin`. */
export interface Installation {
  readonly origin: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** A call of the management API, as the admin unless the headers say otherwise. */
  admin(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** A call by a directory that has this token. */
  scim(token: string, method: string, path: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** `variables`: beyond the secrets that every installation has. */
export async function install(variables: Readonly<Record<string, string>>): Promise<Installation> {
  const origin = "https://flags.example";
  const secrets = {
    ADMIN_TOKEN,
    AUTH_SECRET,
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
  const call: Installation["admin"] = async (method, path, body, headers = {}) => {
    const response = await send(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answerOf(response);
  };
  return {
    origin,
    fetch: send,
    admin: call,
    scim: (token, method, path, body) =>
      call(method, `/scim/v2${path}`, body, {
        authorization: `Bearer ${token}`,
        "content-type": "application/scim+json",
      }),
    close: () => harness.close(),
  };
}
