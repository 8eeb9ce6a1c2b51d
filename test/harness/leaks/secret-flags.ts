import type { Canaries } from "./canaries.ts";

/** What a flag that clients see is tied to and they do not. */
interface Near {
  readonly segment: string;
  readonly hidden: string;
}

const TESTS = ["eq", "neq", "contains", "not_contains", "starts_with", "ends_with", "matches"];

/** A flag that client keys see, with a canary in all of it that is not served. */
export function visibleFlag(key: string, n: number, near: Near, canaries: Canaries): object {
  const at = (place: string) => canaries.at(`${place} of a visible flag`);
  const operator = TESTS[n % TESTS.length];
  return {
    key,
    type: n % 3 === 0 ? "object" : "string",
    name: at("the name"),
    owner: at("the owner"),
    description: at("the catalogue's description"),
    tags: { [at("a tag's name")]: at("a tag") },
    salt: at("the salt"),
    base: {
      enabled: n !== 1,
      clientVisible: true,
      offVariation: n % 2 === 0 ? "a" : null,
      description: at("the description"),
      variations: variationsOf(n, canaries),
      prerequisites:
        n % 4 === 2 ? [{ flag: near.hidden, variations: [n === 2 ? "shown" : "kept"] }] : [],
      targets: [
        { variation: "b", attribute: "targetingKey", values: [at("a target"), "user-1"] },
        { variation: "a", attribute: at("a target's attribute"), values: [at("a target")] },
      ],
      rules: [
        {
          id: at("a rule's id"),
          name: at("a rule's name"),
          description: at("a rule's description"),
          if: { attribute: "email", operator, value: at("a rule's value") },
          then: { variation: n % 2 === 0 ? "a" : "b" },
        },
        {
          id: at("a rule's id"),
          if: {
            or: [
              { and: [{ segment: near.segment }, { attribute: "age", operator: "gt", value: 60 }] },
              { attribute: at("a rule's attribute"), operator: "exists" },
            ],
          },
          then: {
            rollout: {
              unit: n === 5 ? at("a rollout's unit") : "targetingKey",
              salt: at("a rollout's salt"),
              variations: [{ key: "a", weight: 50 }],
            },
          },
        },
        {
          id: "nobody",
          if: { and: [{ attribute: "plan", operator: "eq", value: "pro" }, { or: [] }] },
          then: { variation: "c" },
        },
      ],
      default: defaultOf(n),
    },
  };
}

function variationsOf(n: number, canaries: Canaries): readonly object[] {
  const at = (place: string) => canaries.at(`${place} of a visible flag`);
  const valueOf = (text: string) => (n % 3 === 0 ? { deep: [{ text }] } : text);
  return [
    {
      key: "a",
      value: valueOf(`value-a-${n}`),
      name: at("a variation's name"),
      description: at("a variation's description"),
    },
    { key: "b", value: valueOf(`value-b-${n}`) },
    { key: "c", value: valueOf(at("a value that nobody gets")) },
    { key: at("the key of a variation that nobody gets"), value: valueOf("none") },
  ];
}

function defaultOf(n: number): object {
  if (n % 2 === 0) return { variation: "a" };
  const half = ["a", "b"].map((key) => ({ key, weight: 50 }));
  return { rollout: { unit: n === 7 ? "org.id" : "targetingKey", variations: half } };
}

/** A flag that only server keys see: all of it is a canary. */
export function hiddenFlag(key: string, canaries: Canaries): object {
  const at = (place: string) => canaries.at(`${place} of a hidden flag`);
  return {
    key,
    type: "string",
    name: at("the name"),
    base: {
      enabled: true,
      clientVisible: false,
      description: at("the description"),
      variations: [
        { key: "shown", value: at("the value") },
        { key: at("a variation"), value: at("a value") },
        { key: "kept", value: at("a value") },
      ],
      targets: [{ variation: "kept", values: [at("a target")] }],
      rules: [
        {
          id: at("a rule's id"),
          if: { attribute: "email", operator: "contains", value: at("a rule's value") },
          then: { variation: "kept" },
        },
      ],
      default: {
        rollout: {
          salt: at("a rollout's salt"),
          variations: [
            { key: "shown", weight: 90 },
            { key: "kept", weight: 10 },
          ],
        },
      },
    },
  };
}
