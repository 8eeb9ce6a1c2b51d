import { scopeMissing } from "../auth/scope-missing.ts";
import type { AuthorityProblem } from "../../../src/core/authority/problem.ts";
import { withArticle } from "../../../src/contract/article.ts";
import { assertNever } from "../../../src/core/result.ts";
import { invalidRequest } from "./invalid.ts";
import { ProblemError } from "./problem.ts";

type ProblemOf<Kind extends AuthorityProblem["kind"]> = Extract<AuthorityProblem, { kind: Kind }>;

/** The only place where what an authority refuses becomes an answer. */
// oxlint-disable-next-line complexity -- One arm for each kind, and nothing else, is what it is.
export function authorityProblem(problem: AuthorityProblem): ProblemError {
  switch (problem.kind) {
    case "unknown-environment":
    case "initialized-differently":
      return unfitEnvironment(problem);
    case "not-found":
    case "already-exists":
      return unfitName(problem);
    case "version-conflict":
      return versionConflict(problem);
    case "revision-conflict":
      return revisionConflict(problem);
    case "already-past":
      return alreadyPast(problem);
    case "archived":
    case "not-archived":
    case "not-killed":
    case "key-revoked":
      return wrongState(problem);
    case "unknown-flags":
      return unknownFlags(problem);
    case "variation-known-to-none":
      return unknownVariation(problem);
    case "reason-required":
      return reasonRequired(problem);
    case "not-permitted":
      return scopeMissing(problem);
    case "invalid-document":
      return invalidDocument(problem);
    case "in-use":
      return inUse(problem);
    case "limit-exceeded":
      return limitExceeded(problem);
    case "unknown-revision":
    case "absent-at-revision":
      return wrongRevision(problem);
    case "command-id-reused":
      return keyReused();
    case "invalid-cursor":
      return invalidCursor(problem);
    default:
      return assertNever(problem);
  }
}

function unfitEnvironment(
  problem: ProblemOf<"unknown-environment" | "initialized-differently">,
): ProblemError {
  if (problem.kind === "unknown-environment") {
    return new ProblemError("environment.unfinished", {
      detail:
        "The environment is in the catalogue, but its authority was never made. Repeat the " +
        "POST that created the environment; it finishes the creation.",
    });
  }
  return new ProblemError("environment.initialized-differently", {
    detail:
      `The environment's authority was made with another ${problem.field} than the catalogue ` +
      "holds. Create a new environment and leave this one.",
    facts: { field: problem.field },
  });
}

function unfitName({
  kind,
  documentKind,
  key,
}: ProblemOf<"not-found" | "already-exists">): ProblemError {
  if (kind === "not-found") {
    return new ProblemError(`${documentKind}.not-found`, {
      detail: `The environment has no ${named(documentKind)} "${key}". Check the spelling, capitals included.`,
    });
  }
  return new ProblemError(`${documentKind}.already-exists`, {
    detail:
      `The environment has ${withArticle(documentKind)} "${key}" already. Change that one, or choose ` +
      "another name.",
  });
}

/** A kind in words for people. */
const named = (documentKind: string) => documentKind.replace("-key", " key");

/** More names than this are not read by anyone. */
const NAMES_SHOWN = 10;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `"${name}"`);
  const more = names.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

const unknownFlags = ({ keys }: ProblemOf<"unknown-flags">) =>
  new ProblemError("flags.unknown", {
    detail:
      `Nothing was done: the environment has no flag ${listed(keys)}. Correct or leave out ` +
      "what is unknown, and repeat.",
    facts: { unknown: keys },
  });

const unknownVariation = ({ variation, known }: ProblemOf<"variation-known-to-none">) =>
  new ProblemError("variation.unknown", {
    detail:
      `Nothing was done: none of the flags has a variation "${variation}". They have ` +
      `${listed(known)}. Leave the variation out to serve each flag's off variation.`,
    facts: { known },
  });

const reasonRequired = ({ command }: ProblemOf<"reason-required">) =>
  new ProblemError("reason.required", {
    detail:
      `${command} needs a reason. Give it as "reason" in the body or in the header ` +
      "x-switchyard-reason.",
  });

const limitExceeded = ({ what, limit, actual }: ProblemOf<"limit-exceeded">) =>
  new ProblemError("limit.exceeded", {
    detail: `${what} may be at most ${limit} and would be ${actual}. Make it smaller, or divide it.`,
    facts: { what, limit, actual },
  });

