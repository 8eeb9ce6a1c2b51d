import { readFileSync } from "node:fs";
import { join } from "node:path";
import { flagFromDraft } from "../../../src/app/catalogue/flag-from-draft.ts";
import { CatalogueFlagCreateRequest } from "../../../src/contract/catalogue-flag.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import { ROOT } from "../../../scripts/lib/paths.ts";

export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;
export type EnvironmentKey = (typeof ENVIRONMENTS)[number];

/** How many flags the list of samples has in each category. */
export const SAMPLES = {
  "ci-cd": 5,
  performance: 3,
  compliance: 4,
  features: 3,
  infrastructure: 3,
  experiments: 2,
  emergency: 3,
  integrations: 3,
} as const;

const WORKED = [
  "payment-processing-v2",
  "api-circuit-breaker",
  "checkout-flow-optimization",
] as const;

export const readExample = (file: string): unknown =>
  JSON.parse(readFileSync(join(ROOT, "examples", file), "utf8"));

export const sampleBodies = (category: string): readonly unknown[] =>
  readExample(`flags/${category}.json`) as readonly unknown[];

export const workedBody = (key: string): unknown => readExample(`flags/${key}.json`);

export const allBodies = (): readonly unknown[] => [
  ...WORKED.map(workedBody),
  ...Object.keys(SAMPLES).flatMap(sampleBodies),
];

/** The document that creating the flag makes in an environment. */
export function documentIn(body: unknown, environment: EnvironmentKey): FlagDocument {
  const flag = CatalogueFlagCreateRequest.parse(body);
  const identity = { key: flag.key, type: flag.type, salt: flag.salt ?? flag.key };
  const given = { ...flag.base, ...flag.environments[environment] };
  const document = flagFromDraft(identity, given);
  if (!document.ok) throw new Error(JSON.stringify(document.error));
  return document.value;
}
