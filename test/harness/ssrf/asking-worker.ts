import { safeFetch } from "../../../src/adapters/fetch/safe-fetch.ts";
import type { OutgoingRules } from "../../../src/core/network-safety/outgoing-url.ts";

/** What a test tells the Worker to ask. */
export interface Asked {
  readonly url: string;
  readonly rules?: OutgoingRules;
  /** What names resolve to when they are looked up before the request. */
  readonly addresses?: readonly string[];
  /** What the name means when the platform connects: another origin, which it then does connect to. */
  readonly connectsTo?: string;
  readonly mostBytes?: number;
  readonly withinMs?: number;
}

/** Runs `safeFetch` in the real runtime; `naive: true`: a plain `fetch`, to see what that would do. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { naive, ...asked }: Asked & { readonly naive?: boolean } = await request.json();
    const { url, connectsTo, addresses = ["93.184.215.14"], ...rest } = asked;
    const connected = (text: string) =>
      connectsTo === undefined ? text : connectsTo + new URL(text).pathname;
    if (naive === true) {
      const status = await fetch(connected(url)).then(
        (answer) => answer.status,
        () => 0,
      );
      return Response.json({ status });
    }
    return Response.json(
      await safeFetch(url, rest, {
        fetch: (text, init) => fetch(connected(text), init),
        resolve: () => Promise.resolve(addresses),
      }),
    );
  },
};
