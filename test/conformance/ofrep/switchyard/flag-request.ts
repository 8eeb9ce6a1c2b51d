import type { SeedFlag } from "../seed.ts";

/** Creates a flag of the seed in one environment or in both. */
export function flagRequest(flag: SeedFlag, prefix: string, first: string, second: string): object {
  const { key, type, variants, servesInOther: other } = flag;
  const base = {
    variations: Object.entries(variants).map(([name, value]) => ({ key: name, value })),
    enabled: flag.disabled !== true,
    offVariation: null,
    clientVisible: flag.serverOnly !== true,
    rules: rulesOf(flag),
    default: outcomeOf(flag),
  };
  return {
    key: `${prefix}${key}`,
    type,
    base,
    createIn: other === undefined ? [first] : [first, second],
    ...(other === undefined
      ? {}
      : { environments: { [second]: { default: { variation: other } } } }),
  };
}

function rulesOf({ rule }: SeedFlag): readonly object[] {
  if (rule === undefined) return [];
  const { attribute, equals: value, serves } = rule;
  return [{ id: "match", if: { attribute, operator: "eq", value }, then: { variation: serves } }];
}

function outcomeOf({ split, serves }: SeedFlag): object {
  if (split === undefined) return { variation: serves };
  const variations = Object.entries(split).map(([key, weight]) => ({ key, weight }));
  return { rollout: { unit: "targetingKey", variations } };
}
