import { err, ok } from "../result.ts";
import type { Result } from "../result.ts";

/**
 * An IPv4 or IPv6 address. The four words are unsigned 32-bit integers, the highest first; an
 * IPv4 address has its number in the last. An IPv4-mapped one (`::ffff:1.2.3.4`) is IPv4.
 */
export interface Address {
  readonly version: 4 | 6;
  readonly words: AddressWords;
}

export type AddressWords = readonly [number, number, number, number];

/** A block of addresses: those from the first to the last, both included. */
export interface Network {
  readonly version: 4 | 6;
  readonly first: AddressWords;
  readonly last: AddressWords;
}

const LONGEST_ADDRESS = 45;
const DECIMAL = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/**
 * Reads an address as RFC 4291 writes it; IPv4 in four decimal numbers without leading zeros.
 * No brackets, no zone, no port. The error says what is wrong.
 */
export function parseAddress(text: string): Result<Address, string> {
  if (text.length <= LONGEST_ADDRESS) {
    if (!text.includes(":")) {
      const number = parseIpv4(text);
      if (number !== undefined) return ok({ version: 4, words: [0, 0, 0, number] });
    } else {
      const groups = parseIpv6(text);
      if (groups !== undefined) return ok(addressOf(groups));
    }
  }
  return err("is not an IPv4 or IPv6 address");
}

/**
 * Reads a block such as `10.0.0.0/8` or `2001:db8::/32`; an address alone is a block of one.
 * Bits after the prefix must be zero. The error says what is wrong.
 */
export function parseNetwork(text: string): Result<Network, string> {
  const [addressText = "", prefixText, ...more] = text.split("/");
  const address = parseAddress(addressText);
  if (!address.ok || more.length > 0) return err("is not a block such as 10.0.0.0/8");
  const { version, words } = address.value;
  const longest = addressText.includes(":") ? 128 : 32;
  const prefix = prefixText === undefined ? longest : parsePrefix(prefixText, longest);
  if (prefix === undefined) {
    return err(`has the prefix length /${prefixText}; write a number from 0 to ${longest}`);
  }
  // Counted in 128 bits; of an IPv4 address the first 96 are those of its IPv6 mapping.
  const bits = longest === 32 ? prefix + 96 : prefix;
  if (version === 4 && bits < 96) return err("covers more than the IPv4-mapped addresses");
  const first = masked(words, bits, version);
  if (compareWords(first, words) !== 0) {
    const start =
      version === 4 ? `${ipv4Text(first[3])}/${bits - 96}` : `${ipv6Text(first)}/${bits}`;
    return err(
      `has address bits after the prefix; write ${start} for the block, ` +
        "or leave out the prefix for the one address",
    );
  }
  return ok({ version, first, last: lastOf(first, bits, version) });
}

function parsePrefix(text: string, longest: number): number | undefined {
  const prefix = DECIMAL.test(text) ? Number(text) : longest + 1;
  return prefix <= longest ? prefix : undefined;
}

/** Below zero when `a` comes before `b`, zero when they are the same. */
export function compareWords(a: AddressWords, b: AddressWords): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/** The 32 bits of four decimal numbers without leading zeros; `undefined`: it is no address. */
export function parseIpv4(text: string): number | undefined {
  const octets = text.split(".");
  if (octets.length !== 4) return undefined;
  let number = 0;
  for (const octet of octets) {
    if (!DECIMAL.test(octet) || Number(octet) > 255) return undefined;
    number = number * 256 + Number(octet);
  }
  return number;
}

/** The eight 16-bit groups; `undefined`: it is no address. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [headText = "", tailText] = halves;
  const head = parseGroups(headText, tailText === undefined);
  if (head === undefined) return undefined;
  if (tailText === undefined) return head.length === 8 ? head : undefined;
  const tail = parseGroups(tailText, true);
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail];
}

/** Groups between colons; the last may be a dotted IPv4 address if nothing follows it. */
function parseGroups(text: string, endsAddress: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const number = endsAddress && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (number === undefined) return undefined;
    groups.push(number >>> 16, number & 0xffff);
  }
  return groups;
}

function addressOf(groups: readonly number[]): Address {
  const word = (index: number): number =>
    (((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0)) >>> 0;
  const words: AddressWords = [word(0), word(2), word(4), word(6)];
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? { version: 4, words: [0, 0, 0, words[3]] } : { version: 6, words };
}

/** The mask of one word, when the prefix has `bits` of all 128. */
function maskOf(bits: number, word: number): number {
  const ones = Math.min(32, Math.max(0, bits - word * 32));
  return ones === 0 ? 0 : (-1 << (32 - ones)) >>> 0;
}

function masked(words: AddressWords, bits: number, version: 4 | 6): AddressWords {
  const at = (index: 0 | 1 | 2 | 3): number => (words[index] & maskOf(bits, index)) >>> 0;
  return version === 4 ? [0, 0, 0, at(3)] : [at(0), at(1), at(2), at(3)];
}

function lastOf(first: AddressWords, bits: number, version: 4 | 6): AddressWords {
  const at = (index: 0 | 1 | 2 | 3): number => (first[index] | ~maskOf(bits, index)) >>> 0;
  return version === 4 ? [0, 0, 0, at(3)] : [at(0), at(1), at(2), at(3)];
}

function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");
}

/** Not the shortest form, and a right one: trailing zero groups become `::`. */
function ipv6Text(words: AddressWords): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  let length = 8;
  while (length > 0 && groups[length - 1] === 0) length -= 1;
  const text = groups.slice(0, length).map((group) => group.toString(16));
  return length >= 7 ? groups.map((g) => g.toString(16)).join(":") : `${text.join(":")}::`;
}
