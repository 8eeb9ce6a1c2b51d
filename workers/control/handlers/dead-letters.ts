import {
  type DeadLetterProblem,
  dropDeadLetter,
  letterReach,
  redeliverDeadLetter,
} from "../../../src/app/events/dead-letters.ts";
import { assertNever } from "../../../src/core/result.ts";
import { ProblemError, valueOr } from "../http/problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

/** When a letter was set aside, and its id. */
const PLACES = /^\d{1,16}\.[0-9a-f]{32}$/;

export const deadLetterHandlers: HandlersOf<"dead-letters"> = {
  "dead-letters.list": async ({ query, caller }, services) => {
    const wanted = keyPageRequest(query, PLACES);
    const page = await services.deadLetterList.page(letterReach(caller), wanted);
    return { body: keyPage(page, (letter) => letter) };
  },

  "dead-letters.redeliver": async ({ params: { letter: id }, caller }, services) => {
    const chunk = valueOf(await redeliverDeadLetter(id, caller, services));
    return { body: { id, chunkId: chunk.id, events: chunk.events.length } };
  },

  "dead-letters.delete": async ({ params: { letter: id }, caller }, services) => {
    valueOf(await dropDeadLetter(id, caller, services));
    return { body: { id } };
  },
};

const valueOf = valueOr(problemOf);

function problemOf(problem: DeadLetterProblem): ProblemError {
  switch (problem.kind) {
    case "dead-letter-not-found":
      return new ProblemError("dead-letter.not-found", {
        detail: `There is no dead letter ${problem.id}. GET /api/v1/dead-letters lists them.`,
      });
    case "dead-letter-unusable":
      return new ProblemError("dead-letter.unusable", {
        detail: `The dead letter ${problem.id} ${problem.why}. It can only be dropped.`,
      });
    case "queue-busy":
      return new ProblemError("event-queue.busy", {
        detail:
          "The event queue does not take the dead letter now, so it stays where it is. Repeat " +
          `the request after ${problem.retryAfterSeconds} seconds.`,
        headers: { "retry-after": String(problem.retryAfterSeconds) },
      });
    default:
      return assertNever(problem);
  }
}
