import type { Stored } from "../../../src/core/authority/authority-api.ts";
import type { IssuedKey } from "../../../src/core/authority/command.ts";
import { invariant } from "../../../src/core/result.ts";
import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import type { HandedKey } from "../../../src/app/keys/handed-key.ts";
import { listKeys, readKey, type UsedKey } from "../../../src/app/keys/key-uses.ts";
import { issueKey } from "../../../src/app/keys/issue-key.ts";
import { rotateKey } from "../../../src/app/keys/rotate-key.ts";
import { valueOf } from "../http/app-problem.ts";
import { placeOf, withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { pageRequest } from "./page.ts";

function toResponse(stored: Stored<IssuedKey>) {
  const { version, revision, createdAtMs, updatedAtMs } = stored;
  const { hash: _, ...shown } = stored.document;
  return { ...shown, version, revision, createdAtMs, updatedAtMs };
}

const toListed = ({ key, lastUsedAtMs }: UsedKey) => ({
  ...toResponse(key),
  revokedAtMs: key.revokedAtMs,
  lastUsedAtMs,
});

const SHOWN_ONCE = "Keep the secret now: it is shown this once and stored nowhere.";
const SHOWN_BEFORE =
  "This repeats an earlier request, whose answer showed the secret. It is stored nowhere; if it " +
  "is lost, rotate the key to get a new one.";

function handed({ stored, revision, secret }: HandedKey) {
  const key = toResponse(stored);
  const replay = { ...key, secret: null, note: SHOWN_BEFORE };
  const body = secret === null ? replay : { ...key, secret, note: SHOWN_ONCE };
  return { body, replay, version: stored.version, revision, replayed: secret === null };
}

export const keyHandlers: HandlersOf<"keys"> = {
  "keys.list": async ({ params, query, caller }, services) => {
    const page = pageRequest(query);
    const { items, next } = valueOf(await listKeys(placeOf(params, caller), page, services));
    return { body: { items: items.map(toListed), next } };
  },

  "keys.get": async ({ params, caller }, services) => {
    const used = valueOf(await readKey(placeOf(params, caller), params.key, services));
    return { body: toListed(used), version: used.key.version };
  },

  "keys.issue": async ({ params, body, caller }, services) => {
    const { kind, name, origins } = body;
    const key = { kind, name, origins, expiresAtMs: body.expiresAtMs ?? null };
    const input = { place: placeOf(params, caller), key, caller };
    return handed(valueOf(await issueKey(input, services)));
  },

  "keys.rotate": async ({ params, body, expectedVersion, caller }, services) => {
    const input = {
      place: placeOf(params, caller),
      key: params.key,
      overlapMs: body.overlapSeconds * 1_000,
      expectedVersion,
      caller: withReason(caller, body),
    };
    return handed(valueOf(await rotateKey(input, services)));
  },

  "keys.revoke": async ({ params, body, expectedVersion, caller }, services) => {
    const command = { kind: "key.revoke", id: params.key, expectedVersion } as const;
    const input = { place: placeOf(params, caller), command, caller: withReason(caller, body) };
    const { revision, target, replayed } = valueOf(await applyCommand(input, services));
    invariant(target !== null, "the authority answered without the key");
    const { version } = target.stored;
    return { body: { id: params.key, revision }, version, revision, replayed };
  },
};
