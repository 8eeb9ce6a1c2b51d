import type { AuthorityProblem } from "../../../src/core/authority/problem.ts";
import { assertNever } from "../../../src/core/result.ts";
import type { CatalogueFlagNotFound } from "../../../src/app/catalogue/catalogue-flag.ts";
import type { CreateFlagProblem } from "../../../src/app/catalogue/create-flag.ts";
import type { EnsureResult } from "../../../src/app/catalogue/ensure-flag.ts";
import type { EnvironmentExists } from "../../../src/app/environments/create-environment.ts";
import type { PlaceProblem } from "../../../src/app/environments/environment.ts";
import type { Changed } from "../../../src/app/expected-version.ts";
import type { FlagsNotPermitted, TagUnmatched } from "../../../src/app/flags/switch-flags.ts";
import type { ProjectExists } from "../../../src/app/projects/create-project.ts";
import { authorityProblem } from "./authority-problem.ts";
import { ProblemError, valueOr, versionConflict } from "./problem.ts";

/** Every way in which a use case refuses by itself, without asking an authority. */
type CatalogueProblem =
  | PlaceProblem
  | ProjectExists
  | EnvironmentExists
  | CatalogueFlagNotFound
  | Changed
  | TagUnmatched
  | FlagsNotPermitted
  | Exclude<CreateFlagProblem, AuthorityProblem>;

export type AppProblem = AuthorityProblem | CatalogueProblem;

const CATALOGUE_KINDS: Readonly<Record<CatalogueProblem["kind"], true>> = {
  "project-not-found": true,
  "project-exists": true,
  "environment-not-found": true,
  "environment-exists": true,
  "environment-unfinished": true,
  "catalogue-flag-not-found": true,
  "catalogue-flag-exists": true,
  changed: true,
  "partially-created": true,
  "tag-unmatched": true,
  "flags-not-permitted": true,
};

const isOfCatalogue = (problem: AppProblem): problem is CatalogueProblem =>
  Object.hasOwn(CATALOGUE_KINDS, problem.kind);

export const appProblem = (problem: AppProblem): ProblemError =>
  isOfCatalogue(problem) ? catalogueProblem(problem) : authorityProblem(problem);

/** The value of a result; a refusal becomes the answer. */
export const valueOf = valueOr(appProblem);

/** The only place where what a use case refuses becomes an answer. */
function catalogueProblem(problem: CatalogueProblem): ProblemError {
  switch (problem.kind) {
    case "project-not-found":
    case "project-exists":
      return unfitProject(problem);
    case "environment-not-found":
    case "environment-exists":
    case "environment-unfinished":
      return unfitEnvironment(problem);
    case "catalogue-flag-not-found":
    case "catalogue-flag-exists":
      return unfitFlag(problem);
    case "changed":
      return versionConflict(problem);
    case "partially-created":
      return partiallyCreated(problem.results);
    case "tag-unmatched":
      return tagUnmatched(problem);
    case "flags-not-permitted":
      return flagsNotPermitted(problem);
    default:
      return assertNever(problem);
  }
}

type ProblemOf<Kind extends CatalogueProblem["kind"]> = Extract<CatalogueProblem, { kind: Kind }>;

function unfitProject({
  kind,
  project,
}: ProblemOf<"project-not-found" | "project-exists">): ProblemError {
  return kind === "project-not-found"
    ? new ProblemError("project.not-found", {
        detail: `There is no project "${project}". GET /api/v1/projects lists them.`,
      })
    : new ProblemError("project.already-exists", {
        detail: `There is a project "${project}" already. Choose another key.`,
      });
}

function unfitEnvironment(
  problem: ProblemOf<"environment-not-found" | "environment-exists" | "environment-unfinished">,
): ProblemError {
  const { environment } = problem;
  switch (problem.kind) {
    case "environment-not-found":
      return new ProblemError("environment.not-found", {
        detail:
          `The project "${problem.project}" has no environment "${environment}". ` +
          `GET /api/v1/projects/${problem.project}/environments lists them.`,
      });
    case "environment-exists":
      return new ProblemError("environment.already-exists", {
        detail: `The project has an environment "${environment}" already. Choose another key.`,
      });
    case "environment-unfinished":
      return new ProblemError("environment.unfinished", {
        detail:
          `The creation of environment "${environment}" is not finished. Repeat the POST that ` +
          "created it.",
      });
    default:
      return assertNever(problem);
  }
}

function unfitFlag({
  kind,
  flag,
}: ProblemOf<"catalogue-flag-not-found" | "catalogue-flag-exists">): ProblemError {
  return kind === "catalogue-flag-not-found"
    ? new ProblemError("catalogue-flag.not-found", {
        detail: `The project's catalogue has no flag "${flag}". Create it there first.`,
      })
    : new ProblemError("catalogue-flag.already-exists", {
        detail:
          `The project has a flag "${flag}" already. Choose another key; to bring it to one more ` +
          "environment, POST …/environments/:environment/flags/:flag.",
      });
}

function tagUnmatched({ tag }: TagUnmatched): ProblemError {
  const named = tag.value === undefined ? `"${tag.name}"` : `"${tag.name}" = "${tag.value}"`;
  return new ProblemError("tag.unmatched", {
    detail:
      `No flag of the project carries the tag ${named}, so nothing was done. Check its spelling, ` +
      "capitals included, or name the flags one by one.",
  });
}

function flagsNotPermitted({ scope, because, flags }: FlagsNotPermitted): ProblemError {
  const named = flags.map((flag) => `"${flag}"`).join(", ");
  return new ProblemError("auth.scope-missing", {
    detail:
      `Nothing was done, because you may not do it to ${named}, whose tags a grant is about. ` +
      `Leave them out, or ask an owner for ${scope} there.`,
    facts: { scope, because, flags },
  });
}

function partiallyCreated(results: readonly EnsureResult[]): ProblemError {
  const keysOf = (outcome: EnsureResult["outcome"]) =>
    results.filter((result) => result.outcome === outcome).map(({ environment }) => environment);
  const refused = keysOf("refused");
  if (refused.length > 0) {
    return new ProblemError("catalogue-flag.partially-refused", {
      detail:
        `The flag was refused in ${refused.join(", ")}; results says why. Put right what is ` +
        "missing there and repeat the same request, or add the flag there on its own.",
      facts: { results: results.map(shown) },
    });
  }
  return new ProblemError("catalogue-flag.partially-created", {
    detail:
      `Not answered: ${keysOf("unreachable").join(", ")}. Repeat the same request; it finishes ` +
      "what is missing.",
    facts: { results: results.map(shown) },
    headers: { "retry-after": "1" },
  });
}

function shown(result: EnsureResult): object {
  switch (result.outcome) {
    case "created":
    case "existed":
    case "unreachable":
      return result;
    case "refused": {
      const { code, given } = authorityProblem(result.problem);
      const { environment, outcome } = result;
      return { environment, outcome, code, detail: given.detail, errors: given.errors };
    }
    default:
      return assertNever(result);
  }
}
