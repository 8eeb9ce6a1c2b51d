// Who may import whom, types included. (What may be *reached*, by whatever road, is in
// .dependency-cruiser.runtime.cjs.) A folder that is not named on the right of its rule is out of reach, and
// so is every package but those named there.

/** The rule that `from` imports its own files, what `may` names, and nothing else. */
const only = (name, from, may) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { pathNot: [from, ...may] },
});

const npm = (...names) => `^node_modules/(${names.join("|")})(/|$)`;

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^cloudflare:" },
    },
    {
      name: "not-to-development-dependencies",
      comment: "What is deployed rests on `dependencies` alone.",
      severity: "error",
      from: { path: "^(src|workers|durable-objects|dashboard)/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nobody-imports-an-entry",
      comment: "workers/all.ts is all entries in one, and nothing is above it.",
      severity: "error",
      from: { pathNot: "^(test|bench)/|^workers/all\\.ts$" },
      to: { path: "^workers/(all|(edge|control|state)/(main|index))\\.ts$" },
    },
    {
      name: "only-tests-import-tests",
      comment: "The conformance kit is a test that has a command of its own.",
      severity: "error",
      from: { pathNot: "^(test|bench)/|^scripts/conformance\\.ts$" },
      to: { path: "^(test|bench)/" },
    },

    only("core-imports-only-core", "^src/core/", []),
    only("stats-imports", "^src/stats/", ["^src/core/result\\.ts$"]),
    only("contract-imports", "^src/contract/", ["^src/core/", npm("zod")]),
    only("app-imports", "^src/app/", ["^src/(core|stats)/"]),
    only("adapters-import", "^src/adapters/", [
      "^src/(app|core|contract)/",
      "^cloudflare:workers$",
      npm("drizzle-orm", "better-auth", "jose", "re2js"),
    ]),
    {
      name: "one-place-knows-re2js",
      severity: "error",
      from: { path: "^(src|workers|durable-objects)/", pathNot: "^src/adapters/patterns/" },
      to: { path: npm("re2js") },
    },
    {
      name: "one-place-knows-drizzle",
      severity: "error",
      from: { path: "^(src|workers|durable-objects)/", pathNot: "^src/adapters/d1/" },
      to: { path: npm("drizzle-orm") },
    },
    only("importers-import", "^src/importers/", ["^src/(core|contract)/"]),
    only("sdk-imports", "^src/sdk/", [
      "^src/(core|contract)/",
      "^src/adapters/crypto/",
      npm("@openfeature", "react"),
    ]),
    {
      name: "sdk-takes-only-types-from-contract",
      severity: "error",
      from: { path: "^src/sdk/" },
      to: { path: "^src/contract/", dependencyTypesNot: ["type-only"] },
    },
    only("cli-imports", "^src/cli/", [
      "^src/(contract|importers|stats|core)/",
      "^src/sdk/admin/",
      "^node:",
    ]),
    only("durable-objects-import", "^durable-objects/", [
      "^src/core/",
      "^src/contract/",
      "^src/adapters/(crypto|kv|patterns)/",
      "^src/adapters/platform-error\\.ts$",
      "^cloudflare:workers$",
    ]),
    {
      name: "durable-objects-take-only-types-from-contract",
      severity: "error",
      from: { path: "^durable-objects/" },
      to: { path: "^src/contract/", dependencyTypesNot: ["type-only"] },
    },
    only("edge-imports", "^workers/edge/", ["^src/(core|adapters)/", "^cloudflare:workers$"]),
    only("control-imports", "^workers/control/", [
      "^src/(app|adapters|contract|core|importers)/",
      "^cloudflare:workers$",
      npm("hono", "zod", "better-auth"),
    ]),
    only("state-imports", "^workers/state/", ["^durable-objects/"]),
    only("dashboard-imports", "^dashboard/", [
      "^src/(contract|core|stats)/",
      "^src/sdk/admin/",
      "^node_modules/",
    ]),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // Without it, imports of types go unseen.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "workerd", "node", "default", "types"],
    },
    builtInModules: { add: ["cloudflare:workers", "cloudflare:test", "cloudflare:sockets"] },
  },
};
