import type { Result } from "../result.ts";
import type { Applied } from "./authority-api.ts";
import type { AuthorityProblem } from "./problem.ts";
import type { EnvironmentState } from "./state.ts";

/** The answer to a command, and the state to go on with: the same object when nothing changed. */
export interface Outcome {
  readonly state: EnvironmentState | null;
  readonly answer: Result<Applied, AuthorityProblem>;
}
