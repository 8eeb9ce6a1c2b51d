import type { EvaluationContext, JsonValue, Logger } from "@openfeature/core";
import { OFREPApi, type OFREPApiEvaluationResult } from "@openfeature/ofrep-core";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { canonicalJson } from "../../../../src/core/json.ts";
import { type Check, expectThat } from "../check.ts";
import { SEED, type SeedFlag } from "../seed.ts";
import type { Target } from "../target.ts";

const CONTEXTS = ["free", "premium"].map((plan, index) => ({
  targetingKey: `user-${index}`,
  plan,
}));

const SILENT: Logger = { error() {}, warn() {}, info() {}, debug() {} };

/** What a client made of an answer; a text where it found none. */
interface Resolved {
  readonly value: unknown;
  readonly variant: unknown;
}

export const officialClientChecks: readonly Check[] = [
  {
    id: "C33",
    title: "ofrep-core and ofrep-web-provider get the seeded values, and the same",
    run: async (target) => {
      for (const context of CONTEXTS) {
        const web = await webClient(target, context);
        try {
          for (const flag of SEED.filter(({ key }) => key !== "changing")) {
            const key = `${target.prefix}${flag.key}`;
            const one = await throughCore(target, key, context);
            const other = throughWeb(web, key, flag, context);
            const about = `flag ${key}, ${JSON.stringify(context)}`;
            expectSeeded(flag, context.plan, one, `ofrep-core: ${about}`);
            expectThat(
              canonicalJson(one) === canonicalJson(other),
              `the same from both clients for ${about}: ${canonicalJson(one)}`,
              other,
            );
          }
        } finally {
          await web.onClose?.();
        }
      }
    },
  },
];

function expectSeeded(flag: SeedFlag, plan: string, { value, variant }: Resolved, about: string) {
  if (flag.disabled) return expectThat(value === undefined, `no value for ${about}`, value);
  const isMatch = flag.rule?.equals === plan;
  const wanted = flag.split ? Object.keys(flag.split) : [isMatch ? flag.rule.serves : flag.serves];
  expectThat(
    wanted.some((name) => canonicalJson(flag.variants[name]) === canonicalJson(value)),
    `the value of ${wanted.join(" or ")} for ${about}`,
    { value, variant },
  );
}

const optionsFor = ({ url, serverKey }: Target) => ({
  baseUrl: url,
  headers: [["Authorization", `Bearer ${serverKey}`]] satisfies [string, string][],
});

async function throughCore(
  target: Target,
  key: string,
  context: EvaluationContext,
): Promise<Resolved> {
  const api = new OFREPApi(optionsFor(target));
  const { value: body }: OFREPApiEvaluationResult = await api.postEvaluateFlag(key, { context });
  if ("errorCode" in body) return { value: body.errorCode, variant: undefined };
  return { value: body.value, variant: body.variant || undefined };
}

async function webClient(target: Target, context: EvaluationContext): Promise<OFREPWebProvider> {
  const provider = new OFREPWebProvider(
    { ...optionsFor(target), cacheMode: "disabled", changeDetection: "none" },
    SILENT,
  );
  await provider.initialize(context);
  return provider;
}

/** Unlike any value of the seed, so that a default shows. */
const DEFAULTS: Readonly<Record<SeedFlag["type"], JsonValue>> = {
  boolean: true,
  string: "the default",
  integer: -1,
  float: -1,
  object: { default: true },
};

function throughWeb(
  web: OFREPWebProvider,
  key: string,
  { type }: SeedFlag,
  context: EvaluationContext,
): Resolved {
  const fallback = DEFAULTS[type];
  const resolve = () => {
    if (typeof fallback === "boolean") {
      return web.resolveBooleanEvaluation(key, fallback, context);
    }
    if (typeof fallback === "string") return web.resolveStringEvaluation(key, fallback, context);
    if (typeof fallback === "number") return web.resolveNumberEvaluation(key, fallback, context);
    return web.resolveObjectEvaluation(key, fallback, context);
  };
  const { value, variant, reason, errorCode } = resolve();
  if (errorCode !== undefined) return { value: errorCode, variant: undefined };
  return { value: reason === "DISABLED" ? undefined : value, variant: variant || undefined };
}
