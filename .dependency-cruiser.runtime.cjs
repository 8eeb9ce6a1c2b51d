// What must not be reached when the program runs, by whatever road. Imports of types are not
// roads: they are gone before anything is bundled.

const never = (name, comment, from, packages) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: `^node_modules/(${packages.join("|")})(/|$)`, reachable: true },
});

module.exports = {
  forbidden: [
    never(
      "sdk-never-reaches-zod",
      "A client library must stay small, and its users may have another zod.",
      "^src/sdk/",
      ["zod", "drizzle-orm", "better-auth"],
    ),
    never(
      "edge-never-reaches-heavy-libraries",
      "Cold start is part of the product.",
      "^workers/edge/",
      ["zod", "drizzle-orm", "better-auth"],
    ),
    never(
      "state-never-reaches-heavy-libraries",
      "The Worker of the Durable Objects is deployed rarely and holds nothing else.",
      "^(durable-objects|workers/state)/",
      ["zod", "drizzle-orm", "better-auth"],
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: false,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "workerd", "node", "default", "types"],
    },
    builtInModules: { add: ["cloudflare:workers"] },
  },
};
