import type { ShutsOut } from "../../../src/app/access/shut-out.ts";
import type {
  InUse,
  NotIncluded,
  NotThere,
  ThereAlready,
  TooMighty,
} from "../../../src/app/access/problem.ts";
import type { PlaceProblem } from "../../../src/app/environments/environment.ts";
import type { Changed } from "../../../src/app/expected-version.ts";
import type { OwnerRequired } from "../../../src/app/organisations/create-organisation.ts";
import type {
  LastOwner,
  MembershipRaced,
  OwnerDenied,
} from "../../../src/app/people/membership.ts";
import { editionWith } from "../../../src/core/access/edition.ts";
import { assertNever } from "../../../src/core/result.ts";
import { appProblem } from "./app-problem.ts";
import { ProblemError, valueOr, versionConflict } from "./problem.ts";

type Refused =
  | NotThere
  | ThereAlready
  | Changed
  | InUse
  | TooMighty
  | NotIncluded
  | OwnerRequired
  | ShutsOut
  | LastOwner
  | MembershipRaced
  | OwnerDenied
  | PlaceProblem;

const OF_OWNERS: Readonly<Record<OfOwners["kind"], true>> = {
  "owner-required": true,
  "shuts-out": true,
  "last-owner": true,
  "membership-raced": true,
  "owner-denied": true,
};

const isOfOwners = (problem: Refused): problem is OfOwners =>
  Object.hasOwn(OF_OWNERS, problem.kind);

export function accessProblem(problem: Refused): ProblemError {
  if (isOfOwners(problem)) return aboutOwners(problem);
  switch (problem.kind) {
    case "not-there":
      return notThere(problem);
    case "there-already":
      return new ProblemError(`${problem.what}.already-exists`, {
        detail: `There is a ${problem.what} "${problem.key}" already. Choose another key.`,
      });
    case "changed":
      return versionConflict(problem);
    case "in-use":
      return inUse(problem);
    case "not-included":
      return notIncluded(problem);
    case "too-mighty":
      return new ProblemError("access.beyond-own", {
        detail:
          "Nobody gives, or gives back, more than they have themselves, and you lack " +
          `${problem.scopes.join(", ")} where this would hold. Ask an owner of the organisation.`,
        facts: { scopes: problem.scopes },
      });
    case "project-not-found":
    case "environment-not-found":
      return appProblem(problem);
    default:
      return assertNever(problem);
  }
}

/** The value of a result; a refusal becomes the answer. */
export const settled = valueOr(accessProblem);

type OfOwners = OwnerRequired | ShutsOut | LastOwner | MembershipRaced | OwnerDenied;

function aboutOwners(problem: OfOwners): ProblemError {
  switch (problem.kind) {
    case "owner-required":
      return new ProblemError("organisation.owner-required", {
        detail:
          "These credentials are a program's, which cannot own another organisation. Give " +
          "`owner`, the e-mail address of somebody who can sign in here.",
      });
    case "shuts-out":
      return new ProblemError("grant.shuts-out", {
        detail:
          `Denying ${problem.scopes.join(", ")} in the whole organisation could leave nobody who ` +
          "takes it back. Narrow it to a place, or deny it to single people who are no owners.",
        facts: { scopes: problem.scopes },
      });
    case "last-owner":
      return new ProblemError("person.last-owner", {
        detail:
          `"${problem.person}" is the last owner who can sign in. Make somebody else an owner ` +
          "first.",
      });
    case "membership-raced":
      return new ProblemError("person.changed", {
        detail: `Somebody changed the membership of "${problem.person}" just now. Read it again.`,
      });
    case "owner-denied":
      return new ProblemError("person.owner-denied", {
        detail:
          `The grants ${problem.grants.join(", ")} deny this person what an owner needs. Take ` +
          "them away first.",
        facts: { grants: problem.grants },
      });
    default:
      return assertNever(problem);
  }
}

const notThere = ({ what, key }: NotThere) =>
  new ProblemError(`${what}.not-found`, {
    detail:
      `The organisation has no ${what.replace("-", " ")} "${key}". ` +
      `GET /api/v1/${what === "person" ? "people" : `${what}s`} lists them.`,
  });

const inUse = ({ what, key, usedBy }: InUse) =>
  new ProblemError(`${what}.in-use`, {
    detail: `The ${what} "${key}" is used by ${usedBy.join(", ")}. Change those first.`,
    facts: { usedBy },
  });

function notIncluded({ feature, edition }: NotIncluded): ProblemError {
  const needed = editionWith(feature);
  return new ProblemError("edition.not-included", {
    detail:
      `The edition "${edition}" of the organisation does not include ${feature}; "${needed}" ` +
      "does.",
    facts: { feature, edition, needed },
  });
}
