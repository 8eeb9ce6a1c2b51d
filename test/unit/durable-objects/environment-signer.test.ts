import { expect, it } from "vitest";
import { verifyEd25519 } from "../../../src/adapters/crypto/ed25519.ts";
import { checkSeal } from "../../../src/core/signing/check-seal.ts";
import { EnvironmentSigner } from "../../../durable-objects/environment-signer.ts";
import { SigningSecrets } from "../../../durable-objects/signing-secrets.ts";
import { anEnvironment, type TestAuthority } from "../core/authority/an-authority.ts";
import { envelopeOf, valueOf } from "../core/authority/builders.ts";

const reason = "test";
const rotate = envelopeOf({ kind: "signing-key.rotate" }, { reason });

/** The signer of an environment without a key, on storage that may be full. */
function aSigner() {
  const made = anEnvironment();
  const disk = { isFull: false };
  const secrets = new SigningSecrets({
    ...made.sql,
    exec: (statement, ...parameters) => {
      if (disk.isFull && statement.startsWith("INSERT")) throw new Error("the disk is full");
      return made.sql.exec(statement, ...parameters);
    },
  });
  const { authority } = made;
  const signer = new EnvironmentSigner({ authority, secrets, changed: () => {} });
  return { made, disk, signer };
}

async function isSealed(signer: EnvironmentSigner, { authority }: TestAuthority) {
  const changes = authority.changesSince(null);
  if (changes.kind !== "snapshot") throw new Error(changes.kind);
  const seal = await signer.seal(changes.claim);
  return (await checkSeal([], seal, changes.claim, verifyEd25519)).ok;
}

const keysOf = ({ authority }: TestAuthority) => valueOf(authority.signingKeys());
const secretsOf = ({ sql }: TestAuthority) => [...sql.exec("SELECT key_id FROM signing_secrets")];

it("a first key that could not be kept is not in use, and the next seal gets another", async () => {
  const { made, disk, signer } = aSigner();
  disk.isFull = true;
  await expect(isSealed(signer, made)).rejects.toThrow("full");
  expect(keysOf(made)).toEqual([]);
  disk.isFull = false;
  expect(await isSealed(signer, made)).toBe(true);
  expect(keysOf(made)).toHaveLength(1);
});

it("a rotation whose private half cannot be kept changes nothing", async () => {
  const { made, disk, signer } = aSigner();
  await isSealed(signer, made);
  disk.isFull = true;
  await expect(signer.applyWithKey(rotate)).rejects.toThrow("full");
  disk.isFull = false;
  expect(keysOf(made)).toHaveLength(1);
  expect(await isSealed(signer, made)).toBe(true);
});

it("the private half of a key that was refused is not kept", async () => {
  const { made, signer } = aSigner();
  await isSealed(signer, made);
  expect((await signer.applyWithKey({ ...rotate, reason: null })).ok).toBe(false);
  expect(secretsOf(made)).toHaveLength(1);
});
