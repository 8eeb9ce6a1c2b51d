import { catalogueProblems, documentProblems } from "./document-problems.ts";
import { accessProblems } from "./access-problems.ts";
import type { ProblemMeaning } from "./problem-meaning.ts";
import { ssoProblems } from "./sso-problems.ts";
import { privacyProblems } from "./privacy-problems.ts";
import { auditProblems } from "./audit-problems.ts";
import { tokenProblems } from "./token-problems.ts";
import { identityProblems } from "./identity-problems.ts";

const requestProblems = {
  "request.invalid": {
    status: 400,
    title: "The request is not valid",
    meaning: "A value, field, header or the JSON itself is wrong. `errors` lists each place.",
  },
  "request.too-large": {
    status: 413,
    title: "The request is too large",
    meaning: "A body may have at most 1 MiB. Split the change into several.",
  },
  "request.media-type": {
    status: 415,
    title: "The body is not JSON",
    meaning: "Send the body with `content-type: application/json`.",
  },
  "route.not-found": {
    status: 404,
    title: "Nothing is here",
    meaning: "No endpoint has this path. /api/docs lists them all.",
  },
  "route.method-not-allowed": {
    status: 405,
    title: "The method is not allowed here",
    meaning: "The path exists for other methods; `allow` names them.",
  },
  "precondition.required": {
    status: 428,
    title: "If-Match is required",
    meaning:
      "Read the resource, send its ETag as If-Match, and nobody's change is lost. " +
      "`If-Match: *` overwrites knowingly.",
  },
  "auth.required": {
    status: 401,
    title: "Credentials are required",
    meaning:
      "Send `authorization: Bearer <token>`. `token` says what is wrong with the one that came.",
  },
  "auth.scope-missing": {
    status: 403,
    title: "The credentials do not allow this",
    meaning:
      "The endpoint needs a scope that these credentials do not have here: nobody granted it, a " +
      "grant denies it, or the token was issued for less. `because` says which.",
  },
  "auth.origin-refused": {
    status: 403,
    title: "The request may come from another site",
    meaning:
      "A change with a session must come from this installation's own pages, as JSON. Programs " +
      "send a token as `authorization: Bearer …`, which may come from anywhere.",
  },
  "rate.limited": {
    status: 429,
    title: "There are too many requests",
    meaning:
      "Repeat it after `retry-after`. `limit` says which limit it was: of the `credential`, of " +
      "the `organisation`, or of `failed-sign-ins` from one address.",
  },
  "auth.person-required": {
    status: 403,
    title: "Only people can do this",
    meaning: "It is about the caller as a person. Sign in, or use a personal token.",
  },
  "configuration.admin-token": {
    status: 503,
    title: "The management API is not set up",
    meaning: "The secret ADMIN_TOKEN is missing or shorter than 32 characters.",
  },
  "configuration.audit-keys": {
    status: 503,
    title: "The audit log's keys are not set up",
    meaning:
      "The secret AUDIT_KEYS is not a list of keys. Nothing is changed that cannot be recorded.",
  },
  "idempotency.key-reused": {
    status: 422,
    title: "The idempotency key belongs to another request",
    meaning: "The key was used with another body or path. Use a new key for a new request.",
  },
  "idempotency.in-progress": {
    status: 409,
    title: "The first request with this key is still running",
    meaning: "Repeat after the seconds that `retry-after` names.",
  },
  "platform.unavailable": {
    status: 503,
    title: "A part of the platform did not answer",
    meaning: "Nothing is known to be wrong with the request. Repeat it after `retry-after`.",
  },
  internal: {
    status: 500,
    title: "Something is wrong on our side",
    meaning: "The request id leads to the cause in the log.",
  },
} as const satisfies Record<string, ProblemMeaning>;

const eventProblems = {
  "dead-letter.not-found": {
    status: 404,
    title: "There is no such dead letter",
    meaning: "It was sent again or dropped. `GET /api/v1/dead-letters` lists what is there.",
  },
  "dead-letter.unusable": {
    status: 422,
    title: "The dead letter cannot be sent again",
    meaning: "It cannot be read, or is too old to know whether it was counted. It can be dropped.",
  },
  "event-queue.busy": {
    status: 503,
    title: "The event queue does not take it now",
    meaning: "Too much is waiting, or the queue cannot be reached. Repeat it after `retry-after`.",
  },
} as const satisfies Record<string, ProblemMeaning>;

/** Every problem that the management API answers with, by its stable code. */
export const PROBLEMS = {
  ...requestProblems,
  ...catalogueProblems,
  ...documentProblems,
  ...eventProblems,
  ...tokenProblems,
  ...auditProblems,
  ...privacyProblems,
  ...identityProblems,
  ...accessProblems,
  ...ssoProblems,
} as const;
export type ProblemCode = keyof typeof PROBLEMS;
