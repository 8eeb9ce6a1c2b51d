import { type ParsedSdkKey, parseSdkKey } from "../../src/core/keys/sdk-key.ts";
import { KEY_PROTOCOL_PREFIX } from "../../src/core/streaming/frames.ts";
import { err, type Result } from "../../src/core/result.ts";

/**
 * The SDK key of a request: `Authorization: Bearer <key>` in any case, a bare
 * `Authorization: <key>`, or `X-API-Key: <key>`. The first that is well formed counts; the error
 * says what is wrong with the first that was sent, without repeating it. No I/O.
 */
export function readSdkKey(headers: Headers): Result<ParsedSdkKey, string> {
  const read = firstGood(candidates(headers));
  if (read !== undefined) return read;
  return err(headers.has("authentication") ? `${NO_KEY} ${MISNAMED_HEADER}` : NO_KEY);
}

/**
 * As `readSdkKey`, and where no header has one, the client key of the query `?key=`: a browser's
 * beacon cannot have headers. A server key is a secret, and URLs end up in logs and histories.
 */
export function readSdkKeyOrQuery(request: Request): Result<ParsedSdkKey, string> {
  const inHeaders = firstGood(candidates(request.headers));
  if (inHeaders !== undefined) return inHeaders;
  const inQuery = new URL(request.url).searchParams.get("key");
  if (inQuery === null) return readSdkKey(request.headers);
  const parsed = firstGood([inQuery.trim()]) ?? err(NOT_A_KEY);
  return parsed.ok && parsed.value.kind === "server" ? err(SERVER_KEY_IN_URL) : parsed;
}

/** As `readSdkKey`, or among the subprotocols that are offered: a browser's socket has no headers. */
export function readSdkKeyOrProtocol(headers: Headers): Result<ParsedSdkKey, string> {
  const offered = offeredProtocols(headers)
    .filter((name) => name.startsWith(KEY_PROTOCOL_PREFIX))
    .map((name) => name.slice(KEY_PROTOCOL_PREFIX.length));
  const read = firstGood([...candidates(headers), ...offered]) ?? readSdkKey(headers);
  return read.ok || offered.length > 0 ? read : err(`${read.error} ${OR_OFFERED}`);
}

/** The subprotocols that a socket's opener offers. */
export function offeredProtocols(headers: Headers): readonly string[] {
  return (headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
}

/** `undefined`: nothing was sent. */
function firstGood(texts: readonly string[]): Result<ParsedSdkKey, string> | undefined {
  let problem: string | undefined;
  for (const text of texts) {
    const parsed = parseSdkKey(text);
    if (parsed.ok) return parsed;
    problem ??= parsed.error === "checksum" ? WRONG_CHECKSUM : NOT_A_KEY;
  }
  return problem === undefined ? undefined : err(problem);
}

const SERVER_KEY_IN_URL =
  "A server key was sent in the URL, where logs keep it. Revoke it, and send its successor as a header; only client keys may be in a URL.";
const NO_KEY =
  'No SDK key was sent. Send one as "Authorization: Bearer <key>" or as "X-API-Key: <key>".';
const OR_OFFERED = `A browser offers it as the subprotocol "${KEY_PROTOCOL_PREFIX}<key>".`;
const MISNAMED_HEADER = 'There is a header "Authentication"; its name must be "Authorization".';
const NOT_A_KEY =
  "What was sent is not an SDK key: those begin with sy_server_ or sy_client_. Copy the whole key.";
const WRONG_CHECKSUM =
  "The SDK key has a typing error or is cut off: its checksum does not fit. Copy the whole key.";

function candidates(headers: Headers): readonly string[] {
  const bearer = headers
    .get("authorization")
    ?.trim()
    .replace(/^bearer(?:\s+|$)/i, "");
  return [bearer ?? "", headers.get("x-api-key")?.trim() ?? ""].filter((text) => text !== "");
}
