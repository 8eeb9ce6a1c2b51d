import {
  DeadLetterDeletedResponse,
  DeadLetterPage,
  DeadLetterParams,
  DeadLetterRedeliveredResponse,
} from "../dead-letter.ts";
import type { EndpointDefinition } from "../endpoint.ts";
import { FlagParams, PageQuery } from "../params.ts";
import { UsageQuery, UsageResponse } from "../usage.ts";

export const eventEndpoints = {
  "usage.get": {
    method: "GET",
    path: "/api/v1/projects/:project/environments/:environment/flags/:flag/usage",
    scope: "events:read",
    tag: "events",
    summary: "Read how a flag is used",
    description:
      "Evaluations and exposures by hour or day, variation and reason, as far as they have " +
      "arrived: usually within a minute. Archived flags keep theirs.",
    params: FlagParams,
    query: UsageQuery,
    response: { status: 200, description: "What was counted.", schema: UsageResponse },
    problems: [
      "project.not-found",
      "environment.not-found",
      "environment.unfinished",
      "flag.not-found",
    ],
  },
  "dead-letters.list": {
    method: "GET",
    path: "/api/v1/dead-letters",
    scope: "events:read",
    tag: "events",
    summary: "List dead letters",
    description:
      "Messages with events that could not be read, or not be stored in six deliveries; newest " +
      "first. Those of the organisation's environments; with a grant in the whole installation " +
      "also those that name none.",
    query: PageQuery,
    response: { status: 200, description: "One page.", schema: DeadLetterPage },
    problems: [],
  },
  "dead-letters.redeliver": {
    method: "POST",
    path: "/api/v1/dead-letters/:letter/redeliver",
    scope: "events:write",
    tag: "events",
    summary: "Send a dead letter again",
    description:
      "Puts it back into the queue and off the list. Events that were counted before all the " +
      "same do not count twice.",
    params: DeadLetterParams,
    response: { status: 200, description: "It is sent.", schema: DeadLetterRedeliveredResponse },
    problems: ["dead-letter.not-found", "dead-letter.unusable", "event-queue.busy"],
  },
  "dead-letters.delete": {
    method: "DELETE",
    path: "/api/v1/dead-letters/:letter",
    scope: "events:write",
    tag: "events",
    summary: "Drop a dead letter",
    description: "The message and the events in it are gone for good.",
    params: DeadLetterParams,
    response: { status: 200, description: "It is gone.", schema: DeadLetterDeletedResponse },
    problems: ["dead-letter.not-found"],
  },
} as const satisfies Record<string, EndpointDefinition>;
