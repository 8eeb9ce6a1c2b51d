import { PLATFORM_ACCESS } from "../src/core/access/permits.ts";
import { newSigningKey, signEd25519 } from "../src/adapters/crypto/ed25519.ts";
import type { Actor } from "../src/core/authority/actor.ts";
import type { Authority } from "../src/core/authority/authority.ts";
import type { Command, CommandEnvelope } from "../src/core/authority/command.ts";
import type { ChangesSince } from "../src/core/authority/authority-api.ts";
import type { UnsealedAdvance, UnsealedChanges } from "../src/core/authority/unsealed-changes.ts";
import type { Advance } from "../src/core/propagation/messages.ts";
import { invariant } from "../src/core/result.ts";
import { endorsementText, type SealClaim, sealedText } from "../src/core/signing/claim.ts";
import { signingKeyId } from "../src/core/signing/key-id.ts";
import type { Seal, SigningKey } from "../src/core/signing/seal.ts";
import type { SigningSecrets } from "./signing-secrets.ts";

/** A reader that trusts an older key than these must be given its trust anew. */
const MOST_SIGNERS = 16;
/** Seals of so many revisions are kept, for calls that were captured a moment ago. */
const MOST_SEALS = 8;
const SYSTEM: Actor = { kind: "system", id: "authority", name: "The environment itself" };

export interface SignerDeps {
  readonly authority: Authority;
  readonly secrets: SigningSecrets;
  /** Called when signing has made a revision: the first key of an environment that had none. */
  readonly changed: () => void;
}

/**
 * Seals an environment's states with its newest key. A seal is made once a revision; to make it
 * again after a restart gives the same bytes, because Ed25519 leaves nothing to chance.
 */
export class EnvironmentSigner {
  readonly #deps: SignerDeps;
  readonly #seals = new Map<number, Promise<Seal>>();
  #firstKey: Promise<void> | null = null;

  constructor(deps: SignerDeps) {
    this.#deps = deps;
  }

  /** Does a command that comes with a new key, which is thrown away if it turns out not to. */
  async applyWithKey(envelope: CommandEnvelope): Promise<ReturnType<Authority["apply"]>> {
    const { authority, secrets } = this.#deps;
    for (;;) {
      const former = this.#newestKey();
      const { key, seed } = await this.#makeKey(former);
      // Another rotation has come first, so that this key is endorsed by the wrong one.
      if (this.#newestKey()?.id !== former?.id) continue;
      // In the turn of the command, so that storage makes both durable together; and before it, since
      // an environment whose newest key has no private half can never sign again. Only what makes
      // the environment makes the table, too.
      const hasTable = authority.head() !== null;
      if (hasTable) secrets.keep(key.id, seed);
      const answer = authority.apply(envelope, key.createdAtMs, key);
      const isUsed = this.#newestKey()?.id === key.id;
      if (isUsed && !hasTable) secrets.keep(key.id, seed);
      if (!isUsed && hasTable) secrets.forget(key.id);
      return answer;
    }
  }

  sealed(changes: UnsealedAdvance): Promise<Advance>;
  sealed(changes: UnsealedChanges): Promise<ChangesSince>;
  async sealed(changes: UnsealedChanges): Promise<ChangesSince> {
    if (changes.kind === "current" || changes.kind === "unknown-environment") return changes;
    const { claim, ...rest } = changes;
    return { ...rest, seal: await this.seal(claim) };
  }

  /** The same promise for the same revision. Rejects when the platform cannot sign. */
  seal(claim: SealClaim): Promise<Seal> {
    const { revision } = claim;
    const known = this.#seals.get(revision);
    if (known !== undefined) return known;
    const sealing = this.#makeSeal(claim);
    this.#seals.set(revision, sealing);
    for (const old of this.#seals.keys()) {
      if (this.#seals.size <= MOST_SEALS) break;
      this.#seals.delete(old);
    }
    sealing.catch(() => this.#seals.delete(revision));
    return sealing;
  }

  async #makeSeal(claim: SealClaim): Promise<Seal> {
    if (this.#newestKey() === null) await this.#makeFirstKey();
    const signers = this.#keys().slice(-MOST_SIGNERS);
    const signer = signers.at(-1);
    invariant(signer !== undefined, "an environment that is sealed has a signing key");
    const signature = await signEd25519(this.#seedOf(signer), sealedText(claim));
    return { keyId: signer.id, signature, keysRoot: claim.keysRoot, signers };
  }

  /** For an environment that was made before states were sealed. */
  #makeFirstKey(): Promise<void> {
    const command: Command = { kind: "signing-key.rotate" };
    const reason = "The environment had no signing key yet.";
    const by = { actor: SYSTEM, permits: PLATFORM_ACCESS };
    const envelope = { command, ...by, reason, requestId: null, commandId: null };
    this.#firstKey ??= this.applyWithKey(envelope)
      .then((answer) => {
        invariant(answer.ok, "an environment can be given its first signing key");
        this.#deps.changed();
      })
      // Once there is one nobody asks; until then the next one to ask tries again.
      .finally(() => {
        this.#firstKey = null;
      });
    return this.#firstKey;
  }

  async #makeKey(former: SigningKey | null) {
    const { publicKey, seed } = await newSigningKey();
    const open = { id: signingKeyId(publicKey), publicKey, createdAtMs: Date.now() };
    const head = this.#deps.authority.head();
    const endorsement =
      former === null || head === null
        ? null
        : await signEd25519(this.#seedOf(former), endorsementText(head.environmentId, open));
    return { key: { ...open, endorsement } satisfies SigningKey, seed };
  }

  #seedOf({ id }: SigningKey): string {
    const seed = this.#deps.secrets.seedOf(id);
    invariant(seed !== null, `the private half of the signing key ${id} is there`);
    return seed;
  }

  #newestKey(): SigningKey | null {
    return this.#keys().at(-1) ?? null;
  }

  #keys(): readonly SigningKey[] {
    const keys = this.#deps.authority.signingKeys();
    return keys.ok ? keys.value.map(({ document }) => document) : [];
  }
}