const keyReused = () =>
  new ProblemError("idempotency.key-reused", {
    detail:
      "The Idempotency-Key was used for another change of this environment. Use a new key for a " +
      "new request.",
  });

const invalidCursor = ({ cursor }: ProblemOf<"invalid-cursor">) =>
  invalidRequest("query", [
    {
      path: "/cursor",
      code: "cursor",
      message: `is ${JSON.stringify(cursor)}, which is not a "next" of this list`,
    },
  ]);

function versionConflict(problem: ProblemOf<"version-conflict">): ProblemError {
  const { documentKind, key, expected, actual } = problem;
  return new ProblemError(`${documentKind}.version-conflict`, {
    detail:
      `You edited version ${expected} of ${named(documentKind)} "${key}"; version ${actual} is there. ` +
      "Read it and apply your change again.",
    facts: { expected, actual },
    headers: { etag: `"${actual}"` },
  });
}

function revisionConflict({ expected, actual }: ProblemOf<"revision-conflict">): ProblemError {
  return new ProblemError("revision.conflict", {
    detail:
      `You have seen revision ${expected} of the environment; it is at revision ${actual}. Read ` +
      "the ruleset and decide again.",
    facts: { expected, actual },
    headers: { etag: `"${actual}"` },
  });
}

const alreadyPast = ({ expiresAtMs, nowMs }: ProblemOf<"already-past">) =>
  invalidRequest("body", [
    {
      path: "/expiresAtMs",
      code: "already-past",
      message:
        `is ${expiresAtMs} (${isoTime(expiresAtMs)}), and it is ${isoTime(nowMs)} already; ` +
        "give a later moment, or leave it out",
    },
  ]);

function wrongState(
  problem: ProblemOf<"archived" | "not-archived" | "not-killed" | "key-revoked">,
): ProblemError {
  switch (problem.kind) {
    case "archived":
      return new ProblemError("flag.archived", {
        detail:
          `The flag "${problem.key}" was archived at ${isoTime(problem.archivedAtMs)}. ` +
          "Restore it first.",
        facts: { archivedAtMs: problem.archivedAtMs },
      });
    case "not-archived":
      return new ProblemError("flag.not-archived", {
        detail: `The flag "${problem.key}" is not archived, so there is nothing to restore.`,
      });
    case "not-killed":
      return new ProblemError("flag.not-killed", {
        detail: `The kill switch of "${problem.key}" is not thrown: nothing is to be taken back.`,
      });
    case "key-revoked":
      return new ProblemError("key.revoked", {
        detail: `The key "${problem.id}" is revoked for good. Issue a new one.`,
      });
    default:
      return assertNever(problem);
  }
}

function invalidDocument({ issues }: ProblemOf<"invalid-document">): ProblemError {
  const first = issues[0];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more, see errors)` : "";
  const where = first === undefined || first.path === "" ? "" : ` at ${first.path}`;
  return new ProblemError("document.invalid", {
    detail: `The document cannot be accepted${where}: ${first?.message ?? "unknown"}${more}`,
    errors: issues,
  });
}

function inUse({ documentKind, key, usedBy }: ProblemOf<"in-use">): ProblemError {
  const more = usedBy.length > 3 ? ` and ${usedBy.length - 3} more` : "";
  return new ProblemError(`${documentKind}.in-use`, {
    detail:
      `The ${documentKind} "${key}" is used by ${usedBy.slice(0, 3).join("; ")}${more}. ` +
      "Change those first.",
    facts: { usedBy },
  });
}

function wrongRevision(
  problem: ProblemOf<"unknown-revision" | "absent-at-revision">,
): ProblemError {
  if (problem.kind === "unknown-revision") {
    const { asked, newest } = problem;
    return new ProblemError("revision.unknown", {
      detail: `There is no revision ${asked}; the newest is ${newest}.`,
      facts: { asked, newest },
    });
  }
  const { key, revision } = problem;
  return new ProblemError("document.absent-at-revision", {
    detail:
      `"${key}" did not exist or was archived at revision ${revision}. Its log shows the ` +
      "revisions that changed it.",
    facts: { revision },
  });
}

const isoTime = (atMs: number) => new Date(atMs).toISOString();
