import { isRecord, type UnknownRecord } from "../../core/json.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { type SafeFetchDeps, type SafeRequest, safeFetch } from "../fetch/safe-fetch.ts";
import { readBounded } from "../fetch/read-bounded.ts";

/** More than any discovery document, key set or token has. */
const MOST_BYTES = 256 * 1_024;
const WITHIN_MS = 5_000;

export interface ProviderFetchDeps extends SafeFetchDeps {
  /**
   * Origins of providers in the operator's own network, which are asked although they are not
   * public, by http too.
   */
  readonly ownOrigins: readonly string[];
}

export type ProviderFetch = (
  url: string,
  request?: Pick<SafeRequest, "method" | "headers" | "body">,
) => Promise<Result<UnknownRecord, string>>;

/** Asks an identity provider for a JSON object. Redirects are not followed. */
export function createProviderFetch(deps: ProviderFetchDeps): ProviderFetch {
  return async (url, request = {}) => {
    const answered = await (isOwn(url, deps)
      ? askOwn(url, request, deps)
      : askPublic(url, request, deps));
    if (!answered.ok) return err(`${url} could not be asked (${answered.error})`);
    const { status, text } = answered.value;
    const body = parsed(text);
    if (status === 200 && isRecord(body)) return ok(body);
    const code = isRecord(body) ? body["error"] : "no JSON object";
    return err(`${url} answered ${status} ${typeof code === "string" ? code.slice(0, 100) : ""}`);
  };
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

type Asking = Parameters<ProviderFetch>[1];

const isOwn = (url: string, { ownOrigins }: ProviderFetchDeps): boolean =>
  URL.canParse(url) && ownOrigins.includes(new URL(url).origin);

async function askPublic(
  url: string,
  request: Asking,
  deps: ProviderFetchDeps,
): Promise<Result<Answered, string>> {
  const bounds = { withinMs: WITHIN_MS, mostBytes: MOST_BYTES };
  const answered = await safeFetch(url, { ...request, ...bounds }, deps);
  return answered.ok ? answered : err(answered.error.kind);
}

async function askOwn(
  url: string,
  request: Asking,
  { fetch }: ProviderFetchDeps,
): Promise<Result<Answered, string>> {
  try {
    const signal = AbortSignal.timeout(WITHIN_MS);
    const response = await fetch(url, { ...request, redirect: "manual", signal });
    const text = await readBounded(response.body, MOST_BYTES);
    return text === null ? err("too-large") : ok({ status: response.status, text });
  } catch {
    return err("unreachable");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
