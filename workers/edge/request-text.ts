import { readBounded } from "../../src/adapters/fetch/read-bounded.ts";
import { err, ok, type Result } from "../../src/core/result.ts";

/** `unreadable`: the client went away, or cheated with the length. */
export type RequestText = Result<string, "too-large" | "unreadable">;

/**
 * The request's body as text, read no further than the limit. The content type is not asked for:
 * clients send whatever they like.
 */
export async function readRequestText(
  request: Request,
  maxBytes: number,
  headers: Headers = request.headers,
): Promise<RequestText> {
  const declared = Number(headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return err("too-large");
  try {
    // The platform gives no more than the declared length.
    if (declared >= 0) return ok(await request.text());
    const text = await readBounded(request.body, maxBytes);
    return text === null ? err("too-large") : ok(text);
  } catch {
    return err("unreadable");
  }
}
