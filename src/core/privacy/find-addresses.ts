import { parseAddress, type Address } from "../conditions/ip.ts";
import { type PiiFinding, isDigitCode, isWordAt } from "./finding.ts";

const RUN = /[0-9A-Fa-f:.]+/g;
const LONGEST_ADDRESS = 45;

/**
 * IPv4 and IPv6 addresses of single machines. Not found: networks (`10.0.0.0/8`), this machine
 * (`127.0.0.1`, `::1`), no address (`0.0.0.0`), and versions of four numbers in a product's name
 * (`Chrome/120.0.0.0`, `v1.2.3.4`). Any other four numbers below 256 with dots are taken for one.
 */
export function findAddresses(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (const match of text.matchAll(RUN)) {
    const from = match.index;
    const run = trimmed(match[0]);
    const to = from + run.length;
    if (run.length > LONGEST_ADDRESS || isPartOfMore(text, from, to)) continue;
    const bare = withoutPort(run);
    const address = mayBeAddress(bare) ? parseAddress(bare) : undefined;
    if (address?.ok !== true || isNobodys(address.value)) continue;
    found.push({ kind: "ip", from, to: from + bare.length });
  }
  return found;
}

/** Without the mark that ends a sentence or opens a list. */
const trimmed = (run: string): string => {
  if (run.endsWith("::")) return run;
  return run.endsWith(".") || run.endsWith(":") ? run.slice(0, -1) : run;
};

/** `203.0.113.9:443` */
function withoutPort(run: string): string {
  const colon = run.indexOf(":");
  return colon > 0 && colon === run.lastIndexOf(":") && run.includes(".")
    ? run.slice(0, colon)
    : run;
}

function isPartOfMore(text: string, from: number, to: number): boolean {
  if (isWordAt(text, from - 1) || isWordAt(text, to)) return true;
  const before = text.charAt(from - 1);
  const after = text.charAt(to);
  if (before === "-" || (after === "-" && isWordAt(text, to + 1))) return true;
  if (before === "/" && isWordAt(text, from - 2)) return true;
  return after === "/" && isDigitCode(text.charCodeAt(to + 1));
}

/** Times of day and `::` between words have colons, too. */
function mayBeAddress(run: string): boolean {
  if (!run.includes(":")) return true;
  return /\d/.test(run) && run.split(":").filter((group) => group !== "").length >= 2;
}

function isNobodys({ version, words: [a, b, c, d] }: Address): boolean {
  if (version === 4) return d === 0 || d >>> 24 === 127;
  return a === 0 && b === 0 && c === 0 && d <= 1;
}
