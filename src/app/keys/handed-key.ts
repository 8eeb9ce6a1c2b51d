import type { Applied, AuthorityApi, Stored } from "../../core/authority/authority-api.ts";
import type { IssuedKey } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { NewSecret } from "./new-secret.ts";

/** A key as it is handed over. `secret` is `null` when it was handed over before. */
export interface HandedKey {
  readonly stored: Stored<IssuedKey>;
  readonly revision: number;
  readonly secret: string | null;
}

/**
 * What the caller gets for a command that makes key `id`. The id is derived from the request, so
 * that a key which is there already was made by the same request before: it is handed over again,
 * with the secret only if it is the very key that this run made.
 */
export async function handedKey(
  id: string,
  secret: NewSecret,
  applied: Result<Applied, AuthorityProblem>,
  authority: AuthorityApi,
): Promise<Result<HandedKey, AuthorityProblem>> {
  const existed =
    !applied.ok && applied.error.kind === "already-exists" && applied.error.key === id;
  if (!applied.ok && !existed) return applied;
  const found = await authority.key(id);
  if (!found.ok) return found;
  const stored = found.value;
  const revision = applied.ok ? applied.value.revision : stored.revision;
  const isOurs = stored.document.hash === secret.hash;
  return ok({ stored, revision, secret: isOurs ? secret.text : null });
}
