import { assertNever, err, ok, type Result } from "../result.ts";

/** What a list is asked for (RFC 7644, 3.4.2.2). */
export type ScimFilter =
  | { readonly kind: "and" | "or"; readonly left: ScimFilter; readonly right: ScimFilter }
  | { readonly kind: "not"; readonly of: ScimFilter }
  | {
      readonly kind: "compare";
      /** Lower case, without the schema's name. */
      readonly attribute: string;
      readonly operator: string;
      readonly value: string | boolean;
    };

/** The values of a resource's attributes, by their names in lower case. */
export type ScimAttributes = ReadonlyMap<string, readonly (string | boolean)[]>;

const LONGEST = 2_000;
const DEEPEST = 20;
const TOKEN = /\s*(\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+)/y;
const SCHEMA = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/;

type Comparison = (actual: string, wanted: string) => boolean;
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  eq: (actual, wanted) => actual === wanted,
  co: (actual, wanted) => actual.includes(wanted),
  sw: (actual, wanted) => actual.startsWith(wanted),
  ew: (actual, wanted) => actual.endsWith(wanted),
};
const OPERATORS = [...Object.keys(COMPARISONS), "ne", "pr"];

/** Reads a filter, or says what is wrong with it. */
export function parseScimFilter(text: string): Result<ScimFilter, string> {
  if (text.length > LONGEST) return err(`the filter has more than ${LONGEST} characters`);
  const tokens = tokensOf(text);
  if (tokens === null) return err("the filter has a text that does not end");
  const reader = new FilterReader(tokens);
  const filter = reader.either(0);
  if (!filter.ok) return filter;
  return reader.rest() === undefined ? filter : err(`the filter goes on with ${reader.rest()}`);
}

function tokensOf(text: string): readonly string[] | null {
  const tokens: string[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match?.[1] === undefined) return null;
    tokens.push(match[1]);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class FilterReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  rest(): string | undefined {
    return this.#tokens[this.#at];
  }

  either(depth: number): Result<ScimFilter, string> {
    return this.#joined("or", () => this.#both(depth));
  }

  #both(depth: number): Result<ScimFilter, string> {
    return this.#joined("and", () => this.#one(depth));
  }

  #joined(kind: "and" | "or", next: () => Result<ScimFilter, string>): Result<ScimFilter, string> {
    let left = next();
    while (left.ok && this.rest()?.toLowerCase() === kind) {
      this.#at += 1;
      const right = next();
      if (!right.ok) return right;
      left = ok({ kind, left: left.value, right: right.value });
    }
    return left;
  }

  #one(depth: number): Result<ScimFilter, string> {
    if (depth > DEEPEST) return err("the filter is nested too deep");
    const isNot = this.rest()?.toLowerCase() === "not";
    if (isNot) this.#at += 1;
    if (this.rest() !== "(") return isNot ? err("not is not followed by (") : this.#comparison();
    this.#at += 1;
    const inner = this.either(depth + 1);
    if (!inner.ok) return inner;
    if (this.rest() !== ")") return err("the filter has a ( without )");
    this.#at += 1;
    return isNot ? ok({ kind: "not", of: inner.value }) : inner;
  }

  #comparison(): Result<ScimFilter, string> {
    const attribute = this.rest()?.toLowerCase().replace(SCHEMA, "");
    const operator = this.#tokens[this.#at + 1]?.toLowerCase();
    if (attribute === undefined || operator === undefined) return err("the filter is cut off");
    if (!OPERATORS.includes(operator)) {
      return err(`the operator ${operator} is not known; known are ${OPERATORS.join(", ")}`);
    }
    if (operator === "pr") {
      this.#at += 2;
      return ok({ kind: "compare", attribute, operator, value: true });
    }
    const value = valueOf(this.#tokens[this.#at + 2]);
    if (value === null) return err(`${attribute} ${operator} is not followed by a text or boolean`);
    this.#at += 3;
    return ok({ kind: "compare", attribute, operator, value });
  }
}

function valueOf(token: string | undefined): string | boolean | null {
  if (token?.toLowerCase() === "true") return true;
  if (token?.toLowerCase() === "false") return false;
  if (token?.startsWith('"') !== true) return null;
  return token.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

/** Texts are compared without regard to case, as e-mail addresses are. */
export function matchesScimFilter(filter: ScimFilter, attributes: ScimAttributes): boolean {
  switch (filter.kind) {
    case "and":
      return (
        matchesScimFilter(filter.left, attributes) && matchesScimFilter(filter.right, attributes)
      );
    case "or":
      return (
        matchesScimFilter(filter.left, attributes) || matchesScimFilter(filter.right, attributes)
      );
    case "not":
      return !matchesScimFilter(filter.of, attributes);
    case "compare":
      return compares(filter, attributes.get(filter.attribute) ?? []);
    default:
      return assertNever(filter);
  }
}

function compares(
  { operator, value }: Extract<ScimFilter, { kind: "compare" }>,
  actual: readonly (string | boolean)[],
): boolean {
  if (operator === "pr") return actual.length > 0;
  const wanted = String(value).toLowerCase();
  const texts = actual.map((one) => String(one).toLowerCase());
  if (operator === "ne") return !texts.includes(wanted);
  return texts.some((text) => COMPARISONS[operator]?.(text, wanted) === true);
}

/** The text that an attribute must equal for the filter to hold; `null`: the filter asks for more. */
export const soleEquality = (filter: ScimFilter, attribute: string): string | null =>
  filter.kind === "compare" && filter.attribute === attribute && filter.operator === "eq"
    ? String(filter.value)
    : null;
