import type { IssuedKey } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";
import { handedKey } from "./handed-key.ts";
import type { HandedKey } from "./handed-key.ts";
import { newSecret } from "./new-secret.ts";

export interface IssueKeyInput {
  readonly place: Place;
  readonly key: Pick<IssuedKey, "kind" | "name" | "origins" | "expiresAtMs">;
  readonly caller: Caller;
}

export interface IssueKeyDeps extends AuthorityDeps {
  readonly randomBytes: (length: number) => Uint8Array;
}

/** Makes an SDK key. Its secret exists in this answer alone; the authority gets the hash. */
export async function issueKey(
  { place, key, caller }: IssueKeyInput,
  deps: IssueKeyDeps,
): Promise<Result<HandedKey, PlaceProblem | AuthorityProblem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const authority = deps.authorities.of(environment.value.id);
  const secret = newSecret(key.kind, environment.value.id, deps.randomBytes);
  const id = derivedId(caller.commandId);
  const { actor, permits, reason, requestId } = caller;
  const applied = await authority.apply({
    command: { kind: "key.issue", key: { ...key, id, hash: secret.hash, hint: secret.hint } },
    actor,
    permits,
    reason,
    requestId,
    // A repetition brings another secret and so is another command: the id recognises it.
    commandId: null,
  });
  return handedKey(id, secret, applied, authority);
}
