import { versionConflict, type ProblemMeaning } from "./problem-meaning.ts";

export const tokenProblems = {
  "service-account.not-found": {
    status: 404,
    title: "There is no such service account",
    meaning: "`GET /api/v1/service-accounts` lists the organisation's.",
  },
  "service-account.already-exists": {
    status: 409,
    title: "The service account exists",
    meaning: "Names are unique in an organisation, and `bootstrap` is kept. Choose another name.",
  },
  "service-account.version-conflict": versionConflict("service account"),
  "token.not-found": {
    status: 404,
    title: "There is no such token",
    meaning: "The list of the owner's tokens shows what there is.",
  },
  "token.version-conflict": versionConflict("token"),
  "token.ended": {
    status: 409,
    title: "The token cannot be rotated any more",
    meaning:
      "It is revoked, has expired, or was rotated before; `why` says which. Issue a new one.",
  },
  "token.too-mighty": {
    status: 403,
    title: "The token would allow more than you may do",
    meaning: "`scopes` lists what you lack. Leave it out, or ask somebody who has it.",
  },
} as const satisfies Record<string, ProblemMeaning>;
