import { readBounded } from "../../src/adapters/fetch/read-bounded.ts";
import { err, ok, type Result } from "../../src/core/result.ts";

/** `unreadable`: the client went away, or cheated with the length. */
export type RequestText = Result<string, "too-large" | "unreadable">;

/**
 * The request's body as text, read no further than the limit. The content type is not asked for:
 * clients send whatever they like. Never rejects.
 */
export function readRequestText(
  request: Request,
  maxBytes: number,
  headers: Headers = request.headers,
): Promise<RequestText> {
  const declared = Number(headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return Promise.resolve(err("too-large"));
  // The platform gives no more than the declared length.
  if (declared >= 0) return request.text().then(ok<string>, unreadable);
  return readBounded(request.body, maxBytes).then(textWithin, unreadable);
}

const textWithin = (text: string | null): RequestText =>
  text === null ? err("too-large") : ok(text);

const unreadable = (): RequestText => err("unreadable");
