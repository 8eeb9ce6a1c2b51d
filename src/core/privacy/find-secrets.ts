import type { PiiFinding } from "./finding.ts";

/** Characters of tokens in headers and URLs; a run of them is taken whole. */
const WORD = /[A-Za-z0-9_.~+/=-]{6,}/g;
const AFTER_SCHEME = /(?:^|[^A-Za-z])(?:bearer|basic|token)[ =:]{1,3}$/i;
const LONGEST_SCHEME = 12;
const JWT = /^eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*$/;
/** Of an encrypted one (JWE): five parts. */
const JWE = /^eyJ[\w-]{8,}(?:\.[\w-]*){4}$/;
/** A bearer's value that is a word of the language rather than a token. */
const PLAIN_WORD = /^(?:[A-Za-z]+|\d+)[.]?$/;

/** How ours begin: SDK and break-glass keys, tokens of the management API and of directories. */
const OWN = ["sy_server_", "sy_client_", "sy_breakglass_", "sym_", "syp_"];
const IS_OWN = new RegExp(`^(?:${OWN.join("|")})[A-Za-z0-9_]{16,}`);
/** Those of others that are leaked most. */
const KNOWN =
  /^(?:gh[opsur]_|github_pat_|glpat-|xox[abprs]-|sk_live_|rk_live_|sk-|npm_|AKIA|ASIA|AIza)[\w-]{16,}/;

/** Says of which kind a credential is, and nothing that is secret. */
export const BEGINNINGS: readonly string[] = [...OWN, "eyJ"];

const PRIVATE_KEY = "PRIVATE KEY-----";
export const KEY_BEGINS = "-----BEGIN ";

/**
 * Credentials by their shape: JSON Web Tokens, what follows `Bearer` or `Basic`, keys with a known
 * beginning, private keys in PEM. A hash, an id or any other text of random digits is none.
 */
export function findSecrets(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (const { 0: run, index } of text.matchAll(WORD)) {
    const word = trimmed(run);
    const from = index + offsetOfValue(word);
    const value = word.slice(from - index);
    if (isSecret(value) || isCredential(text, from, value)) {
      found.push({ kind: "secret", from, to: index + word.length });
    }
  }
  return [...found, ...privateKeys(text)];
}

/** Without the dot that ends a sentence. */
const trimmed = (run: string): string => (/[.,]$/.test(run) ? run.slice(0, -1) : run);

/** `key=sy_client_…`, `/sdk/sy_client_…`: what comes after the last mark that no token begins with. */
function offsetOfValue(word: string): number {
  const offsets = BEGINNINGS.map((each) => word.indexOf(each));
  const [first = 0] = offsets
    .filter((at) => at > 0 && /[=/.+~]/.test(word.charAt(at - 1)))
    .toSorted((a, b) => a - b);
  return first;
}

const isSecret = (value: string): boolean =>
  IS_OWN.test(value) || KNOWN.test(value) || JWT.test(value) || JWE.test(value);

function isCredential(text: string, from: number, value: string): boolean {
  if (value.length < 8 || PLAIN_WORD.test(value)) return false;
  return AFTER_SCHEME.test(text.slice(Math.max(0, from - LONGEST_SCHEME), from));
}

function privateKeys(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  let from = text.indexOf(KEY_BEGINS);
  while (from !== -1) {
    const header = text.slice(from, from + 64);
    const isKey = header.includes(PRIVATE_KEY);
    const end = isKey ? text.indexOf("-----END ", from) : -1;
    // Cut off, the rest is key all the same.
    const to = end === -1 ? text.length : Math.min(text.length, closing(text, end));
    if (isKey) found.push({ kind: "secret", from, to });
    from = text.indexOf(KEY_BEGINS, isKey ? to : from + 1);
  }
  return found;
}

function closing(text: string, end: number): number {
  const after = text.indexOf("-----", end + 9);
  return after === -1 ? text.length : after + 5;
}
