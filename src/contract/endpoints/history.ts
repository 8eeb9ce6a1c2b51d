import { EnvironmentParams, PointInTimeQuery, RevisionParams } from "../params.ts";
import { PropagationResponse } from "../propagation.ts";
import {
  ChangesQuery,
  ChangesResponse,
  LogPage,
  LogQuery,
  LogVerificationResponse,
  RulesetResponse,
} from "../ruleset.ts";
import type { EndpointDefinition } from "../endpoint.ts";

const BASE = "/api/v1/projects/:project/environments/:environment";
const places = ["project.not-found", "environment.not-found", "environment.unfinished"] as const;
const read = {
  method: "GET",
  scope: "history:read",
  tag: "history",
  params: EnvironmentParams,
} as const;

export const historyEndpoints = {
  "rulesets.get": {
    ...read,
    path: `${BASE}/ruleset`,
    summary: "Read the whole ruleset",
    description:
      "The newest, the one at `revision`, or the one that was newest at the instant `at`, in " +
      "milliseconds or ISO 8601. The ETag is the revision.",
    query: PointInTimeQuery,
    response: {
      status: 200,
      description: "The ruleset.",
      schema: RulesetResponse,
      etag: true,
    },
    problems: [...places, "revision.unknown"],
  },
  "changes.list": {
    ...read,
    path: `${BASE}/changes`,
    summary: "Read what changed since a revision",
    description: "The state of each document touched, or the whole ruleset when that is shorter.",
    query: ChangesQuery,
    response: { status: 200, description: "What is new.", schema: ChangesResponse },
    problems: places,
  },
  "propagation.get": {
    ...read,
    path: `${BASE}/revisions/:revision/propagation`,
    params: RevisionParams,
    summary: "Read how far a revision has come",
    description:
      "When it was accepted, and which relay of which region has acknowledged it when. A relay " +
      "that has not stays pending, however long that takes.",
    response: { status: 200, description: "The receipts.", schema: PropagationResponse },
    problems: [...places, "revision.unknown"],
  },
  "propagation.stream": {
    ...read,
    path: `${BASE}/revisions/:revision/propagation/stream`,
    params: RevisionParams,
    summary: "Watch how far a revision has come",
    description:
      "Server-sent events: one named `propagation` with the receipts as they are, and one whenever " +
      "they change. An event named `end`, with `reason`, is the last: `complete` when every relay " +
      "has acknowledged the revision and an evaluation with it was observed there, or when the " +
      "revision was taken back; `time-limit` after ten minutes; `unreachable` when the authority " +
      "has not answered for 30 seconds. With `last-event-id`, a state that the reader has is not " +
      "told again. A comment every 5 seconds says that nothing has changed.",
    response: {
      status: 200,
      description: "The receipts, as they come.",
      schema: PropagationResponse,
      stream: true,
    },
    problems: [...places, "revision.unknown"],
  },
  "log.list": {
    ...read,
    path: `${BASE}/log`,
    summary: "Read the log",
    description:
      "Who changed what, when and why, newest first. SDK keys are shown without the hashes that " +
      "they are recognised by.",
    query: LogQuery,
    response: { status: 200, description: "One page of entries.", schema: LogPage },
    problems: places,
  },
  "log.verify": {
    ...read,
    path: `${BASE}/log/verification`,
    summary: "Verify the log's chain",
    description: "Recomputes every hash and names the first entry that does not fit.",
    response: { status: 200, description: "The finding.", schema: LogVerificationResponse },
    problems: places,
  },
} as const satisfies Record<string, EndpointDefinition>;
