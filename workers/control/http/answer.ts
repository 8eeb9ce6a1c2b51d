import type { EndpointDefinition } from "../../../src/contract/endpoint.ts";
import type { Answer } from "../handlers/handler.ts";
import type { Outcome } from "./idempotent.ts";
import { isKnown } from "./request-headers.ts";

/** A handler's answer on the wire. */
export function toOutcome(
  endpoint: EndpointDefinition,
  answer: Answer<unknown>,
  request: Request,
): Outcome {
  const { status } = endpoint.response;
  const headers = headersOf(endpoint, answer);
  const body = JSON.stringify(answer.body);
  const replay = answer.replay === undefined ? body : JSON.stringify(answer.replay);
  const kept = { status, headers, body: replay };
  if (answer.stream !== undefined) {
    const own = answer.streamHeaders ?? { "content-type": "text/event-stream" };
    const type = { ...own, "cache-control": "no-store" };
    return {
      response: new Response(answer.stream, { status, headers: type }),
      kept,
      replayed: false,
    };
  }
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && answer.live !== true) {
    const etag = headers["etag"];
    if (etag !== undefined && isKnown(request.headers, etag)) {
      const response = new Response(null, { status: 304, headers });
      return { response, kept, replayed: false };
    }
  }
  const all = { "content-type": "application/json", ...headers };
  const response = new Response(body, { status, headers: all });
  return { response, kept, replayed: answer.replayed === true };
}

function headersOf(endpoint: EndpointDefinition, answer: Answer<unknown>): Record<string, string> {
  const { version, revision } = answer;
  return {
    "cache-control": endpoint.scope === "public" ? "no-cache" : "no-store",
    ...(version === undefined ? {} : { etag: `"${version}"` }),
    ...(revision === undefined ? {} : { "x-switchyard-revision": String(revision) }),
  };
}
