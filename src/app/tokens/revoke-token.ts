import type { Principal } from "../access/principal.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
import { findToken, tokenEntry } from "./new-token.ts";
import type { Token, TokenNotFound } from "./token.ts";
import type { TokenStore } from "./token-store.ts";

export interface RevokeTokenInput {
  readonly owner: Principal;
  readonly token: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

/** Ends a token for good. Revoking twice changes nothing. */
export async function revokeToken(
  { owner, token: id, expectedVersion, caller }: RevokeTokenInput,
  deps: { readonly tokens: Pick<TokenStore, "find" | "update">; readonly now: () => number },
): Promise<Result<Token, TokenNotFound | Changed>> {
  const found = await findToken(owner, id, deps);
  if (!found.ok) return found;
  const named = { what: "token", key: id } as const;
  const seen = asSeen(named, expectedVersion, found.value);
  if (!seen.ok) return seen;
  const before = seen.value;
  if (before.revokedAtMs !== null) return found;
  const nowMs = deps.now();
  const after = {
    ...before,
    revokedAtMs: nowMs,
    version: before.version + 1,
    updatedAtMs: nowMs,
  };
  const entry = tokenEntry("token.revoke", { before, after }, caller);
  const updated = await deps.tokens.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}
