import { describe, expect, it } from "vitest";
import { codeBlocks } from "../../unit/docs/markdown.ts";
import { PAGES, read } from "../../unit/docs/pages.ts";
import { type Snippet, typeErrors } from "./type-check.ts";

const snippetsOf = (page: string, markdown: string): readonly Snippet[] =>
  codeBlocks(markdown)
    .filter(({ language }) => language === "ts" || language === "typescript")
    .map(({ code, line }) => ({ file: `${page}.${line}.ts`, code }));

describe("the documentation", () => {
  it("has TypeScript that compiles", () => {
    const snippets = PAGES.flatMap((page) => snippetsOf(page, read(page)));
    expect(typeErrors(snippets)).toEqual([]);
  });
});

describe("the check itself", () => {
  it("finds code that does not compile, and names that are not exported", () => {
    const page = ["# First steps", "", "```ts", 'const n: number = "text";', "```"].join("\n");
    const errors = typeErrors([
      ...snippetsOf("README.md", page),
      {
        file: "docs/x.md.1.ts",
        code: 'import { OpenFeature, Nothing } from "@openfeature/server-sdk";\nawait OpenFeature.close();',
      },
    ]);
    expect(errors).toEqual([
      expect.stringContaining("README.md.4.ts:1 Type 'string' is not assignable"),
      expect.stringContaining("has no exported member 'Nothing'"),
    ]);
  });
});
