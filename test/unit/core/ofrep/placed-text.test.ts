import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { joinTexts, TextPages } from "../../../../src/core/ofrep/placed-text.ts";

const textOf = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

/** What engines could take for numbers that they need not keep, and what ends at any place of a word. */
const text = oneof(
  string({ unit: "binary", maxLength: 60 }),
  string({ unit: constantFrom("\u007F", "\u{10FFFF}", "é", "x"), maxLength: 60 }),
);

describe("texts that are put together of their bytes", () => {
  it("are what joining them gives, without the last one's last character", () => {
    const pages = new TextPages();
    assert(
      property(array(text, { maxLength: 30 }), text, text, (texts, open, close) => {
        const placed = texts.map((each) => pages.place(`${each},`));
        const joined = joinTexts(pages.place(open), placed, pages.place(close));
        expect(textOf(joined)).toBe(`${open}${texts.join(",")}${close}`);
      }),
    );
  });

  it("may be longer than a page, and than the room that is used again", () => {
    const pages = new TextPages();
    const [open, close] = [pages.place("["), pages.place("]")];
    const texts = [1, 16_383, 16_384, 50_000, 131_072, 3].map((length) => "a".repeat(length));
    const placed = texts.map((each) => pages.place(`${each},`));
    expect(textOf(joinTexts(open, placed, close))).toBe(`[${texts.join(",")}]`);
    expect(textOf(joinTexts(open, placed.slice(0, 1), close))).toBe("[a]");
  });

  it("share pages, and each joining holds nothing of the one before", () => {
    const pages = new TextPages();
    const [open, close] = [pages.place("["), pages.place("]")];
    const [long, short] = [pages.place(`${"secret".repeat(50)},`), pages.place("b,")];
    expect(short.page).toBe(long.page);
    joinTexts(open, [long], close);
    expect(textOf(joinTexts(open, [short], close))).toBe("[b]");
    expect(textOf(joinTexts(open, [], close))).toBe("[]");
  });
});
