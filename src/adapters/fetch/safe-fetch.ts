import { parseIpAddress } from "../../core/network-safety/ip-address.ts";
import {
  checkOutgoingUrl,
  type OutgoingProblem,
  type OutgoingRules,
} from "../../core/network-safety/outgoing-url.ts";
import { isPublicAddress } from "../../core/network-safety/public-address.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { readBounded } from "./read-bounded.ts";

export interface SafeFetchDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /**
   * The addresses that a name has, as texts. `null`: nobody can say, which is for where the platform
   * itself reaches nothing but public addresses.
   */
  readonly resolve: ((name: string) => Promise<readonly string[]>) | null;
}

export interface SafeRequest {
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly rules?: OutgoingRules;
  /** Milliseconds for all of it, the answer's body included; absent: 10,000. */
  readonly withinMs?: number;
  /** Of the answer's body, unpacked. 0, as when absent: it is not read. */
  readonly mostBytes?: number;
}

export interface SafeAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** `""` where it was not read. */
  readonly text: string;
}

/** Why there is no answer. Nothing of what an asked server said is in it. */
export type SafeFetchProblem =
  | OutgoingProblem
  | { readonly kind: "not-a-url" }
  | { readonly kind: "unresolved"; readonly host: string }
  /** It points elsewhere, which is not followed: that would be another address to be checked. */
  | { readonly kind: "redirect"; readonly status: number }
  | { readonly kind: "too-large"; readonly mostBytes: number }
  | { readonly kind: "too-late"; readonly withinMs: number }
  | { readonly kind: "unreachable" };

const USUAL_MS = 10_000;

/**
 * Asks a server whose address someone else chose, such as a webhook's. Only https to public
 * addresses, without credentials in the URL, redirects, or a body beyond its bound.
 *
 * A name is looked up before it is asked, and the platform looks it up again to connect: a name that
 * changes in between is stopped by the platform, which must reach public addresses alone.
 */
export async function safeFetch(
  url: string,
  request: SafeRequest,
  deps: SafeFetchDeps,
): Promise<Result<SafeAnswer, SafeFetchProblem>> {
  if (!URL.canParse(url)) return err({ kind: "not-a-url" });
  const parsed = new URL(url);
  const checked = checkOutgoingUrl(parsed, request.rules);
  if (!checked.ok) return checked;
  const { kind, host } = checked.value;
  const { withinMs = USUAL_MS } = request;
  const signal = AbortSignal.timeout(withinMs);
  try {
    if (kind === "name" && deps.resolve !== null) {
      const problem = problemOf(host, await unlessAborted(deps.resolve(host), signal));
      if (problem !== null) return err(problem);
    }
    return await ask(parsed.href, request, signal, deps.fetch);
  } catch {
    // What was thrown may quote the server or the network around us.
    return err(signal.aborted ? { kind: "too-late", withinMs } : { kind: "unreachable" });
  }
}

/** One address that is not public is enough: which of them is connected to, nobody knows. */
function problemOf(host: string, addresses: readonly string[]): SafeFetchProblem | null {
  if (addresses.length === 0) return { kind: "unresolved", host };
  return addresses.every(isSafe) ? null : { kind: "not-public", host };
}

function isSafe(text: string): boolean {
  const address = parseIpAddress(text);
  return address !== null && isPublicAddress(address);
}

async function ask(
  url: string,
  { method = "GET", headers = {}, body, mostBytes = 0 }: SafeRequest,
  signal: AbortSignal,
  fetch: SafeFetchDeps["fetch"],
): Promise<Result<SafeAnswer, SafeFetchProblem>> {
  const sent = body === undefined ? { method, headers } : { method, headers, body };
  const asking = fetch(url, { ...sent, redirect: "manual", signal });
  const response = await unlessAborted(asking, signal);
  const { status } = response;
  if (status < 200 || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    return err({ kind: "redirect", status });
  }
  const contentType = response.headers.get("content-type");
  if (mostBytes === 0) {
    await response.body?.cancel();
    return ok({ status, contentType, text: "" });
  }
  const text = await unlessAborted(readBounded(response.body, mostBytes), signal);
  return text === null ? err({ kind: "too-large", mostBytes }) : ok({ status, contentType, text });
}

/** Also for work that does not heed the signal. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("too late")), { once: true });
  });
  return Promise.race([work, aborted]);
}
