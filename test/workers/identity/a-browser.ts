import { env } from "cloudflare:workers";
import type { ControlEnv } from "../../../workers/control/env.ts";
import { appWith } from "../control/an-app.ts";

export const ORIGIN = "http://localhost";

/** An installation of a developer: messages are kept, and log lines too. */
export function installation(changed: Partial<ControlEnv> = {}) {
  const bindings: ControlEnv = { ...env, DEV_MAIL: "keep", ...changed };
  return { bindings, ...appWith({}, bindings) };
}

export type Installation = ReturnType<typeof installation>;

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every shape.
  readonly body: any;
}

/** A browser with its cookies, at one of our own pages. */
export function browser({ fetch }: Pick<Installation, "fetch">) {
  const cookies = new Map<string, string>();
  const ask = async (request: Request): Promise<Got> => {
    if (cookies.size > 0) {
      request.headers.set(
        "cookie",
        [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      );
    }
    const answer = await fetch(request);
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") === true;
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
  return {
    cookies,
    get: (path: string) => ask(new Request(`${ORIGIN}${path}`)),
    post: (path: string, body: object = {}, headers: Record<string, string> = {}) =>
      ask(
        new Request(`${ORIGIN}${path}`, {
          method: "POST",
          headers: { origin: ORIGIN, "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
      ),
  };
}

export type Browser = ReturnType<typeof browser>;

export const PASSWORD = "correct horse battery";
