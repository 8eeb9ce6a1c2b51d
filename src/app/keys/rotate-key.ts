import type { ExpectedVersion } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";
import { handedKey } from "./handed-key.ts";
import type { HandedKey } from "./handed-key.ts";
import type { IssueKeyDeps } from "./issue-key.ts";
import { newSecret } from "./new-secret.ts";

export interface RotateKeyInput {
  readonly place: Place;
  readonly key: string;
  /** How long the old key goes on beside the new one. */
  readonly overlapMs: number;
  /** Of the old key. */
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

/** Makes a key that takes another one's place. */
export async function rotateKey(
  { place, key, overlapMs, expectedVersion, caller }: RotateKeyInput,
  deps: IssueKeyDeps,
): Promise<Result<HandedKey, PlaceProblem | AuthorityProblem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  const authority = deps.authorities.of(environment.value.id);
  const old = await authority.key(key);
  if (!old.ok) return old;
  const secret = newSecret(old.value.document.kind, environment.value.id, deps.randomBytes);
  const replacement = { id: derivedId(caller.commandId), hash: secret.hash, hint: secret.hint };
  const { actor, permits, reason, requestId } = caller;
  const applied = await authority.apply({
    command: { kind: "key.rotate", id: key, replacement, overlapMs, expectedVersion },
    actor,
    permits,
    reason,
    requestId,
    // A repetition brings another secret and so is another command: the id recognises it.
    commandId: null,
  });
  return handedKey(replacement.id, secret, applied, authority);
}
