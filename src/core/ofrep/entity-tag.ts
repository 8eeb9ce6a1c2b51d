import type { EvaluationContext } from "../evaluation/context.ts";
import { type HashWords, mix, murmurWords, step } from "../hash/murmur3.ts";
import { canonicalJson } from "../json.ts";
import { type PlacedText, TextPages } from "./placed-text.ts";

// A bulk's entity tag is a hash of what the answer says and of whom it was asked for. A tag of
// revision and context would not do: shares of time (`$now`, expiring overrides) and the platform's
// attributes change answers without either, and a change that a client cannot see would throw away its
// copy. Each answer's words are made once, so that a tag costs a few multiplications a flag.

/** A piece of an answer as it is sent, with its own hash: made once, and used in many answers. */
export interface HashedText extends Readonly<HashWords>, PlacedText {}

/** One of a list: the bytes are the text's and a comma's, ready to stand before another. */
export interface ListedText extends HashedText {
  readonly text: string;
}

const pages = new TextPages();

export function hashedText(text: string): HashedText {
  return { ...pages.place(text), ...wordsOf(text) };
}

export function listedText(text: string): ListedText {
  return { ...pages.place(`${text},`), ...wordsOf(text), text };
}

function wordsOf(text: string): HashWords {
  const words: HashWords = { first: 0, second: 0 };
  murmurWords(text, words);
  // Engines keep whole numbers of up to 30 bits in place, and larger ones somewhere else.
  return { first: words.first >>> 2, second: words.second >>> 2 };
}

/** A weak tag: proxies may compress the answer, which must not make it another one. */
export function entityTag(
  answers: Readonly<HashWords>,
  close: Readonly<HashWords>,
  askedFor: Readonly<HashWords>,
): string {
  const first = step(step(answers.first, close.first), askedFor.first);
  const second = step(step(answers.second, close.second), askedFor.second);
  return `W/"${hex(mix(first))}${hex(mix(second))}"`;
}

/** So that no other value is mistaken for its JSON in a string. */
const TEXT = 1;
const JSON_TEXT = 2;

/**
 * What an answer depends on besides its text. Equal contexts in any member order are one: each
 * member is hashed for itself, and the hashes are added, which is quicker than sorting them.
 */
export function contextWords(context: EvaluationContext, scope: string): Readonly<HashWords> {
  const sum: HashWords = { first: 0, second: 0 };
  const name: HashWords = { first: 0, second: 0 };
  const said: HashWords = { first: 0, second: 0 };
  murmurWords(scope, sum);
  for (const attribute of Object.keys(context)) {
    const value = context[attribute];
    const kind = typeof value === "string" ? TEXT : JSON_TEXT;
    murmurWords(attribute, name);
    murmurWords(typeof value === "string" ? value : canonicalJson(value), said);
    sum.first = (sum.first + mix(step(step(kind, name.first), said.first))) | 0;
    sum.second = (sum.second + mix(step(step(kind, name.second), said.second))) | 0;
  }
  return sum;
}

/**
 * Whether an `If-None-Match` names the tag. Compared weakly, in lists, as `*`, and without quotes,
 * as the protocol's own examples have it.
 */
export function matchesEntityTag(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  const wanted = opaque(tag);
  return ifNoneMatch
    .split(",")
    .map((item) => item.trim())
    .some((item) => item === "*" || opaque(item) === wanted);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//i, "").replace(/^"(.*)"$/, "$1");
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Eight digits of a word, put together: engines take five times as long to write a number in hex. */
function hex(word: number): string {
  const digits = (shift: number) => HEX[(word >>> shift) & 255] ?? "";
  return digits(24) + digits(16) + digits(8) + digits(0);
}
