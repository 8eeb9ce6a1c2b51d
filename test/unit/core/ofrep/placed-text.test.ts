import { describe, expect, it } from "vitest";
import { TextPages } from "../../../../src/core/ofrep/placed-text.ts";

const textOf = ({ page, from, bytes }: ReturnType<TextPages["place"]>) =>
  new TextDecoder().decode(new Uint8Array(page.buffer, from, bytes));

describe("placed texts", () => {
  it("share pages, one behind the other", () => {
    const pages = new TextPages();
    const [first, second] = [pages.place("café"), pages.place("b")];
    expect(second.page).toBe(first.page);
    expect([textOf(first), textOf(second)]).toEqual(["café", "b"]);
  });

  it("may be longer than a page", () => {
    const pages = new TextPages();
    const texts = [1, 16_383, 16_384, 50_000, 3].map((length) => "a".repeat(length));
    expect(texts.map((text) => textOf(pages.place(text)))).toEqual(texts);
  });
});
