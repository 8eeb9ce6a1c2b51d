import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import { formatSdkKey, SDK_KEY_RANDOM_BYTES } from "../../../../src/core/keys/sdk-key.ts";
import { readSdkKey } from "../../../../workers/edge/credentials.ts";
import { KeyRing } from "../../../../workers/edge/key-ring.ts";

const freshKey = () =>
  formatSdkKey("server", environmentId("a1b2c3d4"), randomBytes(SDK_KEY_RANDOM_BYTES));
const authorized = (authorization: string, more: Record<string, string> = {}) =>
  new Headers({ authorization, ...more });

describe("reading keys", () => {
  const key = freshKey();
  const other = freshKey();

  it.each([
    ["a bearer", authorized(`Bearer ${key}`)],
    ["a bearer in lower case", authorized(`bearer   ${key}`)],
    ["a bare key", authorized(key)],
    ["another header", new Headers({ "x-api-key": key })],
    ["another header beside something else", authorized("Basic abc", { "x-api-key": key })],
    ["nothing", new Headers()],
    ["a key that is cut off", authorized(`Bearer ${key.slice(0, -1)}`)],
    ["a good and a bad one", authorized(`Bearer ${other.slice(1)}`, { "x-api-key": key })],
  ])("says of %s what it says the first time, each time", (_, headers) => {
    const ring = new KeyRing();
    for (let time = 0; time < 3; time += 1) {
      expect(ring.read(headers)).toEqual(readSdkKey(headers));
      expect(ring.read(authorized(`Bearer ${other}`))).toMatchObject({ value: { text: other } });
    }
  });

  it("forgets, rather than grow for ever, and then reads once more", () => {
    const ring = new KeyRing();
    const first = ring.read(authorized(`Bearer ${key}`));
    expect(ring.read(authorized(`Bearer ${key}`))).toBe(first);
    for (let made = 0; made < 1_000; made += 1) ring.read(authorized(`Bearer ${freshKey()}`));
    const again = ring.read(authorized(`Bearer ${key}`));
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
  });
});
