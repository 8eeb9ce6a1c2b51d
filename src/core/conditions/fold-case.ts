/**
 * Lower case by Unicode, for comparing without regard to case. Greek final sigma is written as
 * the plain one: whether a language's lower-casing makes it depends on the word, and on the
 * language.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll("ς", "σ");
}
