/** The four bytes of an IPv4 address, or the sixteen of an IPv6 address. */
export type IpAddress = readonly number[];

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/**
 * Reads an address in its usual spelling: `192.0.2.7`, `2001:db8::7`, `::ffff:192.0.2.7`. Octal,
 * hexadecimal and shortened spellings of IPv4 are not read: they mean different addresses to
 * different programs. `null`: it is no address.
 */
export function parseIpAddress(text: string): IpAddress | null {
  if (IPV4.test(text)) return text.split(".").map(Number);
  return text.includes(":") ? parseIpv6(text) : null;
}

function parseIpv6(text: string): IpAddress | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, index) => bytesOf(half, index === halves.length - 1));
  if (head === undefined || head === null || tail === null) return null;
  if (tail === undefined) return head.length === 16 ? head : null;
  const missing = 16 - head.length - tail.length;
  // "::" stands for at least one group.
  return missing < 2 ? null : [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** An IPv4 address may stand at the end of the whole. */
function bytesOf(groups: string, isEnd: boolean): readonly number[] | null {
  if (groups === "") return [];
  const bytes: number[] = [];
  const parts = groups.split(":");
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes.push(value >> 8, value & 0xff);
    } else if (isEnd && index === parts.length - 1 && IPV4.test(part)) {
      bytes.push(...part.split(".").map(Number));
    } else {
      return null;
    }
  }
  return bytes;
}
