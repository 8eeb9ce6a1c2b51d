import type { AccessStore } from "../access/access-store.ts";
import type { Principal } from "../access/principal.ts";
import type { Scope } from "../../core/access/scopes.ts";
import { beyondHolder } from "../../core/access/token-handing.ts";
import { expiryOf } from "../../core/access/token-life.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { handedBefore, newToken, tokenEntry, type RandomBytes } from "./new-token.ts";
import type { HandedToken, TokenProblem, TokenTooMighty } from "./token.ts";
import type { TokenStore } from "./token-store.ts";

export interface IssueTokenInput {
  readonly owner: Principal;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds since the Unix epoch; `null`: never; `undefined`: as is usual. */
  readonly expiresAtMs: number | null | undefined;
  readonly caller: Caller;
}

export interface TokenDeps {
  readonly tokens: TokenStore;
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
  readonly access: Pick<AccessStore, "grantsOf">;
}

/** Makes a token. Its secret exists in this answer alone; the table gets the hash. */
export async function issueToken(
  { owner, name, scopes, expiresAtMs, caller }: IssueTokenInput,
  deps: TokenDeps,
): Promise<Result<HandedToken, TokenProblem>> {
  const id = derivedId(caller.commandId);
  const nowMs = deps.now();
  const expiry = expiryOf(expiresAtMs, owner.kind, nowMs);
  if (!expiry.ok) return expiry;
  const tooMighty = await excess(owner, scopes, caller, deps);
  if (tooMighty !== null) return err(tooMighty);
  const chosen = { id, owner, name, scopes, expiresAtMs: expiry.value };
  const { token, text } = newToken(chosen, { issuedBy: caller.actor.id, nowMs }, deps.randomBytes);
  const inserted = await deps.tokens.insert(
    token,
    tokenEntry("token.issue", { after: token }, caller),
  );
  return inserted === "exists" ? handedBefore(owner, id, deps) : ok({ token, secret: text });
}

/** What a token of this owner would allow beyond what the caller may do; `null`: nothing. */
export async function excess(
  owner: Principal,
  scopes: readonly Scope[] | null,
  caller: Caller,
  deps: Pick<TokenDeps, "access">,
): Promise<TokenTooMighty | null> {
  // A person issues tokens to nobody else.
  const ownerGrants = owner.kind === "person" ? [] : await deps.access.grantsOf(owner);
  const { organisationId } = owner;
  const lacking = beyondHolder(caller.access, { organisationId, scopes, ownerGrants });
  return lacking.length === 0 ? null : { kind: "token-too-mighty", scopes: lacking };
}
