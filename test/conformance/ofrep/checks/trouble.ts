import { type Answer, bodyOf } from "../answer.ts";
import { type Check, expectThat, Skipped } from "../check.ts";
import type { Exchange } from "../client.ts";
import { type Changes, settled, type Target } from "../target.ts";
import { expectJson } from "./shapes.ts";

/** What was answered with one of these: on most servers, a limit or an outage cannot be asked for. */
function seen({ client }: Target, statuses: readonly number[]): readonly Exchange[] {
  const found = client.exchanges.filter(({ answer }) => statuses.includes(answer.status));
  if (found.length === 0) {
    throw new Skipped(`the server gave no ${statuses.join(" or ")} to any request of this run`);
  }
  return found;
}

/** Limits requests, makes too many of either kind, and puts back the limit that was there. */
async function exceedLimit(target: Target, changes: Changes): Promise<void> {
  const { client, prefix } = target;
  const asks = [() => client.single(`${prefix}string`), () => client.bulk()];
  const before = await changes.requestLimit();
  let isBack = false;
  try {
    await changes.limitRequests(1);
    for (const ask of asks) {
      const answers = await settled(target, () => burst(ask), hasLimited);
      const statuses = answers.map(({ status }) => status);
      expectThat(hasLimited(answers), "a 429 where 1 request a second is allowed", statuses);
    }
  } finally {
    await changes.limitRequests(before);
    // What is asked next must not find the limit of this check.
    const isOver = (answers: readonly Answer[]) => !hasLimited(answers);
    isBack = isOver(await settled(target, () => burst(() => client.bulk()), isOver));
  }
  expectThat(isBack, "no 429 when the limit is as it was before", "a 429");
}

/** More than a limit of one lets through in the two seconds that they may fall into. */
const burst = (ask: () => Promise<Answer>): Promise<readonly Answer[]> =>
  Promise.all(Array.from({ length: 5 }, ask));

const hasLimited = (answers: readonly Answer[]): boolean =>
  answers.some(({ status }) => status === 429);

export const troubleChecks: readonly Check[] = [
  {
    id: "C23",
    title: "429 has Retry-After in whole seconds, at least 1, and a JSON object",
    run: async (target) => {
      if (target.changes !== undefined) await exceedLimit(target, target.changes);
      for (const { answer } of seen(target, [429])) {
        const after = answer.headers.get("retry-after");
        expectThat(/^[1-9]\d*$/.test(after ?? ""), "Retry-After in whole seconds", after);
        expectJson(answer, 429, "when there are too many requests");
      }
    },
  },
  {
    id: "C24",
    title: "500 and 503 have a JSON object with errorCode GENERAL",
    run: async (target) => {
      for (const { kind, answer } of seen(target, [500, 503])) {
        expectJson(answer, answer.status, "when the server is in trouble");
        const body = bodyOf(answer);
        expectThat(body?.["errorCode"] === "GENERAL", "errorCode GENERAL", answer.text);
        if (kind !== "single") continue;
        expectThat(typeof body["key"] === "string", "the flag's key", answer.text);
      }
    },
  },
];
