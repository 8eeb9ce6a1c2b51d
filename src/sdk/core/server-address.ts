import { KEY_PROTOCOL_PREFIX, STREAM_PROTOCOL } from "../../core/streaming/frames.ts";

/** What a reader holds, as the server wants to know it; `null`: nothing. */
type Since = number | null;

/** Where streams are opened; `since`: the revision that is held. */
export function streamUrl(baseUrl: string, since: Since): string {
  const url = urlOf(baseUrl, "sdk/v1/stream", since);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** Where is asked for changes over HTTP. */
export function rulesetUrl(baseUrl: string, since: Since): string {
  return urlOf(baseUrl, "sdk/v1/ruleset", since).href;
}

/** The key is among the subprotocols, because not every platform's sockets can have headers. */
export function streamProtocols(sdkKey: string): string[] {
  return [STREAM_PROTOCOL, `${KEY_PROTOCOL_PREFIX}${sdkKey}`];
}

function urlOf(baseUrl: string, path: string, since: Since): URL {
  const url = new URL(path, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  if (since !== null) url.searchParams.set("since", String(since));
  return url;
}
