import { describe, expect, it } from "vitest";
import { parseDeployOptions } from "../../../scripts/deploy/options.ts";
import { namedResources } from "../../../scripts/deploy/named-resources.ts";
import { missingResources } from "../../../scripts/deploy/placeholders.ts";

describe("a deployment from local configuration", () => {
  it("names what must be created first, and where its id goes", () => {
    const [namespace, database, ...more] = missingResources(["wrangler.toml"]);
    expect(namespace).toMatch(/wrangler kv namespace create CONFIG\n.* in wrangler\.toml$/);
    expect(database).toMatch(/wrangler d1 create switchyard\n.* in wrangler\.toml$/);
    expect(more).toEqual([]);
  });

  it("names each thing once, with all the files that need it", () => {
    const steps = missingResources(
      ["state", "control", "edge"].map((name) => `workers/${name}/wrangler.toml`),
    );
    expect(steps.filter((step) => step.includes("CONFIG"))).toEqual([
      expect.stringContaining("workers/state/wrangler.toml and workers/edge/wrangler.toml"),
    ]);
  });
});

const names = (configs: readonly string[]) =>
  namedResources(configs)
    .map(({ kind, name }) => `${kind.join(" ")} ${name}`)
    .toSorted();

describe("queues and buckets", () => {
  const ALL = [
    "queues switchyard-events",
    "queues switchyard-events-dlq",
    "r2 bucket switchyard-events",
  ];

  it("are known by name before anything is deployed, in one Worker and in three", () => {
    expect(names(["wrangler.toml"])).toEqual(ALL);
    expect(names(["workers/control/wrangler.toml", "workers/edge/wrangler.toml"])).toEqual(ALL);
  });
});

describe("the options of npm run deploy", () => {
  it("name the nearest one when a word is misspelt", () => {
    expect(parseDeployOptions(["--dryrun"])).toBe(
      "Unknown option --dryrun. Did you mean --dry-run?",
    );
    expect(parseDeployOptions(["--split", "--dry-run"])).toEqual({
      split: true,
      dryRun: true,
      help: false,
    });
  });
});
