import type { AuthorityApi } from "../../core/authority/authority-api.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import type { Result } from "../../core/result.ts";
import type { Authorities } from "../authorities.ts";
import type { Place, PlaceProblem } from "./environment.ts";
import type { FindEnvironmentDeps } from "./find-environment.ts";
import { findEnvironment } from "./find-environment.ts";

export interface AuthorityDeps extends FindEnvironmentDeps {
  readonly authorities: Authorities;
}

/** Puts one question to the authority of the environment that a request points at. */
export async function askAuthority<T>(
  place: Place,
  ask: (authority: AuthorityApi) => Promise<Result<T, AuthorityProblem>>,
  deps: AuthorityDeps,
): Promise<Result<T, PlaceProblem | AuthorityProblem>> {
  const environment = await findEnvironment(place, deps);
  if (!environment.ok) return environment;
  return ask(deps.authorities.of(environment.value.id));
}
