import { permitsOn } from "../../core/access/permits.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { environmentTarget } from "../access/targets.ts";
import type { Authorities } from "../authorities.ts";
import { AuthorityUnavailable } from "../authorities.ts";
import type { Caller } from "../caller.ts";
import type { Project } from "../projects/project.ts";
import type { Tags } from "../tags.ts";
import type { PlacedFlag } from "./draft.ts";

/** What came of creating a flag in one environment. */
export type EnsureResult =
  | {
      readonly environment: string;
      readonly outcome: "created" | "existed";
      readonly revision: number;
    }
  | {
      readonly environment: string;
      readonly outcome: "refused";
      readonly problem: AuthorityProblem;
    }
  | { readonly environment: string; readonly outcome: "unreachable" };

/** Creates the flag in one environment unless it is there. May be repeated without harm. */
export async function ensureFlag(
  { environment, document }: PlacedFlag,
  by: { readonly project: Project; readonly tags: Tags; readonly caller: Caller },
  deps: { readonly authorities: Authorities },
): Promise<EnsureResult> {
  const { key } = environment;
  const { actor, access, reason, requestId, commandId } = by.caller;
  const permits = permitsOn(access, environmentTarget(by.project, environment, by.tags));
  try {
    const applied = await deps.authorities.of(environment.id).apply({
      command: { kind: "flag.create", document, ensure: true },
      actor,
      permits,
      reason,
      requestId,
      commandId,
    });
    if (!applied.ok) return { environment: key, outcome: "refused", problem: applied.error };
    const { changed, replayed, revision } = applied.value;
    return { environment: key, outcome: changed || replayed ? "created" : "existed", revision };
  } catch (error) {
    // One silent environment must not hide what happened in the others.
    if (error instanceof AuthorityUnavailable) return { environment: key, outcome: "unreachable" };
    throw error;
  }
}
