import { describe, expect, it } from "vitest";
import { checkSeal } from "../../../../src/core/signing/check-seal.ts";
import type { SealClaim } from "../../../../src/core/signing/claim.ts";
import { fakeKey, fakeSeal, isFakeRightLater } from "./fake-signatures.ts";

const ID = "envtest00001";
const [A, B] = [fakeKey(1, ID), fakeKey(2, ID, fakeKey(1, ID))];
const C = fakeKey(3, ID, B);
const THIEF = fakeKey(9, ID);
const claim: SealClaim = {
  environmentId: ID,
  revision: 7,
  acceptedAtMs: 1,
  salt: "env-salt",
  documentsRoot: "d".repeat(64),
  keysRoot: "e".repeat(64),
};
const trusting = (...keys: readonly (typeof A)[]) => keys.map(({ publicKey }) => publicKey);
const check = (trusted: readonly string[], seal: unknown, of = claim) =>
  checkSeal(trusted, seal, of, isFakeRightLater);

describe("a seal is right", () => {
  it.each([
    { name: "by the key that is trusted", trusted: [A], signers: [A] },
    { name: "by a key that the trusted one has endorsed", trusted: [A], signers: [A, B] },
    { name: "by a key two rotations on", trusted: [A], signers: [A, B, C] },
    { name: "by a chain that begins after its first key", trusted: [B], signers: [B, C] },
    {
      name: "where the trusted key is not the first of the chain",
      trusted: [B],
      signers: [A, B, C],
    },
    { name: "by one of several trusted keys", trusted: [THIEF, A], signers: [A, B] },
    { name: "at first contact, by its own keys", trusted: [], signers: [A, B, C] },
  ])("$name", async ({ trusted, signers }) => {
    const verdict = await check(trusting(...trusted), fakeSeal(claim, signers));
    const key = signers.at(-1)!;
    expect(verdict).toEqual({ ok: true, value: [key.publicKey] });
  });
});

describe("a seal is refused", () => {
  it.each([
    { name: "by a stranger", trusted: [A], signers: [THIEF], kind: "untrusted-key" },
    {
      name: "by the key before the trusted one",
      trusted: [B],
      signers: [A],
      kind: "untrusted-key",
    },
    {
      name: "by one without endorsement",
      trusted: [A],
      signers: [A, THIEF],
      kind: "unendorsed-key",
    },
    {
      name: "by one that another has endorsed",
      trusted: [A],
      signers: [A, fakeKey(4, ID, THIEF)],
      kind: "unendorsed-key",
    },
    {
      name: "by one that has skipped another",
      trusted: [A],
      signers: [A, C],
      kind: "unendorsed-key",
    },
    {
      name: "by one that was endorsed for another environment",
      trusted: [A],
      signers: [A, fakeKey(2, "another00001", A)],
      kind: "unendorsed-key",
    },
    {
      name: "at first contact, by a broken chain",
      trusted: [],
      signers: [A, C],
      kind: "unendorsed-key",
    },
  ] as const)("$name", async ({ trusted, signers, kind }) => {
    const verdict = await check(trusting(...trusted), fakeSeal(claim, signers));
    expect(verdict).toMatchObject({ ok: false, error: { kind } });
  });

  it.each(Object.keys(claim) as readonly (keyof SealClaim)[])(
    "when the state has another %s",
    async (member) => {
      const of = { ...claim, [member]: typeof claim[member] === "number" ? 8 : "other" };
      // An endorsement names its environment as well, so that the chain is left out of it.
      const verdict = await check(trusting(A), fakeSeal(claim, [A]), of);
      expect(verdict).toMatchObject({ ok: false, error: { kind: "forged", keyId: A.id } });
    },
  );

  it("when it names another key than its last", async () => {
    const seal = { ...fakeSeal(claim, [A, B]), keyId: A.id };
    expect(await check(trusting(A), seal)).toEqual({ ok: false, error: { kind: "unsealed" } });
  });
});
