import type { VerifySignature } from "../signing/signature.ts";
import { isSameChain, isSignedBy, type ChainName, type SignedCheckpoint } from "./checkpoint.ts";
import type { AuditHead } from "./entry.ts";

/** What became of the checkpoints that a chain was to be held against. */
export interface CheckpointTally {
  /** They say what the chain holds. */
  readonly compared: number;
  /** They are of entries before the first one that is there. */
  readonly beforeStart: number;
  readonly ofOtherChains: number;
}

/** Checkpoints that were kept from earlier, held against one chain. */
export class KnownCheckpoints {
  readonly #at = new Map<number, SignedCheckpoint[]>();
  readonly #ofOtherChains: number;

  constructor(given: readonly SignedCheckpoint[], chain: ChainName) {
    const own = given.filter(({ checkpoint }) => isSameChain(checkpoint.chain, chain));
    this.#ofOtherChains = given.length - own.length;
    for (const signed of own) {
      const { sequence } = signed.checkpoint.head;
      this.#at.set(sequence, [...(this.#at.get(sequence) ?? []), signed]);
    }
  }

  /** True when one of them has another hash for this entry. */
  contradict({ sequence, hash }: Omit<AuditHead, "atMs">): boolean {
    return (this.#at.get(sequence) ?? []).some(({ checkpoint }) => checkpoint.head.hash !== hash);
  }

  /** What is wrong with the checkpoints themselves; `null`: nothing. */
  async fault(publicKey: string, verify: VerifySignature): Promise<string | null> {
    for (const [sequence, all] of this.#at) {
      const signed = await Promise.all(all.map((one) => isSignedBy(one, publicKey, verify)));
      if (signed.includes(false)) return `the checkpoint at ${sequence} is not signed by the key`;
      const hashes = new Set(all.map(({ checkpoint: { head } }) => head.hash));
      if (hashes.size > 1) {
        return `checkpoints at ${sequence} contradict each other: the chain was rewritten`;
      }
    }
    return null;
  }

  /** The place of one of a later entry than this; `undefined`: there is none. */
  beyond(last: number): number | undefined {
    return [...this.#at.keys()].find((sequence) => sequence > last);
  }

  /** For a chain without fault that goes on after one entry and ends with another. */
  tally(after: number, last: number): CheckpointTally {
    const count = (isIn: (sequence: number) => boolean) =>
      [...this.#at].reduce((sum, [at, all]) => sum + (isIn(at) ? all.length : 0), 0);
    return {
      compared: count((at) => at >= after && at <= last),
      beforeStart: count((at) => at < after),
      ofOtherChains: this.#ofOtherChains,
    };
  }
}
