import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  TOKEN_RANDOM_BYTES,
  formatToken,
  parseToken,
  tokenHash,
  tokenHint,
} from "../../../../src/core/access/token.ts";

const ID = "k3v9q2m1abcd0z7x";
const freshToken = () => formatToken(ID, randomBytes(TOKEN_RANDOM_BYTES));

/** A small seeded generator, so that a failure can be repeated. */
function seeded(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a management token", () => {
  it("is read back as it was made", () => {
    const text = freshToken();
    expect(parseToken(text)).toEqual({ ok: true, value: { id: ID, text } });
  });

  it("is one word that a secret scanner finds, with 33 digits of secret and 6 of checksum", () => {
    expect(freshToken()).toMatch(/^sym_k3v9q2m1abcd0z7x_[A-Za-z0-9]{39}$/);
  });

  it("with one character changed is refused, wherever and whatever the change", () => {
    const random = seeded(20261121);
    const text = freshToken();
    const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. é";
    let accepted = 0;
    for (let round = 0; round < 100_000; round += 1) {
      const at = random(text.length);
      const replacement = alphabet.charAt(random(alphabet.length));
      if (replacement === text.charAt(at)) continue;
      if (parseToken(text.slice(0, at) + replacement + text.slice(at + 1)).ok) accepted += 1;
    }
    expect(accepted).toBe(0);
  });

  it("with two neighbours swapped is refused", () => {
    const text = freshToken();
    for (let at = 0; at + 1 < text.length; at += 1) {
      if (text[at] === text[at + 1]) continue;
      const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
      expect(parseToken(swapped).ok, `swap at ${at}`).toBe(false);
    }
  });

  it.each([
    { name: "nothing", text: "", error: "not-a-token" },
    { name: "an SDK key", text: `sy_server_k3v9q2m1_${"a".repeat(39)}`, error: "not-a-token" },
    {
      name: "a prefix in capitals",
      text: freshToken().replace("sym", "SYM"),
      error: "not-a-token",
    },
    { name: "a token cut off", text: freshToken().slice(0, -1), error: "cut-off" },
    { name: "the prefix alone", text: "sym_", error: "cut-off" },
    { name: "a token with a line break", text: `${freshToken()}\n`, error: "too-long" },
    { name: "two tokens", text: freshToken() + freshToken(), error: "too-long" },
    {
      name: "an id in capitals",
      text: freshToken().replace(ID, ID.toUpperCase()),
      error: "checksum",
    },
    {
      name: "one token's secret behind another's id",
      text: freshToken().replace(ID, "0000000000000000"),
      error: "checksum",
    },
  ])("is not what $name is", ({ text, error }) => {
    expect(parseToken(text)).toEqual({ ok: false, error });
  });

  it("takes each of the 62 digits about equally often", () => {
    const counts = new Map<string, number>();
    const rounds = 2_000;
    for (let round = 0; round < rounds; round += 1) {
      for (const digit of freshToken().slice(21, 54)) {
        counts.set(digit, (counts.get(digit) ?? 0) + 1);
      }
    }
    const expected = (rounds * 33) / 62;
    const chiSquared = [...counts.values()].reduce(
      (sum, n) => sum + (n - expected) ** 2 / expected,
      0,
    );
    expect(counts.size).toBe(62);
    // 61 degrees of freedom; a fair source is above this once in a million runs.
    expect(chiSquared).toBeLessThan(125);
  });

  it("is not made of too few random bytes, nor of a wrong id", () => {
    expect(() => formatToken(ID, randomBytes(20))).toThrow(/64 random bytes/);
    expect(() => formatToken("Short", randomBytes(TOKEN_RANDOM_BYTES))).toThrow(/\[a-z0-9\]\{16\}/);
  });

  it("is stored as the SHA-256 of its whole text, and shown by its last four characters", () => {
    const text = freshToken();
    expect(tokenHash(text)).toBe(createHash("sha256").update(text).digest("hex"));
    expect(text.endsWith(tokenHint(text))).toBe(true);
    expect(tokenHint(text)).toHaveLength(4);
  });
});
