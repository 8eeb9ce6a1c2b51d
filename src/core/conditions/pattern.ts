import type { Result } from "../result.ts";

/** A compiled regular expression. */
export interface PatternMatcher {
  /** True when the pattern is found anywhere in the text. */
  readonly finds: (text: string) => boolean;
  /**
   * How long a text it reads, in UTF-16 code units; the larger the pattern, the shorter, so that
   * no pattern and text together hold up an evaluation. A longer text counts as unreadable.
   */
  readonly longestText: number;
}

/**
 * Compiles a regular expression of RE2 syntax, or says what is wrong with it.
 * Handed in because the core has no dependencies; it must run in time linear in the text.
 */
export type PatternCompiler = (
  source: string,
  options: { readonly ignoreCase: boolean },
) => Result<PatternMatcher, string>;
