import type { ListedBreakGlassKey } from "../../../src/core/authority/authority-api.ts";
import { issueBreakGlassKey } from "../../../src/app/break-glass/issue-break-glass-key.ts";
import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import { valueOf } from "../http/app-problem.ts";
import { placeOf, withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { pageRequest } from "./page.ts";

function toResponse(listed: ListedBreakGlassKey) {
  const { document, version, revision, createdAtMs, updatedAtMs, revokedAtMs } = listed;
  const { expiresAtMs = null } = document;
  return { ...document, expiresAtMs, version, revision, createdAtMs, updatedAtMs, revokedAtMs };
}

const SHOWN_ONCE =
  "Keep the secret offline, now: it is shown this once and stored nowhere. Whoever has it can kill " +
  "every flag of this environment.";
const SHOWN_BEFORE =
  "This repeats an earlier request, whose answer showed the secret. It is stored nowhere; if it " +
  "is lost, revoke this key and issue another.";

export const breakGlassKeyHandlers: HandlersOf<"break-glass-keys"> = {
  "break-glass-keys.list": async ({ params, query, caller }, services) => {
    const page = pageRequest(query);
    const place = placeOf(params, caller);
    const { items, next } = valueOf(
      await askAuthority(place, (authority) => authority.breakGlassKeys(page), services),
    );
    return { body: { items: items.map(toResponse), next } };
  },

  "break-glass-keys.issue": async ({ params, body, caller }, services) => {
    const place = placeOf(params, caller);
    const { name, reason: _, ...expiry } = body;
    const input = { place, name, ...expiry, caller: withReason(caller, body) };
    const { stored, revision, secret } = valueOf(await issueBreakGlassKey(input, services));
    const key = toResponse(stored);
    const replay = { ...key, secret: null, note: SHOWN_BEFORE };
    const answer = secret === null ? replay : { ...key, secret, note: SHOWN_ONCE };
    return { body: answer, replay, version: stored.version, revision, replayed: secret === null };
  },

  "break-glass-keys.get": async ({ params, caller }, services) => {
    const place = placeOf(params, caller);
    const key = valueOf(
      await askAuthority(place, (one) => one.breakGlassKey(params.breakGlassKey), services),
    );
    return { body: toResponse(key), version: key.version };
  },

  "break-glass-keys.revoke": async ({ params, body, expectedVersion, caller }, services) => {
    const id = params.breakGlassKey;
    const place = placeOf(params, caller);
    const command = { kind: "break-glass-key.revoke", id, expectedVersion } as const;
    const input = { place, command, caller: withReason(caller, body) };
    const { revision, replayed } = valueOf(await applyCommand(input, services));
    const key = valueOf(await askAuthority(place, (one) => one.breakGlassKey(id), services));
    return { body: toResponse(key), version: key.version, revision, replayed };
  },
};
