import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { BUILT_IN_ROLES } from "../../../src/core/access/roles.ts";
import { ALL_SCOPES, type Scope } from "../../../src/core/access/scopes.ts";

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim().replaceAll("`", ""));

it("the table of roles in docs/access.md says what the code says", () => {
  const page = readFileSync(join(ROOT, "docs/access.md"), "utf8");
  const section = page.split("## What each role may do")[1]?.split("\n## ")[0] ?? "";
  const [head = [], , ...rows] = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map(cellsOf);
  const roles = Object.entries<{ readonly scopes: readonly Scope[] }>(BUILT_IN_ROLES);
  expect(head).toEqual(["scope", ...roles.map(([name]) => name)]);
  const wanted = ALL_SCOPES.map((scope) => [
    scope,
    ...roles.map(([, { scopes }]) => (scopes.includes(scope) ? "yes" : "–")),
  ]);
  expect(rows).toEqual(wanted);
});
