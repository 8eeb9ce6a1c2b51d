import { err, ok, type Result } from "../../src/core/result.ts";

/**
 * The request's body as text, read no further than the limit. The content type is not asked for:
 * clients send whatever they like. `unreadable`: the client went away, or cheated with the length.
 */
export async function readRequestText(
  request: Request,
  maxBytes: number,
): Promise<Result<string, "too-large" | "unreadable">> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  if (declared > maxBytes) return err("too-large");
  try {
    // The platform gives no more than the declared length.
    if (declared >= 0) return ok(await request.text());
    return request.body === null ? ok("") : await readStream(request.body, maxBytes);
  } catch {
    return err("unreadable");
  }
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Result<string, "too-large">> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ok(text + decoder.decode());
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      return err("too-large");
    }
    text += decoder.decode(value, { stream: true });
  }
}
