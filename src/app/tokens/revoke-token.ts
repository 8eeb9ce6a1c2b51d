import type { Principal } from "../access/principal.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { isExpected } from "../expected-version.ts";
import { findToken, tokenEntry } from "./new-token.ts";
import type { Token, TokenConflict, TokenNotFound } from "./token.ts";
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
): Promise<Result<Token, TokenNotFound | TokenConflict>> {
  const found = await findToken(owner, id, deps);
  if (!found.ok) return found;
  const before = found.value;
  if (!isExpected(expectedVersion, before.version)) {
    return err(tokenConflict(before, expectedVersion, false));
  }
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
  return updated === "raced" ? err(tokenConflict(before, expectedVersion, true)) : ok(after);
}

export const tokenConflict = (
  { id, version }: Token,
  expected: ExpectedVersion,
  raced: boolean,
): TokenConflict => ({
  kind: "token-conflict",
  token: id,
  expected: expected === "any" ? version : expected,
  actual: raced ? null : version,
});
