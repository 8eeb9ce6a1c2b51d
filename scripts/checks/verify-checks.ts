import { ROOT, tool } from "../lib/paths.ts";
import { programCheck, type Check } from "./check.ts";
import { vitestCheck } from "./vitest-check.ts";

const PRODUCT = ["src", "workers", "durable-objects"];
const CODE = [...PRODUCT, "scripts", "test"];

// Two compilers are installed: the native one checks types in a tenth of the time, the other has
// the programming interface that dependency-cruiser needs.
const tsc = `${ROOT}/node_modules/typescript-native/bin/tsc`;

/** What was found out last time is kept, and only what a change touches is checked again. */
const typeCheck = (name: string, project: string): Check => {
  const kept = `${ROOT}/node_modules/.cache/types/${name}.tsbuildinfo`;
  const args = ["-p", project, "--incremental", "--tsBuildInfoFile", kept];
  return programCheck(`types: ${name}`, tsc, args);
};

/** An exemption from a rule that is not broken there says something that is not so. */
const LINT = ["--type-aware", "--quiet", "--report-unused-disable-directives-severity=error"];

const importCheck = (name: string, config: string, folders: readonly string[]): Check =>
  programCheck(name, tool("depcruise"), ["--config", config, ...folders]);

/** What a developer runs before every hand-over: seconds, no network. The slowest come first. */
export const verifyChecks: readonly Check[] = [
  vitestCheck("unit tests", ["unit"]),
  typeCheck("workers", "tsconfig.json"),
  typeCheck("tests", "test/tsconfig.json"),
  typeCheck("core", "src/core/tsconfig.json"),
  typeCheck("scripts", "scripts/tsconfig.json"),
  typeCheck("bench", "bench/tsconfig.json"),
  importCheck("import direction", ".dependency-cruiser.cjs", CODE),
  importCheck("import reach", ".dependency-cruiser.runtime.cjs", PRODUCT),
  programCheck("dead code", tool("knip"), []),
  programCheck("lint", tool("oxlint"), LINT),
  programCheck("format", tool("oxfmt"), ["--check"]),
];
