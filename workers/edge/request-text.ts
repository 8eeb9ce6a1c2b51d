import { readBounded } from "../../src/adapters/fetch/read-bounded.ts";
import { err, ok, type Result } from "../../src/core/result.ts";

/** `unreadable`: the client went away, or cheated with the length. */
export type RequestText = Result<string, "too-large" | "unreadable">;

/**
 * The request's body as text, read no further than the limit. The content type is not asked for:
 * clients send whatever they like. Never rejects.
 */
export function readRequestText(request: Request, maxBytes: number): Promise<RequestText> {
  return withRequestText({ request, headers: request.headers }, maxBytes, (text) => text);
}

/** The same, and what is made of it at once: a promise less than to wait for it first. Fails as `make` does. */
export function withRequestText<T>(
  { request, headers }: { readonly request: Request; readonly headers: Headers },
  maxBytes: number,
  make: (text: RequestText) => T,
): Promise<T> {
  const unreadable = () => make(err("unreadable"));
  const declared = Number(headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return Promise.resolve(make(err("too-large")));
  // The platform gives no more than the declared length.
  if (declared >= 0) return request.text().then((text) => make(ok(text)), unreadable);
  return readBounded(request.body, maxBytes).then((text) => make(within(text)), unreadable);
}

const within = (text: string | null): RequestText => (text === null ? err("too-large") : ok(text));
