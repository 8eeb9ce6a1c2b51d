import { newSigningKey, signEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import { sealedText } from "../../../src/core/signing/claim.ts";
import { signingKeyId } from "../../../src/core/signing/key-id.ts";
import { claimOf, stateAfter } from "../../../src/core/signing/sealed-state.ts";

/** A snapshot that no authority has, as if one had let it go; for what no command can bring about yet. */
export async function sealedByATest<T extends object>(snapshot: T) {
  const state = stateAfter(null, { kind: "snapshot", snapshot });
  if (state === null) throw new Error("no authority could have that");
  const { publicKey, seed } = await newSigningKey();
  const claim = claimOf(state);
  const keyId = signingKeyId(publicKey);
  const signature = await signEd25519(seed, sealedText(claim));
  const signers = [{ id: keyId, publicKey, createdAtMs: 0, endorsement: null }];
  return { snapshot, seal: { keyId, signature, keysRoot: claim.keysRoot, signers } };
}
