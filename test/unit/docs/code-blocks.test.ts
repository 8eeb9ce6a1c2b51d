import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/paths.ts";
import { anchors, codeBlocks, linkTargets, npmScripts } from "./markdown.ts";
import { PAGES, read } from "./pages.ts";

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

describe("the documentation", () => {
  it.each(PAGES)("%s has JSON that parses", (page) => {
    const broken = codeBlocks(read(page))
      .filter(({ language }) => language === "json")
      .flatMap(({ code, line }) => {
        try {
          JSON.parse(code);
          return [];
        } catch (error) {
          return [`${page}:${line} ${String(error)}`];
        }
      });
    expect(broken).toEqual([]);
  });

  it.each(PAGES)("%s links to what is there", (page) => {
    const broken = linkTargets(read(page)).filter((target) => !leadsSomewhere(page, target));
    expect(broken).toEqual([]);
  });

  it.each(PAGES)("%s names npm scripts that exist", (page) => {
    expect(npmScripts(read(page)).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it("tells how to start and how to test", () => {
    expect(npmScripts(read("README.md"))).toEqual(expect.arrayContaining(["start", "test"]));
  });
});

function leadsSomewhere(page: string, target: string): boolean {
  if (/^[a-z]+:/i.test(target)) return true;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), decodeURI(path));
  if (!existsSync(file)) return false;
  if (anchor === undefined || !file.endsWith(".md")) return true;
  return anchors(readFileSync(file, "utf8")).has(anchor);
}

describe("the checks themselves", () => {
  const page = [
    "# First steps, in `code`!",
    "See [there](docs/x.md#a-b) and `[not](a-link.md)`.",
    "```ts",
    'const n: number = "text";',
    "```",
    "~~~json",
    "```ts",
    "~~~",
    "## Run",
    "Run `npm run verify`, then `npm test`.",
  ].join("\n");

  it("find blocks by language and line", () => {
    expect(codeBlocks(page)).toEqual([
      { language: "ts", line: 4, code: 'const n: number = "text";' },
      { language: "json", line: 7, code: "```ts" },
    ]);
  });

  it("find links outside code, anchors and scripts", () => {
    expect(linkTargets(page)).toEqual(["docs/x.md#a-b"]);
    expect([...anchors(page)]).toEqual(["first-steps-in-code", "run"]);
    expect(npmScripts(page)).toEqual(["verify", "test"]);
    expect(leadsSomewhere("README.md", "docs/no-such-page.md")).toBe(false);
    expect(leadsSomewhere("examples/README.md", "#no-such-heading")).toBe(false);
    expect(leadsSomewhere("examples/README.md", "#worked-examples")).toBe(true);
  });
});
