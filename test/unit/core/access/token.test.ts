import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  TOKEN_RANDOM_BYTES,
  formatToken,
  parseToken,
  tokenHash,
  tokenHint,
} from "../../../../src/core/access/token.ts";
import { unevenness, withOneChanged, withTwoSwapped } from "../keys/damaged.ts";

const ID = "k3v9q2m1abcd0z7x";
const freshToken = () => formatToken(ID, randomBytes(TOKEN_RANDOM_BYTES));

describe("a management token", () => {
  it("is read back as it was made", () => {
    const text = freshToken();
    expect(parseToken(text)).toEqual({ ok: true, value: { id: ID, text } });
  });

  it("is one word that a secret scanner finds, with 33 digits of secret and 6 of checksum", () => {
    expect(freshToken()).toMatch(/^sym_k3v9q2m1abcd0z7x_[A-Za-z0-9]{39}$/);
  });

  it("with one character changed is refused, wherever and whatever the change", () => {
    const accepted = [...withOneChanged(freshToken(), 20261121)].filter(
      (text) => parseToken(text).ok,
    );
    expect(accepted).toEqual([]);
  });

  it("with two neighbours swapped is refused", () => {
    const accepted = [...withTwoSwapped(freshToken())].filter((text) => parseToken(text).ok);
    expect(accepted).toEqual([]);
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
    const secrets = Array.from({ length: 2_000 }, () => freshToken().slice(21, 54));
    const { digits, chiSquared } = unevenness(secrets);
    expect(digits).toBe(62);
    expect(chiSquared).toBeLessThan(131);
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
