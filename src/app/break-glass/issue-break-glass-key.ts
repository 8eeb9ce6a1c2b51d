import type { ListedBreakGlassKey } from "../../core/authority/authority-api.ts";
import { formatBreakGlassSecret } from "../../core/authority/break-glass-secret.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { SigningKeyPair } from "../../core/signing/signature.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";

export interface IssueBreakGlassKeyInput {
  readonly place: Place;
  readonly name: string;
  /** Milliseconds since the Unix epoch; absent: after a year; `null`: it does not expire. */
  readonly expiresAtMs?: number | null;
  readonly caller: Caller;
}

/** A key in a safe is soon forgotten: a year is as long as one is good that nobody renews. */
const USUAL_LIFE_MS = 365 * 86_400_000;

export interface IssueBreakGlassKeyDeps extends AuthorityDeps {
  readonly newSigningKey: () => Promise<SigningKeyPair>;
  readonly now: () => number;
}

/** A key as it is handed over. `secret` is `null` when it was handed over before. */
export interface HandedBreakGlassKey {
  readonly stored: ListedBreakGlassKey;
  readonly revision: number;
  readonly secret: string | null;
}

/** Makes a key for break-glass commands. Its private half exists in this answer alone. */
export async function issueBreakGlassKey(
  { place, name, caller, ...input }: IssueBreakGlassKeyInput,
  deps: IssueBreakGlassKeyDeps,
): Promise<Result<HandedBreakGlassKey, PlaceProblem | AuthorityProblem>> {
  const { expiresAtMs = deps.now() + USUAL_LIFE_MS } = input;
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const environmentId = environment.value.id;
  const authority = deps.authorities.of(environmentId);
  const { publicKey, seed } = await deps.newSigningKey();
  const id = derivedId(caller.commandId);
  const { actor, permits, reason, requestId } = caller;
  const applied = await authority.apply({
    command: { kind: "break-glass-key.issue", key: { id, name, publicKey, expiresAtMs } },
    actor,
    permits,
    reason,
    requestId,
    // A repetition brings another key and so is another command: the id recognises it.
    commandId: null,
  });
  if (!applied.ok) return applied;
  const found = await authority.breakGlassKey(id);
  if (!found.ok) return found;
  const isOurs = found.value.document.publicKey === publicKey;
  const secret = isOurs ? formatBreakGlassSecret({ environmentId, keyId: id, seed }) : null;
  return ok({ stored: found.value, revision: applied.value.revision, secret });
}
