import { parseIpv4, parseIpv6 } from "../conditions/ip.ts";

/** The four bytes of an IPv4 address, or the sixteen of an IPv6 address. */
export type IpAddress = readonly number[];

/**
 * Reads an address in its usual spelling: `192.0.2.7`, `2001:db8::7`, `::ffff:192.0.2.7`. Octal,
 * hexadecimal and shortened spellings of IPv4 are not read: they mean different addresses to
 * different programs. Unlike in conditions, an IPv4-mapped address stays one of IPv6. `null`: it is
 * no address.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (text.includes(":")) {
    return parseIpv6(text)?.flatMap((group) => [group >>> 8, group & 0xff]) ?? null;
  }
  const number = parseIpv4(text);
  return number === undefined ? null : [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff);
}
