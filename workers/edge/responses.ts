import type { EdgeReply } from "./edge-reply.ts";
import { HeaderSheet } from "./header-sheet.ts";

const EXPOSED = "ETag, Retry-After, x-request-id, x-switchyard-stale, x-switchyard-revision";

/** What browsers send to OFREP; for preflights that do not say what will come. */
const USUAL_HEADERS = "authorization, content-type, if-none-match, x-api-key";

/**
 * Answers a preflight before anything is asked about keys, which it never has. Any origin may ask:
 * keys are sent in headers and never by the browser on its own, and those that are restricted to
 * origins are checked when they are used.
 */
export function preflightReply(headers: Headers): EdgeReply {
  return {
    status: 204,
    body: null,
    headers: {
      "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
      "access-control-allow-headers":
        headers.get("access-control-request-headers") ?? USUAL_HEADERS,
      "access-control-max-age": "86400",
      vary: "access-control-request-headers",
    },
  };
}

/** The caller's own id for the request if it is harmless in logs, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9._:-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}

/** What every answer of an edge has. */
export const headerSheet = (): HeaderSheet =>
  new HeaderSheet({
    "access-control-allow-origin": "*",
    "access-control-expose-headers": EXPOSED,
    "x-content-type-options": "nosniff",
  });

/** Adds what every answer has. */
export function toResponse(reply: EdgeReply, requestId: string, sheet: HeaderSheet): Response {
  const { body, headers, source, status, webSocket = null } = reply;
  sheet.begin();
  for (const name of Object.keys(headers)) sheet.put(name, headers[name] ?? "");
  sheet.put("x-request-id", requestId);
  // A response copies the bytes, so that what they lie in can be used again from now on.
  const sent = typeof body === "function" ? body() : body;
  if (typeof sent === "string" || sent instanceof Uint8Array) {
    sheet.put("content-type", "application/json; charset=utf-8");
  }
  if (source !== undefined) {
    sheet.put("x-switchyard-revision", String(source.revision));
    if (source.staleMs !== null) sheet.put("x-switchyard-stale", String(source.staleMs));
  }
  return new Response(sent, { status, headers: sheet.end(), webSocket });
}
