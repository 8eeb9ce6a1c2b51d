import type { Principal } from "../access/principal.ts";
import { TOKEN_RANDOM_BYTES, formatToken, tokenHash, tokenHint } from "../../core/access/token.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft, type AuditedAct } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import type { HandedToken, Token, TokenNotFound } from "./token.ts";
import type { TokenStore } from "./token-store.ts";

/** What decides about a token, and what is counted from there. */
type Chosen = Pick<Token, "id" | "owner" | "name" | "scopes" | "expiresAtMs">;

/** A token that nobody has yet, and its text, which is stored nowhere. */
export function newToken(
  chosen: Chosen,
  { issuedBy, nowMs }: { readonly issuedBy: string; readonly nowMs: number },
  randomBytes: RandomBytes,
): { readonly token: Token; readonly text: string } {
  const text = formatToken(chosen.id, randomBytes(TOKEN_RANDOM_BYTES));
  const token: Token = {
    ...chosen,
    hash: tokenHash(text),
    hint: tokenHint(text),
    revokedAtMs: null,
    lastUsedAtMs: null,
    replacedBy: null,
    issuedBy,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  return { token, text };
}

export type RandomBytes = (length: number) => Uint8Array;

/**
 * The token that an earlier run of the same request made: its id is derived from the request. Its
 * secret was in that run's answer and is nowhere else.
 */
export async function handedBefore(
  owner: Principal,
  id: string,
  deps: { readonly tokens: Pick<TokenStore, "find"> },
): Promise<Result<HandedToken, TokenNotFound>> {
  const found = await findToken(owner, id, deps);
  return found.ok ? ok({ token: found.value, secret: null }) : found;
}

/** One of the owner's tokens; another's is as unknown as one that never was. */
export async function findToken(
  owner: Principal,
  id: string,
  { tokens }: { readonly tokens: Pick<TokenStore, "find"> },
): Promise<Result<Token, TokenNotFound>> {
  const token = await tokens.find(owner, id);
  return token === undefined ? err({ kind: "token-not-found", token: id }) : ok(token);
}

/** What the audit log tells of a token: never its hash. */
export function tokenEntry(
  action: string,
  change: { readonly before?: Token; readonly after: Token },
  caller: Caller,
) {
  const { after, before } = change;
  const act: AuditedAct = {
    action,
    target: { kind: "token", id: after.id, name: after.name },
    detail: {
      ...(before === undefined ? {} : { before: withoutHash(before) }),
      after: withoutHash(after),
    },
    atMs: after.updatedAtMs,
  };
  return auditDraft(caller, act);
}

export function withoutHash(token: Token): Omit<Token, "hash"> {
  const { hash: _, ...shown } = token;
  return shown;
}
