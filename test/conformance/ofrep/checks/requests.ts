import { itemsOf } from "../answer.ts";
import { type Check, expectThat } from "../check.ts";
import { expectError, expectJson, expectSuccess } from "./shapes.ts";

/** Contexts that are JSON, and no objects. */
const NO_CONTEXTS = ['{"context":["user-1"]}', '{"context":"user-1"}'];
const EMPTY_REQUESTS = ["", "{}", '{"context":{}}'];

export const requestChecks: readonly Check[] = [
  {
    id: "C07",
    title: "an unknown flag is 404 FLAG_NOT_FOUND with its key",
    run: async ({ client, prefix }) => {
      const key = `${prefix}nobody-made-this-flag`;
      expectError(await client.single(key), 404, "FLAG_NOT_FOUND", key);
    },
  },
  {
    id: "C08",
    title: "malformed JSON is 400 PARSE_ERROR",
    run: async ({ client, prefix }) => {
      const body = '{"context":{"targetingKey":';
      const key = `${prefix}string`;
      expectError(await client.single(key, { body }), 400, "PARSE_ERROR", key);
      expectError(await client.bulk({ body }), 400, "PARSE_ERROR");
    },
  },
  {
    id: "C09",
    title: "a context that is no object is 400 INVALID_CONTEXT",
    run: async ({ client, prefix }) => {
      const key = `${prefix}string`;
      for (const body of NO_CONTEXTS) {
        expectError(await client.single(key, { body }), 400, "INVALID_CONTEXT", key);
        expectError(await client.bulk({ body }), 400, "INVALID_CONTEXT");
      }
    },
  },
  {
    id: "C10",
    title: "an empty body and an absent or empty context evaluate",
    run: async ({ client, prefix }) => {
      const key = `${prefix}string`;
      for (const body of EMPTY_REQUESTS) {
        const { value } = expectSuccess(await client.single(key, { body }), key);
        expectThat(value === "hello", `"hello" for the body '${body}'`, value);
        expectJson(await client.bulk({ body }), 200, `for a bulk with the body '${body}'`);
      }
    },
  },
  {
    id: "C11",
    title: "without a targeting key only the flags that need one fail",
    run: async ({ client, prefix }) => {
      const [plain, rollout] = [`${prefix}string`, `${prefix}rollout`];
      const context = { plan: "free" };
      expectSuccess(await client.single(plain, { context }), plain);
      const single = await client.single(rollout, { context });
      expectError(single, 400, "TARGETING_KEY_MISSING", rollout);

      const bulk = await client.bulk({ context });
      expectJson(bulk, 200, "for a bulk without a targeting key");
      const item = (key: string) => itemsOf(bulk).find((flag) => flag["key"] === key);
      expectThat(
        item(rollout)?.["errorCode"] === "TARGETING_KEY_MISSING",
        `an item ${rollout} with TARGETING_KEY_MISSING`,
        item(rollout) ?? bulk.text,
      );
      expectThat(
        item(plain)?.["value"] === "hello",
        `an item ${plain} with its value`,
        item(plain) ?? bulk.text,
      );
    },
  },
];
