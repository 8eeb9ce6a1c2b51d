import type { Applied } from "../../core/authority/authority-api.ts";
import type { Command } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { Result } from "../../core/result.ts";
import type { Caller } from "../caller.ts";
import type { AuthorityDeps } from "./ask-authority.ts";
import { askAuthority } from "./ask-authority.ts";
import type { Place, PlaceProblem } from "./environment.ts";

export interface ApplyCommandInput {
  readonly place: Place;
  readonly command: Command;
  readonly caller: Caller;
}

/** Has the environment's authority accept or refuse one change, once for each command id. */
export function applyCommand(
  { place, command, caller }: ApplyCommandInput,
  deps: AuthorityDeps,
): Promise<Result<Applied, PlaceProblem | AuthorityProblem>> {
  const { actor, permits, reason, requestId, commandId } = caller;
  const envelope = { command, actor, permits, reason, requestId, commandId };
  return askAuthority(place, (authority) => authority.apply(envelope), deps);
}
