import { compareWords } from "./ip.ts";
import type { Address, AddressWords, Network } from "./ip.ts";

/** Blocks of addresses, sorted and disjoint, so that looking one up halves them again and again. */
export class NetworkTable {
  readonly #ipv4: readonly Network[];
  readonly #ipv6: readonly Network[];

  constructor(networks: readonly Network[]) {
    this.#ipv4 = disjoint(networks.filter((network) => network.version === 4));
    this.#ipv6 = disjoint(networks.filter((network) => network.version === 6));
  }

  has(address: Address): boolean {
    const networks = address.version === 4 ? this.#ipv4 : this.#ipv6;
    const candidate = lastStartingUpTo(networks, address.words);
    return candidate !== undefined && compareWords(address.words, candidate.last) <= 0;
  }
}

/** Two blocks are nested or apart, so whatever begins inside the one before is inside it. */
function disjoint(networks: readonly Network[]): readonly Network[] {
  const sorted = networks.toSorted(
    (a, b) => compareWords(a.first, b.first) || compareWords(b.last, a.last),
  );
  const kept: Network[] = [];
  for (const network of sorted) {
    const before = kept.at(-1);
    if (before === undefined || compareWords(network.first, before.last) > 0) kept.push(network);
  }
  return kept;
}

function lastStartingUpTo(networks: readonly Network[], words: AddressWords): Network | undefined {
  let low = 0;
  let high = networks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const network = networks[middle];
    if (network !== undefined && compareWords(network.first, words) <= 0) low = middle + 1;
    else high = middle;
  }
  return networks[low - 1];
}
