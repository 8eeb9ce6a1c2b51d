import type { Principal } from "../access/principal.ts";
import {
  expiryOf,
  overlapEnd,
  replacementExpiry,
  standingOf,
} from "../../core/access/token-life.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { asSeen, raced } from "../expected-version.ts";
import { excess, type TokenDeps } from "./issue-token.ts";
import { findToken, handedBefore, newToken, tokenEntry } from "./new-token.ts";
import type { HandedToken, Token, TokenEnded, TokenProblem } from "./token.ts";

export interface RotateTokenInput {
  readonly owner: Principal;
  readonly token: string;
  /** How long the old token goes on beside the new one, in milliseconds. */
  readonly overlapMs: number;
  /** Of the replacement; `undefined`: it lives as long as the old one was to. */
  readonly expiresAtMs: number | null | undefined;
  /** Of the old token. */
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

/** Makes a token that takes another one's place, with its name, its scopes and its owner. */
export async function rotateToken(
  input: RotateTokenInput,
  deps: TokenDeps,
): Promise<Result<HandedToken, TokenProblem>> {
  const { owner, expectedVersion, caller } = input;
  const id = derivedId(caller.commandId);
  const found = await findToken(owner, input.token, deps);
  if (!found.ok) return found;
  const before = found.value;
  if (before.replacedBy === id) return handedBefore(owner, id, deps);
  const named = { what: "token", key: before.id } as const;
  const seen = asSeen(named, expectedVersion, before);
  if (!seen.ok) return seen;
  const nowMs = deps.now();
  const ended = endOf(before, nowMs);
  if (ended !== null) return err(ended);
  const expiry = replacementEnd(input, before, nowMs);
  if (!expiry.ok) return expiry;
  const tooMighty = await excess(owner, before.scopes, caller, deps);
  if (tooMighty !== null) return err(tooMighty);

  const { name, scopes } = before;
  const chosen = { id, owner, name, scopes, expiresAtMs: expiry.value };
  const { token, text } = newToken(chosen, { issuedBy: caller.actor.id, nowMs }, deps.randomBytes);
  const after: Token = {
    ...before,
    expiresAtMs: overlapEnd(before, input.overlapMs, nowMs),
    replacedBy: id,
    version: before.version + 1,
    updatedAtMs: nowMs,
  };
  const entry = tokenEntry("token.rotate", { before, after }, caller);
  const replaced = await deps.tokens.replace(after, token, entry);
  if (replaced === "raced") return raced(named, before.version);
  return replaced === "exists" ? handedBefore(owner, id, deps) : ok({ token, secret: text });
}

function replacementEnd({ expiresAtMs, owner }: RotateTokenInput, before: Token, nowMs: number) {
  return expiresAtMs === undefined
    ? ok(replacementExpiry(before, nowMs))
    : expiryOf(expiresAtMs, owner.kind, nowMs);
}

/** Why a token cannot be rotated; `null`: it can. */
function endOf(token: Token, nowMs: number): TokenEnded | null {
  const { id, replacedBy } = token;
  const standing = standingOf(token, nowMs);
  if (standing === "works" && replacedBy === null) return null;
  const why = standing === "works" ? "replaced" : standing;
  return { kind: "token-ended", token: id, why, replacedBy };
}
