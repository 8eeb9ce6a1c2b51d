import { type Answer, itemsOf, itemTexts } from "../answer.ts";
import { type Check, expectThat, Skipped } from "../check.ts";
import { settled, type Target } from "../target.ts";
import { expectJson } from "./shapes.ts";

function tagOf(answer: Answer): string {
  expectJson(answer, 200, "for a bulk");
  const tag = answer.headers.get("etag");
  expectThat(tag !== null && tag !== "", "an ETag on a bulk", tag);
  return tag;
}

/** Every form in which a cache or a client of the protocol repeats a tag. */
function formsOf(tag: string): readonly string[] {
  const quoted = tag.replace(/^W\//, "");
  return [tag, quoted, `W/${quoted}`, `"another", ${tag}`, "*", quoted.replaceAll('"', "")];
}

/** Lets the flag that is there for it serve another variant, and waits until bulks show it. */
async function change(target: Target): Promise<{ before: Answer; after: Answer }> {
  const { client, prefix, changes } = target;
  if (changes === undefined) {
    throw new Skipped("nothing can be changed here without --admin-token");
  }
  const flag = `${prefix}changing`;
  const served = (answer: Answer) =>
    itemsOf(answer).find((item) => item["key"] === flag)?.["value"];
  const before = await client.bulk();
  const [variant, value] = served(before) === "one" ? ["second", "two"] : ["first", "one"];
  // First, so that a server without tags is not left with a change that is still on its way.
  const headers = { "if-none-match": tagOf(before) };
  await changes.serve("changing", variant);
  const ask = () => client.bulk({ headers });
  const after = await settled(target, ask, (answer) => served(answer) === value);
  expectThat(
    served(after) === value,
    `200 with "${value}" for ${flag}, asked with the old tag, within ${target.settleMs} ms`,
    `${after.status} ${String(served(after))}`,
  );
  return { before, after };
}

export const bulkChecks: readonly Check[] = [
  {
    id: "C18",
    title: "equal bulks have equal bytes, sorted by key",
    run: async ({ client }) => {
      const [first, second] = [await client.bulk(), await client.bulk()];
      expectJson(first, 200, "for a bulk");
      expectThat(first.text === second.text, "the same bytes twice", second.text);
      const keys = itemsOf(first).map((item) => String(item["key"]));
      expectThat(keys.length > 0, "flags in the bulk", first.text);
      expectThat(keys.join() === keys.toSorted().join(), "keys in order", keys);
    },
  },
  {
    id: "C19",
    title: "a bulk has an ETag, and If-None-Match in every form answers 304",
    run: async ({ client }) => {
      const tag = tagOf(await client.bulk());
      for (const form of formsOf(tag)) {
        const answer = await client.bulk({ headers: { "if-none-match": form } });
        expectThat(
          answer.status === 304 && answer.text === "",
          `304 without a body for If-None-Match: ${form}`,
          `${answer.status} ${answer.text}`,
        );
      }
    },
  },
  {
    id: "C20",
    title: "another context with the old ETag is answered anew",
    run: async ({ client }) => {
      const context = { targetingKey: "user-1", plan: "free" };
      const headers = { "if-none-match": tagOf(await client.bulk({ context })) };
      for (const changed of [{ plan: "premium" }, { targetingKey: "user-2" }]) {
        const answer = await client.bulk({ headers, context: { ...context, ...changed } });
        expectJson(answer, 200, `with the old tag and ${JSON.stringify(changed)}`);
      }
    },
  },
  {
    id: "C21",
    title: "a changed configuration is answered anew, with another ETag",
    run: async (target) => {
      const { before, after } = await change(target);
      expectThat(tagOf(after) !== tagOf(before), "another ETag", tagOf(after));
    },
  },
  {
    id: "C22",
    title: "a change of one flag leaves the others' bytes alone",
    run: async (target) => {
      const { before, after } = await change(target);
      const [old, now] = [itemTexts(before), itemTexts(after)];
      for (const [key, text] of old) {
        if (key === `${target.prefix}changing`) continue;
        expectThat(now.get(key) === text, `${key} as before: ${text.slice(0, 100)}`, now.get(key));
      }
    },
  },
];
