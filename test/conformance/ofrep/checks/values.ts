import { canonicalJson } from "../../../../src/core/json.ts";
import { type Check, expectThat } from "../check.ts";
import { LARGE_OBJECT, type SeedFlag, TYPED, UNICODE, ZEROS } from "../seed.ts";
import type { Target } from "../target.ts";
import { expectSuccess, numberText } from "./shapes.ts";

async function expectSeededValue({ client, prefix }: Target, flag: SeedFlag): Promise<void> {
  const key = `${prefix}${flag.key}`;
  const { value } = expectSuccess(await client.single(key), key);
  const wanted = canonicalJson(flag.variants[flag.serves]);
  expectThat(canonicalJson(value) === wanted, `${flag.type} ${wanted}`, value);
}

async function expectNumber({ client, prefix }: Target, flag: string, text: string) {
  const key = `${prefix}${flag}`;
  const answer = await client.single(key);
  expectSuccess(answer, key);
  expectThat(numberText(answer) === text, `flag ${key} written as ${text}`, numberText(answer));
}

export const valueChecks: readonly Check[] = [
  {
    id: "C01",
    title: "a success has key, value, reason, variant and flat metadata",
    run: async ({ client, prefix }) => {
      const key = `${prefix}string`;
      expectSuccess(await client.single(key), key);
    },
  },
  {
    id: "C02",
    title: "so has one of every type, with the right value",
    run: async (target) => {
      for (const flag of TYPED) await expectSeededValue(target, flag);
    },
  },
  {
    id: "C03",
    title: "false, 0, 0.0, the empty text and the empty object are values",
    run: async (target) => {
      for (const flag of ZEROS) await expectSeededValue(target, flag);
    },
  },
  {
    id: "C04",
    title: "a float of ten is written 10.0, an integer of ten 10",
    run: async (target) => {
      await expectNumber(target, "float-integral", "10.0");
      await expectNumber(target, "integer", "10");
    },
  },
  {
    id: "C05",
    title: "large integers are exact",
    run: async (target) => {
      await expectNumber(target, "integer-large", "2147483647");
      await expectNumber(target, "integer-huge", "9007199254740991");
    },
  },
  {
    id: "C06",
    title: "Unicode and an object of 100 kB come as they are",
    run: async (target) => {
      await expectSeededValue(target, UNICODE);
      await expectSeededValue(target, LARGE_OBJECT);
    },
  },
];
