import { withArticle } from "./article.ts";
import { versionConflict, type ProblemMeaning } from "./problem-meaning.ts";

export const catalogueProblems = {
  "project.not-found": {
    status: 404,
    title: "There is no such project",
    meaning: "`GET /api/v1/projects` lists the projects.",
  },
  "project.already-exists": {
    status: 409,
    title: "The project exists",
    meaning: "Project keys are unique. Choose another key, or use the project that is there.",
  },
  "project.version-conflict": {
    status: 412,
    title: "The project has changed",
    meaning: "Someone saved a newer version. Read it and apply the change again.",
  },
  "environment.not-found": {
    status: 404,
    title: "There is no such environment",
    meaning: "`GET …/environments` lists the environments of the project.",
  },
  "environment.already-exists": {
    status: 409,
    title: "The environment exists",
    meaning: "Environment keys are unique in a project.",
  },
  "environment.version-conflict": {
    status: 412,
    title: "The environment has changed",
    meaning: "Someone saved newer settings. Read them and apply the change again.",
  },
  "environment.unfinished": {
    status: 409,
    title: "The environment's creation is not finished",
    meaning: "Repeat the request that created it; it is finished from where it stopped.",
  },
  "environment.initialized-differently": {
    status: 409,
    title: "The environment was made with other settings",
    meaning: "Catalogue and authority disagree about the environment. Create another one.",
  },
  "catalogue-flag.not-found": {
    status: 404,
    title: "The catalogue has no such flag",
    meaning: "`GET /api/v1/projects/:project/flags` lists the project's flags.",
  },
  "catalogue-flag.already-exists": {
    status: 409,
    title: "The flag exists",
    meaning: "Flag keys are unique in a project. Choose another key, or patch the flag.",
  },
  "catalogue-flag.version-conflict": {
    status: 412,
    title: "The flag's catalogue entry has changed",
    meaning: "Someone saved a newer version. Read it and apply the change again.",
  },
  "catalogue-flag.partially-created": {
    status: 503,
    title: "The flag was not created everywhere",
    meaning:
      "Some environments have it, others did not answer or refused. Repeat the same request: " +
      "it finishes what is missing. `results` says what happened in each.",
  },
  "catalogue-flag.partially-refused": {
    status: 422,
    title: "Some environments refused the flag",
    meaning:
      "Others have it. `results` says why each refused. Put right what is missing there, such " +
      "as a segment, and repeat the same request; or add the flag there with `flags.create`.",
  },
} as const satisfies Record<string, ProblemMeaning>;

const notFound = (what: string) =>
  ({
    status: 404,
    title: `There is no such ${what}`,
    meaning: `The environment holds no ${what} of that name.`,
  }) as const;
const alreadyExists = (what: string) =>
  ({
    status: 409,
    title: `The ${what} exists`,
    meaning: `The environment holds ${withArticle(what)} of that name. Choose another, or change it.`,
  }) as const;
const inUse = (what: string) =>
  ({
    status: 409,
    title: `The ${what} is in use`,
    meaning: "Others refer to it; `usedBy` names the places. Change those first.",
  }) as const;

export const documentProblems = {
  "flag.not-found": notFound("flag"),
  "segment.not-found": notFound("segment"),
  "override.not-found": notFound("override"),
  "key.not-found": notFound("key"),
  "break-glass-key.not-found": notFound("break-glass key"),
  "flag.already-exists": alreadyExists("flag"),
  "segment.already-exists": alreadyExists("segment"),
  "override.already-exists": alreadyExists("override"),
  "key.already-exists": alreadyExists("key"),
  "flag.version-conflict": versionConflict("flag"),
  "segment.version-conflict": versionConflict("segment"),
  "key.version-conflict": versionConflict("key"),
  "break-glass-key.version-conflict": versionConflict("break-glass key"),
  "settings.version-conflict": {
    status: 412,
    title: "The delivery settings have changed",
    meaning: "Someone saved a newer version. Read them and apply the change again.",
  },
  "flag.in-use": inUse("flag"),
  "segment.in-use": inUse("segment"),
  "flag.archived": {
    status: 409,
    title: "The flag is archived",
    meaning: "Restore the flag before you change it.",
  },
  "flag.not-archived": {
    status: 409,
    title: "The flag is not archived",
    meaning: "Only an archived flag can be restored.",
  },
  "flag.not-killed": {
    status: 409,
    title: "The flag is not killed",
    meaning: "The kill switch is not thrown, so there is nothing to take back.",
  },
  "flags.unknown": {
    status: 404,
    title: "Some of the flags are not there",
    meaning: "Nothing was done. `unknown` lists the keys that the environment does not hold.",
  },
  "tag.unmatched": {
    status: 404,
    title: "No flag carries the tag",
    meaning: "Nothing was done. `GET /api/v1/projects/:project/flags` shows the flags' tags.",
  },
  "variation.unknown": {
    status: 422,
    title: "None of the flags has the variation",
    meaning:
      "Nothing was done. `known` lists the variations that they have; leave `variation` out to " +
      "serve each flag's off variation.",
  },
  "document.absent-at-revision": {
    status: 404,
    title: "It was not there at that revision",
    meaning: "It did not exist yet, or was archived. Its log shows the revisions that changed it.",
  },
  "key.revoked": {
    status: 409,
    title: "The key is revoked",
    meaning: "A revoked key stays revoked. Issue a new one.",
  },
  "document.invalid": {
    status: 422,
    title: "The document is not valid",
    meaning: "It cannot be evaluated as it is. `errors` names each place and what is right.",
  },
  "limit.exceeded": {
    status: 422,
    title: "A limit is exceeded",
    meaning: "`limit` is what is allowed, `actual` what it would have become.",
  },
  "reason.required": {
    status: 400,
    title: "A reason is required",
    meaning: "Say why: `reason` in the body or the header `x-switchyard-reason`.",
  },
  "revision.conflict": {
    status: 412,
    title: "The environment is at another revision",
    meaning: "Something changed since the revision that If-Match names. Read and decide again.",
  },
  "revision.unknown": {
    status: 404,
    title: "There is no such revision",
    meaning: "The environment has not reached it; `newest` is the newest it has.",
  },
} as const satisfies Record<string, ProblemMeaning>;
