import type { Result } from "../result.ts";

/** True when the pattern is found anywhere in the text. */
export type PatternMatcher = (text: string) => boolean;

/**
 * Compiles a regular expression of RE2 syntax, or says what is wrong with it.
 * Handed in because the core has no dependencies; it must run in time linear in the text.
 */
export type PatternCompiler = (
  source: string,
  options: { readonly ignoreCase: boolean },
) => Result<PatternMatcher, string>;
