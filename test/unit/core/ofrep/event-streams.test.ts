import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { environmentId } from "../../../../src/core/brand.ts";
import type { SdkKeyEntry } from "../../../../src/core/documents/sdk-key-entry.ts";
import {
  eventStreamsText,
  firstEvents,
  lastEventRevision,
  refetchEvent,
  streamUrl,
} from "../../../../src/core/ofrep/event-streams.ts";
import {
  keyOfToken,
  readStreamToken,
  streamToken,
} from "../../../../src/core/ofrep/stream-token.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const ENVIRONMENT = environmentId("k3v9q2m1");
const entry = (id: string, hash = sha256(id)): SdkKeyEntry => ({
  id,
  hash,
  kind: "client",
  expiresAtMs: null,
  origins: [],
});

describe("a stream token", () => {
  const key = entry("0f3a-key.1");
  const text = streamToken(ENVIRONMENT, key);

  it("names environment and key, and proves the key by a hash of its hash under a label", () => {
    expect(text).toBe(`k3v9q2m1.0f3a-key.1.${sha256(`switchyard.stream\n${key.hash}`)}`);
    expect(text).not.toContain(key.hash);
  });

  it("is the same whenever it is made, and read as what it was made of", () => {
    expect(
      streamToken(ENVIRONMENT, { ...key, expiresAtMs: 1, origins: ["https://a.example"] }),
    ).toBe(text);
    const token = readStreamToken(text);
    expect(token).toMatchObject({ environmentId: ENVIRONMENT, keyId: key.id });
    expect(keyOfToken(token!, [entry("other"), key])).toBe(key);
  });

  it("opens nothing for another key, nor for another key under the same id", () => {
    const token = readStreamToken(text)!;
    expect(keyOfToken(token, [])).toBeUndefined();
    expect(keyOfToken(token, [entry("other", key.hash)])).toBeUndefined();
    expect(keyOfToken(token, [entry(key.id, sha256("another secret"))])).toBeUndefined();
    expect(keyOfToken({ ...token, proof: key.hash }, [key])).toBeUndefined();
  });

  it.each([
    "",
    "k3v9q2m1",
    text.slice(0, -1),
    `${text}0`,
    text.toUpperCase(),
    text.replace("k3v9q2m1", "K3"),
    text.replace("0f3a-key.1.", "."),
    ` ${text}`,
  ])("is not %j", (other) => {
    expect(readStreamToken(other)).toBeNull();
  });
});

describe("the revision that a client was told of", () => {
  it.each([
    [null, null],
    ["", null],
    ["0", 0],
    ["42", 42],
    ["007", null],
    ["-1", null],
    ["1e3", null],
    ["4.2", null],
    ["9".repeat(15), 999_999_999_999_999],
    ["9".repeat(16), null],
    ["\u0664\u0662", null],
  ])("is %j read as %j", (sent, revision) => {
    expect(lastEventRevision(sent)).toBe(revision);
  });
});

describe("an event stream", () => {
  const newest = { revision: 42, acceptedAtMs: 1_767_268_800_999 };
  const refetch =
    'id: 42\nevent: message\ndata: {"type":"refetchEvaluation","etag":"42","lastModified":1767268800}\n\n';

  it("is offered under an absolute address, and closed by pages that are hidden for two minutes", () => {
    const url = streamUrl("https://flags.example", "a.b/c.d");
    expect(url).toBe("https://flags.example/ofrep/v1/stream?t=a.b%2Fc.d");
    expect(JSON.parse(eventStreamsText(url))).toEqual([
      { type: "sse", url, inactivityDelaySec: 120 },
    ]);
  });

  it("begins with nothing to do for who was told of this very revision", () => {
    expect(firstEvents(42, newest)).toBe(
      'retry: 3000\nid: 42\nevent: message\ndata: {"type":"connected"}\n\n',
    );
  });

  it.each([
    { who: "comes for the first time", told: null },
    { who: "was told of an older revision", told: 41 },
    { who: "was told of a newer revision than there is", told: 43 },
  ])("begins with the order to ask again for who $who", ({ told }) => {
    expect(firstEvents(told, newest)).toBe(`retry: 3000\n${refetch}`);
  });

  it("says no time where it does not know one", () => {
    expect(refetchEvent({ revision: 7, acceptedAtMs: null })).toBe(
      'id: 7\nevent: message\ndata: {"type":"refetchEvaluation","etag":"7"}\n\n',
    );
  });
});
