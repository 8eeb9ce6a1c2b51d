import { describe, expect, it } from "vitest";
import { CatalogueFlagCreateRequest } from "../../../src/contract/catalogue-flag.ts";
import type { Outcome } from "../../../src/core/documents/flag.ts";
import { documentIn, ENVIRONMENTS, workedBody, type EnvironmentKey } from "./load.ts";

const variationsOf = (key: string, environment: EnvironmentKey) =>
  Object.fromEntries(
    documentIn(workedBody(key), environment).variations.map(({ key: name, value, description }) => [
      name,
      [value, description],
    ]),
  );

const rulesOf = (key: string, environment: EnvironmentKey) =>
  documentIn(workedBody(key), environment).rules.map(({ if: condition, then }) => ({
    condition,
    shares: sharesOf(then),
  }));

const sharesOf = (outcome: Outcome) =>
  "rollout" in outcome
    ? outcome.rollout.variations.map(({ key, weight }) => [key, weight])
    : outcome;

const catalogueOf = (key: string) => {
  const { description, category, stage, createIn, type } = CatalogueFlagCreateRequest.parse(
    workedBody(key),
  );
  return { description, category, stage, createIn, type };
};

const everywhere = { createIn: ["dev", "staging", "prod"], type: "object" };

describe("payment-processing-v2", () => {
  const flag = "payment-processing-v2";

  it("is a feature in production, in all three environments", () => {
    expect(catalogueOf(flag)).toEqual({
      ...everywhere,
      description: "Next generation payment processing system",
      category: "feature",
      stage: "production",
    });
  });

  it("has conservative base settings without rules", () => {
    const { base } = CatalogueFlagCreateRequest.parse(workedBody(flag));
    expect(base.rules).toEqual([]);
    expect(base.default).toEqual({ variation: "legacy" });
    expect(base.variations).toEqual([
      {
        key: "legacy",
        value: { version: "v1", timeout: 30 },
        description: "Current payment system",
      },
      {
        key: "enhanced",
        value: { version: "v2", timeout: 30 },
        description: "Enhanced payment system",
      },
    ]);
  });

  it.each(ENVIRONMENTS)("serves legacy to everyone else in %s", (environment) => {
    const document = documentIn(workedBody(flag), environment);
    expect(document.default).toEqual({ variation: "legacy" });
    expect(document.enabled).toBe(true);
  });

  it("offers a quarter of developers and QA the experiment, in dev", () => {
    expect(variationsOf(flag, "dev")).toEqual({
      legacy: [{ version: "v1", timeout: 60, debug: true }, "Legacy with debug logging"],
      enhanced: [
        { version: "v2", timeout: 60, debug: true, mock_gateway: true },
        "Enhanced with development features",
      ],
      experimental: [
        { version: "v3", timeout: 90, debug: true, experimental_features: true },
        "Bleeding edge features for testing",
      ],
    });
    expect(rulesOf(flag, "dev")).toEqual([
      {
        condition: {
          attribute: "user_type",
          operator: "in_segment",
          value: ["developer", "qa"],
        },
        shares: [["experimental", 25]],
      },
    ]);
    expect(documentIn(workedBody(flag), "dev").description).toBe(
      "Payment processing v2 with development tools",
    );
  });

  it("gives half of beta and internal customers the enhanced system, in staging", () => {
    expect(variationsOf(flag, "staging")).toEqual({
      legacy: [{ version: "v1", timeout: 30, monitoring: true }, "Legacy with monitoring"],
      enhanced: [
        { version: "v2", timeout: 25, monitoring: true, analytics: true },
        "Enhanced with full observability",
      ],
    });
    expect(rulesOf(flag, "staging")).toEqual([
      {
        condition: {
          attribute: "customer_tier",
          operator: "in_segment",
          value: ["beta", "internal"],
        },
        shares: [["enhanced", 50]],
      },
    ]);
    expect(documentIn(workedBody(flag), "staging").description).toBe(
      "Payment processing v2 with comprehensive monitoring",
    );
  });

  it("gives a tenth of premium and enterprise customers the enhanced system, in prod", () => {
    expect(variationsOf(flag, "prod")).toEqual({
      legacy: [{ version: "v1", timeout: 30, security_enhanced: true }, "Production legacy system"],
      enhanced: [
        { version: "v2", timeout: 20, security_enhanced: true, performance_optimized: true },
        "Production enhanced system",
      ],
    });
    expect(rulesOf(flag, "prod")).toEqual([
      {
        condition: {
          attribute: "customer_tier",
          operator: "in_segment",
          value: ["premium", "enterprise"],
        },
        shares: [["enhanced", 10]],
      },
    ]);
    expect(documentIn(workedBody(flag), "prod").description).toBe(
      "Production payment processing v2 with security controls",
    );
  });
});

describe("api-circuit-breaker", () => {
  const flag = "api-circuit-breaker";

  it("is a kill switch in production, in all three environments", () => {
    expect(catalogueOf(flag)).toEqual({
      ...everywhere,
      description: "Emergency API circuit breaker for system protection",
      category: "killswitch",
      stage: "production",
    });
  });

  it.each(ENVIRONMENTS)("allows 1000, 500 and 0 requests in %s, and 1000 by itself", (place) => {
    expect(variationsOf(flag, place)).toEqual({
      normal: [{ circuit_breaker: false, rate_limit: 1000 }, "Normal operation"],
      degraded: [{ circuit_breaker: false, rate_limit: 500 }, "Reduced capacity mode"],
      emergency: [{ circuit_breaker: true, rate_limit: 0 }, "Emergency shutdown"],
    });
    expect(documentIn(workedBody(flag), place).default).toEqual({ variation: "normal" });
  });

  it("moves nobody to the emergency by itself: its size in prod is 0, elsewhere no rule", () => {
    expect(rulesOf(flag, "prod")).toEqual([{ condition: { and: [] }, shares: [["emergency", 0]] }]);
    expect(rulesOf(flag, "dev")).toEqual([]);
    expect(rulesOf(flag, "staging")).toEqual([]);
  });
});

describe("checkout-flow-optimization", () => {
  const flag = "checkout-flow-optimization";

  it("is an experiment in testing, in all three environments", () => {
    expect(catalogueOf(flag)).toEqual({
      ...everywhere,
      description: "A/B test for checkout flow optimization",
      category: "experiment",
      stage: "testing",
    });
  });

  it.each([
    { place: "dev", share: 50 },
    { place: "staging", share: 30 },
    { place: "prod", share: 15 },
  ] as const)("gives each variant $share % in $place, and control to the rest", (row) => {
    const { place, share } = row;
    expect(rulesOf(flag, place)).toEqual([
      {
        condition: { and: [] },
        shares: [
          ["variant_a", share],
          ["variant_b", share],
        ],
      },
    ]);
    expect(documentIn(workedBody(flag), place).default).toEqual({ variation: "control" });
    expect(variationsOf(flag, place)).toEqual({
      control: [{ flow_version: "current", steps: 4 }, "Current checkout flow"],
      variant_a: [{ flow_version: "streamlined", steps: 3 }, "Streamlined 3-step flow"],
      variant_b: [
        { flow_version: "enhanced", steps: 4, progress_bar: true },
        "Enhanced flow with progress indicators",
      ],
    });
  });
});
