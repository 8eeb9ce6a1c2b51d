import type { HttpFetch } from "./ports.ts";

type PollOutcome =
  /** `isStale`: nobody could confirm that there is nothing newer. */
  | { readonly kind: "answer"; readonly isStale: boolean; readonly text: string }
  | { readonly kind: "not-modified"; readonly isStale: boolean }
  /** The key is not accepted. */
  | { readonly kind: "unauthorized" }
  | { readonly kind: "failed" };

/** Asks once over HTTP, until the signal. Never rejects. */
export async function poll(
  url: string,
  sdkKey: string,
  fetch: HttpFetch,
  signal: AbortSignal,
): Promise<PollOutcome> {
  try {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${sdkKey}` }, signal });
    const { status } = answer;
    const isStale = answer.headers.get("x-switchyard-stale") !== null;
    if (status === 304) return { kind: "not-modified", isStale };
    if (status === 401 || status === 403) return { kind: "unauthorized" };
    return status === 200
      ? { kind: "answer", isStale, text: await answer.text() }
      : { kind: "failed" };
  } catch {
    return { kind: "failed" };
  }
}
