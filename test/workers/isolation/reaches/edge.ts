import { environmentId } from "../../../../src/core/brand.ts";
import { formatSdkKey } from "../../../../src/core/keys/sdk-key.ts";
import type { Reached } from "../reached.ts";
import { json, type OtherReach, type Reaches } from "./reach.ts";

const FLAGS = "/ofrep/v1/evaluate/flags";
const SOCKET = { upgrade: "websocket", connection: "Upgrade" };

/** A key as theirs would be, which nobody issued. */
const madeUp = (kind: "server" | "client", { world }: Reached): string =>
  formatSdkKey(
    kind,
    environmentId(world.environmentId),
    crypto.getRandomValues(new Uint8Array(64)),
  );

/** One's own key with their environment written into it. */
const rewritten = (key: string, { world }: Reached): string =>
  key.replace(/^(sy_[a-z]+_)[a-z0-9]+/, `$1${world.environmentId}`);

/** With keys that name their environment and are not theirs; `mayBe` where one's own key is sent. */
const byKeys =
  (
    method: string,
    pathOf: (theirs: Reached) => string,
    body: object | undefined,
    mayBe: number,
    headers: Readonly<Record<string, string>> = {},
  ): Reaches =>
  (theirs, { own }) => {
    const request = json(method, pathOf(theirs), body);
    const by = (name: string, key: string, more: Partial<OtherReach> = {}): OtherReach => ({
      name,
      request: {
        ...request,
        headers: { ...request.headers, ...headers, authorization: `Bearer ${key}` },
      },
      as: "edge",
      ...more,
    });
    const naming = { "x-environment": theirs.world.environmentId, "x-organisation": "acme" };
    const mine = by("one's own server key, naming theirs", own.serverKey, { mayBe });
    return [
      by("a made-up server key", madeUp("server", theirs)),
      by("a made-up client key", madeUp("client", theirs)),
      by("one's own server key, rewritten", rewritten(own.serverKey, theirs)),
      by("one's own client key, rewritten", rewritten(own.clientKey, theirs)),
      by("one's own stream token", own.streamToken),
      { ...mine, request: { ...mine.request, headers: { ...mine.request.headers, ...naming } } },
    ];
  };

const context = { context: { targetingKey: "mallory" } };

/** Every path of the edge. */
export const EDGE: Readonly<Record<string, Reaches>> = {
  "GET /healthz": () => [
    { name: "as it is", request: json("GET", "/healthz"), as: "edge", mayBe: 200 },
  ],
  [`POST ${FLAGS}`]: byKeys("POST", () => FLAGS, context, 200),
  [`POST ${FLAGS}/:key`]: byKeys("POST", ({ flag }) => `${FLAGS}/${flag}`, context, 404),
  "POST /sdk/v1/events": byKeys("POST", () => "/sdk/v1/events", { events: [] }, 202),
  "GET /sdk/v1/ruleset": byKeys("GET", () => "/sdk/v1/ruleset", undefined, 200),
  "GET /sdk/v1/stream": byKeys("GET", () => "/sdk/v1/stream", undefined, 101, SOCKET),
  "GET /ofrep/v1/stream": ({ world, streamToken }, { own }) => {
    const [, keyId = "", proof = ""] = own.streamToken.split(".");
    const [, theirKeyId = ""] = streamToken.split(".");
    const { environmentId: theirId } = world;
    return [
      [theirId, keyId, proof],
      [theirId, theirKeyId, proof],
      [theirId, theirKeyId, "0".repeat(64)],
      [own.world.environmentId, theirKeyId, proof],
    ].map((parts) => ({
      name: "a token that was put together",
      request: json("GET", `/ofrep/v1/stream?t=${encodeURIComponent(parts.join("."))}`),
      as: "edge" as const,
    }));
  },
  "POST /sdk/v1/break-glass": (theirs) => {
    const command = {
      format: "switchyard.break-glass/1",
      environmentId: theirs.world.environmentId,
      keyId: "none",
      flags: [theirs.flag],
      reason: "x",
      by: "mallory",
      nonce: "0".repeat(32),
      notBeforeMs: Date.now() - 1_000,
      expiresAtMs: Date.now() + 60_000,
    };
    const sealed = { command: JSON.stringify(command), signature: "0".repeat(128) };
    return [
      {
        name: "signed by nobody",
        request: json("POST", "/sdk/v1/break-glass", sealed),
        as: "edge",
      },
    ];
  },
};
