import { err, ok, type Result } from "../result.ts";
import { parseIpAddress } from "./ip-address.ts";
import { isPublicAddress } from "./public-address.ts";

/** The parts of a URL as a parser of the URL standard gives them. */
export interface UrlParts {
  /** `https:` */
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  /** Lower-case ASCII; an IPv6 address in brackets. */
  readonly hostname: string;
  /** `""`: the protocol's own. */
  readonly port: string;
}

export interface OutgoingRules {
  /** Besides 443, which may always be used. */
  readonly ports?: readonly number[];
  /** Names under which this installation is reached. */
  readonly ownHosts?: readonly string[];
}

/** Why a URL may not be asked. */
export type OutgoingProblem =
  | { readonly kind: "not-https"; readonly protocol: string }
  | { readonly kind: "user-info" }
  | { readonly kind: "port"; readonly port: string }
  | { readonly kind: "own-host"; readonly host: string }
  /** An address or a name of this machine, the network around it, or nowhere. */
  | { readonly kind: "not-public"; readonly host: string }
  | { readonly kind: "not-a-host"; readonly host: string };

/** What may be asked: an address that is public, or a name whose addresses are still to be seen. */
export interface OutgoingHost {
  readonly kind: "address" | "name";
  /** Without brackets and without a final dot. */
  readonly host: string;
}

/**
 * Whether a request that someone else chose the address of may leave. A name passes when it can be
 * one of the public internet; what it resolves to is for `isPublicAddress`.
 */
export function checkOutgoingUrl(
  { protocol, username, password, hostname, port }: UrlParts,
  { ports = [], ownHosts = [] }: OutgoingRules = {},
): Result<OutgoingHost, OutgoingProblem> {
  if (protocol !== "https:") return err({ kind: "not-https", protocol });
  if (username !== "" || password !== "") return err({ kind: "user-info" });
  if (port !== "" && port !== "443" && !ports.some((allowed) => String(allowed) === port)) {
    return err({ kind: "port", port });
  }
  const host = withoutDot(hostname.toLowerCase());
  if (ownHosts.some((own) => withoutDot(own.toLowerCase()) === host)) {
    return err({ kind: "own-host", host });
  }
  return host.startsWith("[") ? checkAddress(host.slice(1, -1)) : checkHost(host);
}

const withoutDot = (host: string) => (host.endsWith(".") ? host.slice(0, -1) : host);

function checkHost(host: string): Result<OutgoingHost, OutgoingProblem> {
  // The standard reads a host whose last part is a number as IPv4. One that is left is a trick.
  const last = host.slice(host.lastIndexOf(".") + 1);
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return checkAddress(host);
  if (!NAME.test(host) || host.length > LONGEST_NAME) return err({ kind: "not-a-host", host });
  const isLocal = !host.includes(".") || LOCAL_ENDS.some((end) => `.${host}`.endsWith(`.${end}`));
  return isLocal ? err({ kind: "not-public", host }) : ok({ kind: "name", host });
}

function checkAddress(host: string): Result<OutgoingHost, OutgoingProblem> {
  const address = parseIpAddress(host);
  if (address === null) return err({ kind: "not-a-host", host });
  return isPublicAddress(address)
    ? ok({ kind: "address", host })
    : err({ kind: "not-public", host });
}

const LONGEST_NAME = 253;
const NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*$/;

/** Names that no public server has: kept for local use by RFCs and ICANN, or so used by habit. */
const LOCAL_ENDS: readonly string[] = [
  "alt",
  "arpa",
  "corp",
  "domain",
  "home",
  "internal",
  "intranet",
  "invalid",
  "lan",
  "local",
  "localdomain",
  "localhost",
  "mail",
  "onion",
  "private",
  "test",
];
