import { array, assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { hashedText, listedText } from "../../../../src/core/ofrep/entity-tag.ts";
import { TextSheet } from "../../../../src/core/ofrep/text-sheet.ts";

const textOf = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

/** A sheet with these texts, whose numbers are their places. */
function sheetOf(texts: readonly string[]): TextSheet {
  const sheet = new TextSheet();
  expect(texts.map((text) => sheet.add(listedText(text)))).toEqual([...texts.keys()]);
  return sheet;
}

const [OPEN, CLOSE] = [hashedText("["), hashedText("]")];

/** What engines could take for numbers that they need not keep, and what ends at any place of a word. */
const text = oneof(
  string({ unit: "binary", maxLength: 60 }),
  string({ unit: constantFrom("\u007F", "\u{10FFFF}", "é", "x"), maxLength: 60 }),
);

describe("texts of a sheet, joined", () => {
  it("are what joining them gives, in any order and as often as they are asked for", () => {
    assert(
      property(
        array(text, { minLength: 1, maxLength: 150 }),
        array(nat(), { maxLength: 40 }),
        text,
        text,
        (texts, places, open, close) => {
          const numbers = places.map((place) => place % texts.length);
          const joined = sheetOf(texts).join(hashedText(open), numbers, hashedText(close));
          const expected = numbers.map((number) => texts[number]).join(",");
          expect(textOf(joined)).toBe(`${open}${expected}${close}`);
        },
      ),
    );
  });

  it("may be longer than a page, and than the room that is used again", () => {
    const texts = [1, 16_383, 16_384, 50_000, 131_072, 3].map((length) => "a".repeat(length));
    const sheet = sheetOf(texts);
    expect(textOf(sheet.join(OPEN, [...texts.keys()], CLOSE))).toBe(`[${texts.join(",")}]`);
    expect(textOf(sheet.join(OPEN, [0], CLOSE))).toBe("[a]");
  });

  it("hold nothing of what was joined before", () => {
    const sheet = sheetOf(["secret".repeat(50), "b"]);
    sheet.join(OPEN, [0], CLOSE);
    expect(textOf(sheet.join(OPEN, [1], CLOSE))).toBe("[b]");
    expect(textOf(sheet.join(OPEN, [], CLOSE))).toBe("[]");
  });
});

describe("the hash of a sheet's texts", () => {
  it("is of the texts and their order, and not of their numbers", () => {
    const texts = Array.from({ length: 200 }, (_, at) => `text ${at}`);
    const numbers = [...texts.keys()];
    const words = sheetOf(texts).wordsOf(numbers);
    expect(sheetOf(texts.toReversed()).wordsOf(numbers.toReversed())).toEqual(words);
    expect(sheetOf(texts).wordsOf(numbers.toReversed())).not.toEqual(words);
    expect(sheetOf(texts).wordsOf(numbers.slice(1))).not.toEqual(words);
  });
});
