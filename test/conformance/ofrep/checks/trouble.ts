import { bodyOf } from "../answer.ts";
import { type Check, expectThat, Skipped } from "../check.ts";
import type { Exchange } from "../client.ts";
import type { Target } from "../target.ts";
import { expectJson } from "./shapes.ts";

/** A limit or an outage cannot be asked for, so that these look back on all that was answered. */
function seen({ client }: Target, statuses: readonly number[]): readonly Exchange[] {
  const found = client.exchanges.filter(({ answer }) => statuses.includes(answer.status));
  if (found.length === 0) {
    throw new Skipped(`the server gave no ${statuses.join(" or ")} to any request of this run`);
  }
  return found;
}

export const troubleChecks: readonly Check[] = [
  {
    id: "C23",
    title: "429 has Retry-After in whole seconds, at least 1, and a JSON object",
    run: async (target) => {
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
