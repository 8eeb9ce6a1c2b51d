import type { EvaluationContext } from "../evaluation/context.ts";
import { mix, murmurWords, type HashWords } from "../hash/murmur3.ts";
import { canonicalJson } from "../json.ts";
import { type PlacedText, TextPages } from "./placed-text.ts";

// A bulk's entity tag is a hash of what the answer says and of whom it was asked for. A tag of
// revision and context would not do: shares of time (`$now`, expiring overrides) and the platform's
// attributes change answers without either, and a change that a client cannot see would throw away its
// copy. Each answer's words are made once, so that a tag costs a few multiplications a flag.

/** A piece of an answer with its own hash, made once and used in many answers. */
export interface HashedText extends Readonly<HashWords> {
  readonly text: string;
}

/** The same, and the bytes of the text and a comma, ready to stand before another in a list. */
export interface ListedText extends HashedText, PlacedText {}

const pages = new TextPages();

export function listedText(text: string): ListedText {
  const { first, second } = hashedText(text);
  // Engines keep whole numbers of up to 30 bits in place, and larger ones somewhere else.
  return { ...pages.place(`${text},`), text, first: first >>> 2, second: second >>> 2 };
}

export function hashedText(text: string): HashedText {
  const words: HashWords = { first: 0, second: 0 };
  murmurWords(text, words);
  return { text, first: words.first, second: words.second };
}

/** A weak tag: proxies may compress the answer, which must not make it another one. */
export function entityTag(
  answers: readonly Readonly<HashWords>[],
  close: Readonly<HashWords>,
  askedFor: Readonly<HashWords>,
): string {
  let first = 0;
  let second = 0;
  for (const answer of answers) {
    first = firstAfter(first, answer);
    second = secondAfter(second, answer);
  }
  first = firstAfter(firstAfter(first, close), askedFor);
  second = secondAfter(secondAfter(second, close), askedFor);
  return `W/"${hex(first)}${hex(second)}"`;
}

const firstAfter = (hash: number, { first }: Readonly<HashWords>): number =>
  mix((Math.imul(hash, 5) + 0xe6546b64) ^ first);
const secondAfter = (hash: number, { second }: Readonly<HashWords>): number =>
  mix((Math.imul(hash, 9) + 0x38495ab5) ^ second);

/**
 * What an answer depends on besides its text. Equal contexts in any member order are one: each
 * member is hashed for itself, and the hashes are added, which is quicker than sorting them.
 */
export function contextWords(context: EvaluationContext, scope: string): Readonly<HashWords> {
  const sum: HashWords = { first: 0, second: 0 };
  const words: HashWords = { first: 0, second: 0 };
  murmurWords(scope, sum);
  for (const name of Object.keys(context)) {
    const value = context[name];
    // No other value's JSON begins with a quote, and none of its characters has to be escaped here.
    const text = typeof value === "string" ? `"${value}` : canonicalJson(value);
    murmurWords(`${name.length}:${name}${text}`, words);
    sum.first = (sum.first + words.first) >>> 0;
    sum.second = (sum.second + words.second) >>> 0;
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

const hex = (word: number): string => word.toString(16).padStart(8, "0");
