import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import {
  formatSdkKey,
  parseSdkKey,
  SDK_KEY_RANDOM_BYTES,
  sdkKeyHash,
  sdkKeyHint,
} from "../../../../src/core/keys/sdk-key.ts";
import { unevenness, withOneChanged, withTwoSwapped } from "./damaged.ts";

const ENVIRONMENT = environmentId("k3v9q2m1abcd");
const freshKey = (kind: "server" | "client" = "server") =>
  formatSdkKey(kind, ENVIRONMENT, randomBytes(SDK_KEY_RANDOM_BYTES));

describe("an SDK key", () => {
  it.each(["server", "client"] as const)("of kind %s is read back as it was made", (kind) => {
    const text = freshKey(kind);
    expect(parseSdkKey(text)).toEqual({
      ok: true,
      value: { kind, environmentId: ENVIRONMENT, text },
    });
  });

  it.each([8, 32])("carries an environment id of %i characters", (length) => {
    const id = environmentId("a1".repeat(length / 2));
    const parsed = parseSdkKey(formatSdkKey("client", id, randomBytes(SDK_KEY_RANDOM_BYTES)));
    expect(parsed).toMatchObject({ ok: true, value: { environmentId: id } });
  });

  it("is one word of letters, digits and underscores, with 33 digits of secret", () => {
    expect(freshKey()).toMatch(/^sy_server_k3v9q2m1abcd_[A-Za-z0-9]{39}$/);
  });

  it("with one character changed is refused, wherever and whatever the change", () => {
    const accepted = [...withOneChanged(freshKey(), 20261120)].filter(
      (text) => parseSdkKey(text).ok,
    );
    expect(accepted).toEqual([]);
  });

  it("with two neighbours swapped is refused", () => {
    const accepted = [...withTwoSwapped(freshKey())].filter((text) => parseSdkKey(text).ok);
    expect(accepted).toEqual([]);
  });

  it.each([
    { name: "nothing", text: "" },
    { name: "another product's key", text: "sdk-5f0c1d5e-8d6b-4f7c-9d7e-2f0c1d5e8d6b" },
    { name: "a key cut off", text: freshKey().slice(0, -1) },
    { name: "a key with a line break", text: `${freshKey()}\n` },
    { name: "two keys", text: `${freshKey()},${freshKey()}` },
    { name: "an upper-case environment", text: freshKey().replace("k3v9", "K3V9") },
    { name: "a third kind", text: freshKey().replace("server", "admin") },
  ])("is not what $name is", ({ text }) => {
    expect(parseSdkKey(text)).toEqual({ ok: false, error: "not-a-key" });
  });

  it("of the right shape with a wrong secret is told apart from no key at all", () => {
    const text = freshKey();
    const last = text.at(-8) === "a" ? "b" : "a";
    expect(parseSdkKey(text.slice(0, -8) + last + text.slice(-7))).toEqual({
      ok: false,
      error: "checksum",
    });
  });

  it("is pinned, so that keys in use stay keys", () => {
    const key = formatSdkKey("server", environmentId("abcdefgh"), new Uint8Array(64).fill(61));
    expect(key).toBe(`sy_server_abcdefgh_${"z".repeat(33)}${key.slice(-6)}`);
    expect(key.slice(-6)).toMatchInlineSnapshot(`"07f7SF"`);
  });

  it("uses each of the 62 digits equally often", () => {
    const secrets = Array.from({ length: 3_000 }, () => freshKey().slice(-39, -6));
    const { digits, chiSquared } = unevenness(secrets);
    expect(digits).toBe(62);
    expect(chiSquared).toBeLessThan(131);
  });

  it("is not made of bytes that would favour some digits, nor of too few", () => {
    expect(() => formatSdkKey("server", ENVIRONMENT, new Uint8Array(64).fill(255))).toThrow();
    expect(() => formatSdkKey("server", ENVIRONMENT, randomBytes(32))).toThrow();
  });

  it("is not made for a text that is no environment id", () => {
    const bytes = randomBytes(SDK_KEY_RANDOM_BYTES);
    expect(() => formatSdkKey("server", environmentId("Prod_1"), bytes)).toThrow();
  });

  it("is stored as its SHA-256 and shown by its last four characters", () => {
    const text = freshKey();
    expect(sdkKeyHash(text)).toBe(createHash("sha256").update(text).digest("hex"));
    expect(sdkKeyHint(text)).toBe(text.slice(-4));
  });
});
