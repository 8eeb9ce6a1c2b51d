import type { ChangesSince } from "../../../../src/core/authority/authority-api.ts";
import type {
  UnsealedAdvance,
  UnsealedChanges,
} from "../../../../src/core/authority/unsealed-changes.ts";
import { sha256Hex } from "../../../../src/core/hash/sha256.ts";
import type { Advance } from "../../../../src/core/propagation/messages.ts";
import type { Relay } from "../../../../src/core/propagation/relay.ts";
import type { SealProblem } from "../../../../src/core/signing/check-seal.ts";
import { type SealClaim, endorsementText, sealedText } from "../../../../src/core/signing/claim.ts";
import { signingKeyId } from "../../../../src/core/signing/key-id.ts";
import type { Seal, SigningKey } from "../../../../src/core/signing/seal.ts";
import type { SignatureCheck } from "../../../../src/core/signing/signature.ts";

// Signatures that anyone could make, at once and without waiting: for tests of what follows from a
// signature's being right or wrong.

function fakeSignature(publicKey: string, text: string): string {
  const signed = `${publicKey} ${text}`;
  const known = signatures.get(signed);
  if (known !== undefined) return known;
  const signature = sha256Hex(`1 ${signed}`) + sha256Hex(`2 ${signed}`);
  if (signatures.size === MOST_SIGNATURES) signatures.clear();
  signatures.set(signed, signature);
  return signature;
}

/** What one makes, many check. */
const signatures = new Map<string, string>();
const MOST_SIGNATURES = 1_000;

export function isFakeRight({ publicKey, text, signature }: SignatureCheck): boolean {
  return signature === fakeSignature(publicKey, text);
}

export const isFakeRightLater = (check: SignatureCheck) => Promise.resolve(isFakeRight(check));

/** The key of a number, endorsed by another one, or the first of its environment. */
export function fakeKey(number: number, environmentId: string, former?: SigningKey): SigningKey {
  const publicKey = sha256Hex(`key ${number}`);
  const key = { id: signingKeyId(publicKey), publicKey, createdAtMs: number };
  const text = endorsementText(environmentId, key);
  return { ...key, endorsement: former ? fakeSignature(former.publicKey, text) : null };
}

export function fakeSeal(claim: SealClaim, keys?: readonly SigningKey[]): Seal {
  const signers = keys ?? [firstKey(claim.environmentId)];
  const { id: keyId, publicKey } = signers.at(-1)!;
  const signature = fakeSignature(publicKey, sealedText(claim));
  return { keyId, signature, keysRoot: claim.keysRoot, signers };
}

const firstKeys = new Map<string, SigningKey>();

function firstKey(environmentId: string): SigningKey {
  const key = firstKeys.get(environmentId) ?? fakeKey(1, environmentId);
  firstKeys.set(environmentId, key);
  return key;
}

export function fakelySealed(changes: UnsealedAdvance): Advance;
export function fakelySealed(changes: UnsealedChanges): ChangesSince;
export function fakelySealed(changes: UnsealedChanges): ChangesSince {
  if (changes.kind === "current" || changes.kind === "unknown-environment") return changes;
  const { claim, ...rest } = changes;
  return { ...rest, seal: fakeSeal(claim) };
}

/** Brings something to a relay; what it says against it, or `null`. */
export function receive(relay: Relay, changes: ChangesSince): SealProblem | null {
  const arrival = relay.examine(changes);
  if (arrival === null) return null;
  if (!arrival.ok) return arrival.error;
  return relay.take(arrival.value, arrival.value.plan.checks.map(isFakeRight));
}

/** A relay that has begun anew takes what its store holds. */
export function awake(relay: Relay): Relay {
  const stored = relay.stored();
  if (stored?.ok === true) relay.take(stored.value, stored.value.plan.checks.map(isFakeRight));
  return relay;
}

/** The authority's answer to a report comes: true when the relay should report once more. */
export function contacted(
  relay: Relay,
  answer: ChangesSince,
  reported: number | null,
  sentAtMs: number,
): boolean {
  receive(relay, answer);
  return relay.contacted(answer, reported, sentAtMs);
}
