import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, tool } from "../../../scripts/lib/paths.ts";

interface Planted {
  readonly file: string;
  readonly code: string;
  /** The rules that must object; none: the import is allowed. */
  readonly rules: readonly string[];
}

const value = (from: string) => `import { x } from "${from}";\nexport const y = x;\n`;
const type = (from: string) => `import type { X } from "${from}";\nexport type Y = X;\n`;

const PLANTED: readonly Planted[] = [
  { file: "src/core/good.ts", code: value("./leaf.ts"), rules: [] },
  { file: "src/core/zod.ts", code: value("zod"), rules: ["core-imports-only-core"] },
  { file: "src/core/node.ts", code: value("node:fs"), rules: ["core-imports-only-core"] },
  { file: "src/core/up.ts", code: type("../app/leaf.ts"), rules: ["core-imports-only-core"] },
  { file: "src/core/ring-a.ts", code: value("./ring-b.ts"), rules: ["no-cycles"] },
  { file: "src/contract/good.ts", code: value("zod"), rules: [] },
  { file: "src/contract/app.ts", code: value("../app/leaf.ts"), rules: ["contract-imports"] },
  { file: "src/app/good.ts", code: value("../core/leaf.ts"), rules: [] },
  { file: "src/app/store.ts", code: value("../adapters/d1/leaf.ts"), rules: ["app-imports"] },
  { file: "src/adapters/d1/good.ts", code: value("drizzle-orm"), rules: [] },
  {
    file: "src/adapters/kv/drizzle.ts",
    code: value("drizzle-orm"),
    rules: ["one-place-knows-drizzle"],
  },
  { file: "src/adapters/patterns/good.ts", code: value("re2js"), rules: [] },
  { file: "src/adapters/kv/re2.ts", code: value("re2js"), rules: ["one-place-knows-re2js"] },
  {
    file: "src/adapters/up.ts",
    code: type("../../workers/edge/leaf.ts"),
    rules: ["adapters-import"],
  },
  { file: "src/sdk/admin/good.ts", code: type("../../contract/heavy.ts"), rules: [] },
  {
    file: "src/sdk/admin/value.ts",
    code: value("../../contract/heavy.ts"),
    rules: ["sdk-takes-only-types-from-contract", "sdk-never-reaches-zod"],
  },
  {
    file: "src/sdk/admin/far.ts",
    code: value("./value.ts"),
    rules: ["sdk-never-reaches-zod"],
  },
  { file: "durable-objects/good.ts", code: value("../src/adapters/kv/leaf.ts"), rules: [] },
  { file: "durable-objects/type.ts", code: type("../src/contract/heavy.ts"), rules: [] },
  {
    file: "durable-objects/app.ts",
    code: value("../src/app/leaf.ts"),
    rules: ["durable-objects-import"],
  },
  {
    file: "durable-objects/heavy.ts",
    code: value("../src/contract/heavy.ts"),
    rules: ["durable-objects-take-only-types-from-contract", "state-never-reaches-heavy-libraries"],
  },
  { file: "workers/edge/good.ts", code: value("../../src/adapters/kv/leaf.ts"), rules: [] },
  {
    file: "workers/edge/zod.ts",
    code: value("zod"),
    rules: ["edge-imports", "edge-never-reaches-heavy-libraries"],
  },
  {
    file: "workers/edge/roundabout.ts",
    code: value("../../src/adapters/roundabout.ts"),
    rules: ["edge-never-reaches-heavy-libraries"],
  },
  { file: "workers/edge/control.ts", code: value("../control/leaf.ts"), rules: ["edge-imports"] },
  { file: "workers/state/good.ts", code: value("../../durable-objects/leaf.ts"), rules: [] },
  { file: "workers/state/app.ts", code: value("../../src/app/leaf.ts"), rules: ["state-imports"] },
  { file: "workers/control/good.ts", code: value("hono"), rules: [] },
  {
    file: "workers/control/object.ts",
    code: type("../../durable-objects/leaf.ts"),
    rules: ["control-imports"],
  },
  {
    file: "src/core/tested.ts",
    code: value("../../test/leaf.ts"),
    rules: ["core-imports-only-core", "only-tests-import-tests"],
  },
  {
    file: "src/app/tool.ts",
    code: value("vitest"),
    rules: ["app-imports", "not-to-development-dependencies"],
  },
  { file: "src/app/lost.ts", code: value("./nowhere.ts"), rules: ["no-unresolvable"] },
  { file: "test/good.ts", code: value("../workers/edge/leaf.ts"), rules: [] },
];

const LEAVES = ["src/core", "src/app", "src/adapters/d1", "src/adapters/kv", "durable-objects"]
  .concat(["workers/edge", "workers/control", "test"])
  .map((folder) => join(folder, "leaf.ts"));

const versions = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, "1.0.0"]));

let folder = "";
let objections: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "switchyard-imports-"));
  const plant = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const leaf of LEAVES) plant(leaf, "export const x = 1;\nexport type X = number;\n");
  plant(
    "src/contract/heavy.ts",
    `${value("zod")}export type X = number;\nexport { x } from "zod";\n`,
  );
  plant("src/adapters/roundabout.ts", `export { x } from "../contract/heavy.ts";\n`);
  plant("src/core/ring-b.ts", `${value("./ring-a.ts")}export const x = 1;\n`);
  for (const { file, code } of PLANTED) plant(file, `${code}export const x = 1;\n`);

  const dependencies = ["zod", "drizzle-orm", "re2js", "hono"];
  for (const name of [...dependencies, "vitest"]) {
    const entry = {
      name,
      version: "1.0.0",
      main: "index.js",
      exports: { ".": "./index.js", "./*": "./index.js" },
    };
    plant(`node_modules/${name}/package.json`, JSON.stringify(entry));
    plant(`node_modules/${name}/index.js`, "export const x = 1;\n");
  }
  plant(
    "package.json",
    JSON.stringify({
      type: "module",
      dependencies: versions(dependencies),
      devDependencies: versions(["vitest"]),
    }),
  );
  for (const file of [
    ".dependency-cruiser.cjs",
    ".dependency-cruiser.runtime.cjs",
    "tsconfig.json",
  ]) {
    cpSync(join(ROOT, file), join(folder, file));
  }
  const found = [".dependency-cruiser.cjs", ".dependency-cruiser.runtime.cjs"].flatMap(cruise);
  objections = new Map(
    found.map(({ from }) => [
      from,
      new Set(found.filter((other) => other.from === from).map(({ rule }) => rule.name)),
    ]),
  );
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

function cruise(config: string): readonly Violation[] {
  const args = [
    "--config",
    config,
    "--output-type",
    "json",
    "src",
    "workers",
    "durable-objects",
    "test",
  ];
  let output: string;
  try {
    output = execFileSync(tool("depcruise"), args, {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1e8,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    // The exit code is the number of violations.
    output = String((error as { stdout: unknown }).stdout);
  }
  return (JSON.parse(output) as { summary: { violations: readonly Violation[] } }).summary
    .violations;
}

describe("the import rules", () => {
  it.each(PLANTED.filter(({ rules }) => rules.length > 0))(
    "refuse $file: $rules",
    ({ file, rules }) => {
      expect([...(objections.get(file) ?? [])].toSorted()).toEqual(
        expect.arrayContaining([...rules]),
      );
    },
  );

  it.each(PLANTED.filter(({ rules }) => rules.length === 0))("allow $file", ({ file }) => {
    expect([...(objections.get(file) ?? [])]).toEqual([]);
  });
});
