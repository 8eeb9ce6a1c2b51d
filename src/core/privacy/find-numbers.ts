import { type PiiFinding, isDigitCode, isWordAt } from "./finding.ts";

const DIGITS = /\d+/g;

interface Group {
  readonly from: number;
  readonly to: number;
  readonly digits: string;
}

/** A card's digits are written in one, or by fours, or as American Express and Diners do. */
const CARD_SHAPES = [
  /^\d{13,19}$/,
  /^\d{4} \d{4} \d{4} \d{4}(?: \d{1,3})?$/,
  /^\d{4} \d{6} \d{4,5}$/,
];
/** The beginnings of Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, Maestro. */
const CARD_NETWORKS =
  /^(?:4\d{12}(?:\d{3}){0,2}|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d{12,14}|3[47]\d{13}|6(?:011|4[4-9]|5)\d{12,16}|3(?:0[0-5]|[68])\d{11,13}|35(?:2[89]|[3-8])\d{12,13}|62\d{14,17}|(?:50|5[6-8]|63|67)\d{14})$/;
const LONGEST_CARD = 19;
const MOST_CARD_GROUPS = 5;

/** Card numbers of the known networks whose check digit (Luhn) fits. */
export function findCards(text: string): readonly PiiFinding[] {
  const groups = groupsOf(text);
  const found: PiiFinding[] = [];
  for (const [index, first] of groups.entries()) {
    const last = endOfCard(text, groups, index);
    if (last === undefined || first.from < (found.at(-1)?.to ?? 0)) continue;
    found.push({ kind: "card", from: first.from, to: last.to });
  }
  return found;
}

function endOfCard(text: string, groups: readonly Group[], index: number): Group | undefined {
  const first = groups[index];
  if (first === undefined || isJoined(text, first.from - 1, -1)) return undefined;
  let digits = "";
  let best: Group | undefined;
  for (const group of groups.slice(index, index + MOST_CARD_GROUPS)) {
    if (group.from > first.from && !isSeparated(text, group.from)) break;
    digits += group.digits;
    if (digits.length > LONGEST_CARD) break;
    const written = text.slice(first.from, group.to).replaceAll("-", " ");
    if (isCard(written, digits) && !isJoined(text, group.to, 1)) best = group;
  }
  return best;
}

const isCard = (written: string, digits: string): boolean =>
  CARD_SHAPES.some((shape) => shape.test(written)) && CARD_NETWORKS.test(digits) && isLuhn(digits);

const isSeparated = (text: string, from: number): boolean =>
  /[ -]/.test(text.charAt(from - 1)) && isDigitCode(text.charCodeAt(from - 2));

/** True when the number goes on: into a word, a decimal fraction, or a UUID. */
function isJoined(text: string, index: number, step: 1 | -1): boolean {
  if (isWordAt(text, index)) return true;
  return /[.,-]/.test(text.charAt(index)) && isWordAt(text, index + step);
}

/** ISO/IEC 7812-1, annex B. */
function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function groupsOf(text: string): readonly Group[] {
  return Array.from(text.matchAll(DIGITS), ({ 0: digits, index }) => ({
    digits,
    from: index,
    to: index + digits.length,
  }));
}

const LONGEST_PHONE = 24;
const INTERNATIONAL = /^\+[1-9][\d ().\-/]*$/;
const AMERICAN = /^\([2-9]\d{2}\) ?\d{3}[ .-]\d{4}$/;
const AMERICAN_LENGTHS = [13, 14];

/**
 * Telephone numbers with their country's code (`+49 30 1234567`: 8 to 15 digits), and American ones
 * with the area in parentheses. Digits alone are not taken for one: most are something else.
 */
export function findPhones(text: string): readonly PiiFinding[] {
  return [...findInternational(text), ...findAmerican(text)];
}

function findInternational(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (let from = text.indexOf("+"); from !== -1; from = text.indexOf("+", from + 1)) {
    if (isWordAt(text, from - 1)) continue;
    const to = endOfPhone(text, from);
    const phone = text.slice(from, to);
    const digits = phone.replaceAll(/\D/g, "").length;
    const fits = INTERNATIONAL.test(phone) && digits >= 8 && digits <= 15;
    if (fits && !isGrouped(phone) && !isWordAt(text, to)) found.push({ kind: "phone", from, to });
  }
  return found;
}

/** After the last digit of what may be a number; two marks in a row are only `) `. */
function endOfPhone(text: string, from: number): number {
  let to = from + 1;
  const latest = Math.min(text.length, from + LONGEST_PHONE);
  for (let at = to; at < latest; at += 1) {
    if (isDigitCode(text.charCodeAt(at))) to = at + 1;
    else if (!/[ ().\-/]/.test(text.charAt(at)) || at - to >= 2) break;
  }
  return to;
}

/** `+12.500.000` is an amount. */
const isGrouped = (phone: string): boolean => /^\+\d{1,3}(?:\.\d{3})+$/.test(phone);

function findAmerican(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (let from = text.indexOf("("); from !== -1; from = text.indexOf("(", from + 1)) {
    const to = AMERICAN_LENGTHS.map((length) => from + length).find(
      (end) => AMERICAN.test(text.slice(from, end)) && !isWordAt(text, end),
    );
    if (to !== undefined) found.push({ kind: "phone", from, to });
  }
  return found;
}
