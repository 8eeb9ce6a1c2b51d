import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { StateDigest } from "../../../../src/core/signing/state-digest.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

it("a digest is what the documentation says, so that others can compute it", () => {
  const digest = StateDigest.empty.after([
    { kind: "flag", key: "a", state: { version: 2, document: { z: 1, key: "a" } } },
    { kind: "key", key: "k1", state: { version: 1, document: { id: "k1" } } },
  ]);
  const root = (name: string, text: string) => {
    const buckets = Array.from({ length: 256 }, () => "");
    buckets[crc32(name) % 256] = sha256(sha256(text));
    return sha256(buckets.join(","));
  };
  expect(digest.documentsRoot).toBe(
    root("flag/a", '{"document":{"key":"a","z":1},"key":"a","kind":"flag","version":2}'),
  );
  expect(digest.keysRoot).toBe(
    root("key/k1", '{"document":{"id":"k1"},"key":"k1","kind":"key","version":1}'),
  );
  expect(StateDigest.empty.documentsRoot).toBe(sha256(",".repeat(255)));
});

function rootWith(value: unknown): string {
  const state = { version: 1, document: { value } };
  return StateDigest.empty.after([{ kind: "flag", key: "a", state }]).documentsRoot;
}

it("a number that JSON has no text for is no null", () => {
  const roots = [null, Infinity, -Infinity, NaN].map(rootWith);
  expect(new Set(roots).size).toBe(4);
});

/** By the definition, bit by bit. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
