import type { UnknownRecord } from "../../../../src/core/json.ts";
import { itemsOf } from "../answer.ts";
import { type Check, expectThat } from "../check.ts";
import { expectJson, expectSuccess } from "./shapes.ts";

function expectDisabled(body: UnknownRecord | undefined, key: string): void {
  expectThat(body !== undefined, `an item for flag ${key}`, body);
  expectThat(body["key"] === key, `key "${key}"`, body);
  expectThat(!Object.hasOwn(body, "value"), `no member "value" for disabled flag ${key}`, body);
  expectThat(body["reason"] === "DISABLED", `reason DISABLED for flag ${key}`, body);
  expectThat(typeof body["variant"] === "string", `a variant, empty or not, for ${key}`, body);
}

/** Flag, plan of the user, and the reason that OpenFeature has for it. */
const REASONS = [
  ["string", "free", "STATIC"],
  ["targeted", "premium", "TARGETING_MATCH"],
  ["targeted", "free", "DEFAULT"],
  ["rollout", "free", "SPLIT"],
] as const;

export const reasonChecks: readonly Check[] = [
  {
    id: "C12",
    title: "a disabled flag is a success without a value",
    run: async ({ client, prefix }) => {
      const key = `${prefix}disabled`;
      expectDisabled(expectJson(await client.single(key), 200, `for disabled flag ${key}`), key);
      const bulk = await client.bulk();
      expectDisabled(
        itemsOf(bulk).find((item) => item["key"] === key),
        key,
      );
    },
  },
  {
    id: "C13",
    title: "reasons tell no rule, a match, no match and a rollout apart",
    run: async ({ client, prefix }) => {
      for (const [flag, plan, wanted] of REASONS) {
        const key = `${prefix}${flag}`;
        const context = { targetingKey: "user-1", plan };
        const { reason } = expectSuccess(await client.single(key, { context }), key);
        expectThat(reason === wanted, `${wanted} for flag ${key}, plan ${plan}`, reason);
        const item = itemsOf(await client.bulk({ context })).find((one) => one["key"] === key);
        expectThat(item?.["reason"] === wanted, `${wanted} for ${key} in a bulk too`, item);
      }
    },
  },
];
