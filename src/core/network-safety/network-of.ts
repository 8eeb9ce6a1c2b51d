import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/**
 * Names the network of one client: an IPv4 address, or the first 64 bits of an IPv6 address, of
 * which a client has all the rest. `null`: the text is no address.
 */
export function networkOf(text: string): string | null {
  const address = parseIpAddress(text.trim());
  if (address === null) return null;
  return address.length === 4 ? address.join(".") : `${groupsOf(address.slice(0, 8))}::/64`;
}

const groupsOf = (bytes: IpAddress) =>
  [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)).join(":");
