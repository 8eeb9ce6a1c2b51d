import { answerOf } from "../answer.ts";
import type { Installation } from "./installation.ts";

/** What came back, redirects not followed. */
export interface Got {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** Cookies, forms and redirects, as a browser has them: for one person at one machine. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** The browser's cookies of an origin. */
  cookies(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }

  async ask(url: string, form?: Readonly<Record<string, string>>): Promise<Got> {
    const jar = this.cookies(url);
    const headers = { cookie: cookieHeader(jar) };
    const response = await this.#fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers:
        form === undefined
          ? headers
          : { ...headers, "content-type": "application/x-www-form-urlencoded" },
      redirect: "manual",
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
    keepCookies(response, jar);
    const location = response.headers.get("location");
    return {
      status: response.status,
      location: location === null ? "" : new URL(location, url).href,
      text: await response.text(),
    };
  }

  /** The installation's own page asks, with its session. */
  async call(method: string, path: string, body?: unknown) {
    const { origin } = this.#installation;
    const jar = this.cookies(origin);
    const response = await this.#fetch(`${origin}${path}`, {
      method,
      headers: { cookie: cookieHeader(jar), "content-type": "application/json", origin },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    keepCookies(response, jar);
    return answerOf(response);
  }

  #fetch(url: string, init: RequestInit) {
    const { origin, fetch: toInstallation } = this.#installation;
    return url.startsWith(origin) ? toInstallation(url, init) : fetch(url, init);
  }
}

type Jar = Map<string, string>;

const cookieHeader = (jar: Jar) => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

function keepCookies({ headers }: Response, jar: Jar): void {
  for (const cookie of headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/max-age=0/i.test(cookie) || value === "") jar.delete(name);
    else jar.set(name, value);
  }
}
