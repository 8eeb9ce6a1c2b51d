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
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const response = await this.#fetch(url, {
      method: form === undefined ? "GET" : "POST",
      headers:
        form === undefined
          ? headers
          : { ...headers, "content-type": "application/x-www-form-urlencoded" },
      redirect: "manual",
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie) || value === "") jar.delete(name);
      else jar.set(name, value);
    }
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
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        "content-type": "application/json",
        origin,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  #fetch(url: string, init: RequestInit) {
    const { origin, fetch: toInstallation } = this.#installation;
    return url.startsWith(origin) ? toInstallation(url, init) : fetch(url, init);
  }
}
