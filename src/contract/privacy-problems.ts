import { versionConflict, type ProblemMeaning } from "./problem-meaning.ts";

export const privacyProblems = {
  "privacy-request.not-found": {
    status: 404,
    title: "There is no such request",
    meaning: "`GET /api/v1/privacy/requests` lists the organisation's.",
  },
  "privacy-request.no-export": {
    status: 409,
    title: "There is nothing to download",
    meaning: "It is an erasure, is not done yet, or was done more than 7 days ago; see `detail`.",
  },
  "privacy-settings.version-conflict": versionConflict("environment's treatment of personal data"),
  "compliance.version-conflict": versionConflict("organisation's compliance preset"),
  "auth.second-factor-missing": {
    status: 403,
    title: "A second factor is needed",
    meaning:
      "The organisation's compliance preset asks for one of everybody who signs in with a password. " +
      "Set it up for your account.",
  },
  "compliance.refused": {
    status: 422,
    title: "The compliance preset does not allow this",
    meaning: "`detail` says what is allowed. `GET /api/v1/compliance` shows the preset.",
  },
} as const satisfies Record<string, ProblemMeaning>;
