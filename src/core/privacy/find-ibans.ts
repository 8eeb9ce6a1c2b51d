import { type PiiFinding, isWordAt } from "./finding.ts";

const BEGINNING = /[A-Z]{2}\d{2}/g;

/** How many characters an IBAN has, by country: the SWIFT registry. */
const LENGTHS = new Map(
  Object.entries({
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
  }).flatMap(([length, countries]) =>
    countries.split(" ").map((country) => [country, Number(length)] as const),
  ),
);

/** Account numbers in capitals, whole or in groups by spaces; length and check digits must fit. */
export function findIbans(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (const { index: from } of text.matchAll(BEGINNING)) {
    const length = LENGTHS.get(text.slice(from, from + 2));
    if (length === undefined || isWordAt(text, from - 1)) continue;
    const to = endAfter(text, from, length);
    if (to === undefined || isWordAt(text, to)) continue;
    if (hasCheckDigits(text.slice(from, to).replaceAll(" ", ""))) {
      found.push({ kind: "iban", from, to });
    }
  }
  return found;
}

/** Where so many letters and digits end, single spaces aside. */
function endAfter(text: string, from: number, length: number): number | undefined {
  let to = from;
  for (let seen = 0; seen < length; to += 1) {
    const char = text.charAt(to);
    if (/[A-Z0-9]/.test(char)) seen += 1;
    else if (char !== " " || text.charAt(to - 1) === " ") return undefined;
  }
  return to;
}

/** ISO 7064, MOD 97-10: the number's remainder is 1. */
function hasCheckDigits(iban: string): boolean {
  let remainder = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder === 1;
}
