import { isRecord } from "../../core/json.ts";

const RESOLVER = "https://cloudflare-dns.com/dns-query";
/** The types of DNS records that hold an address. */
const ADDRESS_TYPES: readonly unknown[] = [1, 28];

/**
 * Looks names up by DNS over HTTPS, which is the only way that a Worker has. Rejects when the
 * resolver does not answer; a name without addresses has none.
 */
export function resolveOverHttps(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
): (name: string) => Promise<readonly string[]> {
  const ask = async (name: string, type: string) => {
    const url = `${RESOLVER}?name=${encodeURIComponent(name)}&type=${type}`;
    const response = await fetch(url, { headers: { accept: "application/dns-json" } });
    if (!response.ok) throw new Error(`the resolver answered ${response.status}`);
    return addressesIn(await response.json());
  };
  return async (name) => (await Promise.all([ask(name, "A"), ask(name, "AAAA")])).flat();
}

/** Names on the way (CNAME) stand among the answers, and are left out. */
function addressesIn(body: unknown): readonly string[] {
  const answers: unknown = isRecord(body) ? body["Answer"] : undefined;
  if (!Array.isArray(answers)) return [];
  return answers.flatMap((answer: unknown) => {
    const isAddress = isRecord(answer) && ADDRESS_TYPES.includes(answer["type"]);
    return isAddress && typeof answer["data"] === "string" ? [answer["data"]] : [];
  });
}
