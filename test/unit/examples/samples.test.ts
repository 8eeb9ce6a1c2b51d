import { describe, expect, it } from "vitest";
import { sampleRequests } from "../../../scripts/start/samples.ts";
import { compileRe2 } from "../../../src/adapters/patterns/re2.ts";
import { CatalogueFlagCreateRequest } from "../../../src/contract/catalogue-flag.ts";
import { EnvironmentCreateRequest } from "../../../src/contract/environment.ts";
import { ProjectCreateRequest } from "../../../src/contract/project.ts";
import { SegmentCreateRequest } from "../../../src/contract/segment.ts";
import { environmentId } from "../../../src/core/brand.ts";
import { FLAG_TYPES } from "../../../src/core/documents/flag.ts";
import { SNAPSHOT_FORMAT, type Snapshot } from "../../../src/core/documents/snapshot.ts";
import { compileRuleset } from "../../../src/core/evaluation/compile-ruleset.ts";
import {
  allBodies,
  documentIn,
  ENVIRONMENTS,
  readExample,
  sampleBodies,
  SAMPLES,
  type EnvironmentKey,
} from "./load.ts";

const segmentsIn = (place: EnvironmentKey) =>
  ["premium_users", "beta_testers"].map((key) =>
    SegmentCreateRequest.parse(readExample(`environments/${place}/segments/${key}.json`)),
  );

const versioned = <T>(document: T) => ({ version: 1, document });

function snapshotOf(place: EnvironmentKey): Snapshot {
  return {
    format: SNAPSHOT_FORMAT,
    environmentId: environmentId("examples"),
    revision: 1,
    acceptedAtMs: 0,
    salt: "salt",
    flags: allBodies().map((body) => versioned(documentIn(body, place))),
    segments: segmentsIn(place).map(versioned),
    experiments: [],
    holdouts: [],
    keys: [],
  };
}

describe("the sample flags", () => {
  it.each(Object.entries(SAMPLES))("%s has %i", (category, count) => {
    expect(sampleBodies(category)).toHaveLength(count);
  });

  it("are 26 in 8 categories, beside the three worked examples, all with keys of their own", () => {
    const keys = allBodies().map((body) => CatalogueFlagCreateRequest.parse(body).key);
    expect(Object.keys(SAMPLES)).toHaveLength(8);
    expect(new Set(keys).size).toBe(26 + 3);
    expect(keys).toHaveLength(26 + 3);
  });

  it("use every type of value", () => {
    const types = new Set(allBodies().map((body) => CatalogueFlagCreateRequest.parse(body).type));
    expect([...types].toSorted()).toEqual([...FLAG_TYPES].toSorted());
  });

  it.each(ENVIRONMENTS)("compile together with the segments of %s", (place) => {
    const compiled = compileRuleset(snapshotOf(place), { compilePattern: compileRe2 });
    expect(compiled.ok ? [] : compiled.error).toEqual([]);
  });

  it("come after the flags that are their prerequisites", () => {
    const created = new Set<string>();
    for (const body of sampleRequests().filter(({ path }) => path.endsWith("/flags"))) {
      const document = documentIn(body.body, "prod");
      for (const { flag } of document.prerequisites) expect(created).toContain(flag);
      created.add(document.key);
    }
    expect(created.size).toBe(29);
  });
});

describe("the sample environments", () => {
  it("belong to one project", () => {
    expect(ProjectCreateRequest.parse(readExample("project.json")).key).toBe("demo");
  });

  it.each([
    { place: "dev", name: "development", production: false },
    { place: "staging", name: "staging", production: false },
    { place: "prod", name: "production", production: true },
  ])("$place is called $name, production: $production", ({ place, name, production }) => {
    expect(
      EnvironmentCreateRequest.parse(readExample(`environments/${place}/environment.json`)),
    ).toMatchObject({
      key: place,
      name,
      production,
      tags: { Environment: place, Team: "platform" },
    });
  });

  it("know premium users and beta testers by name in dev", () => {
    expect(segmentsIn("dev").map(({ key, included, rules }) => ({ key, included, rules }))).toEqual(
      [
        { key: "premium_users", included: ["user_123", "user_456", "user_789"], rules: [] },
        { key: "beta_testers", included: ["user_beta_1", "user_beta_2"], rules: [] },
      ],
    );
  });
});
