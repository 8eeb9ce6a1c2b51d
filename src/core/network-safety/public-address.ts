import type { IpAddress } from "./ip-address.ts";

/** A block of addresses: those whose first `bits` bits are these. */
interface Block {
  readonly bytes: IpAddress;
  readonly bits: number;
}

const block = (bits: number, ...bytes: readonly number[]): Block => ({ bytes, bits });

/** What IANA's registry of special-purpose IPv4 addresses says is not globally reachable. */
const IPV4_NOT_PUBLIC: readonly Block[] = [
  block(8, 0), // this network
  block(8, 10), // private
  block(10, 100, 64), // shared by carriers
  block(8, 127), // loopback
  block(16, 169, 254), // link-local, and the metadata of most clouds
  block(12, 172, 16), // private
  block(24, 192, 0, 0), // protocol assignments
  block(24, 192, 0, 2), // documentation
  block(24, 192, 31, 196), // AS112
  block(24, 192, 52, 193), // AMT
  block(24, 192, 88, 99), // 6to4 relays
  block(16, 192, 168), // private
  block(24, 192, 175, 48), // AS112
  block(15, 198, 18), // benchmarks
  block(24, 198, 51, 100), // documentation
  block(24, 203, 0, 113), // documentation
  block(4, 224), // multicast
  block(4, 240), // reserved, and the broadcast address
];

/** All of IPv6 that is handed out. Everything else is local, reserved or an embedded address. */
const IPV6_PUBLIC = block(3, 0x20);

const IPV6_NOT_PUBLIC: readonly Block[] = [
  block(23, 0x20, 0x01, 0x00), // protocol assignments; Teredo, which embeds IPv4, is among them
  block(32, 0x20, 0x01, 0x0d, 0xb8), // documentation
  block(16, 0x20, 0x02), // 6to4, which embeds IPv4
  block(48, 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00), // AS112
  block(20, 0x3f, 0xff, 0x00), // documentation
];

/**
 * True for an address that anyone on the internet can reach. False for those of the machine, the
 * network around it, clouds' metadata, and every IPv6 form that carries an IPv4 address, since what
 * a translator makes of it is not known here.
 */
export function isPublicAddress(address: IpAddress): boolean {
  const isIn = (of: Block) => isInBlock(address, of);
  if (address.length === 4) return !IPV4_NOT_PUBLIC.some(isIn);
  return address.length === 16 && isIn(IPV6_PUBLIC) && !IPV6_NOT_PUBLIC.some(isIn);
}

function isInBlock(address: IpAddress, { bytes, bits }: Block): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const at = bit / 8;
    const mask = (0xff << Math.max(0, 8 - (bits - bit))) & 0xff;
    if (((address[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}
