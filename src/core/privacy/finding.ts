/** What a piece of text is, as far as its shape tells. */
export type PiiKind =
  | "email"
  | "phone"
  | "iban"
  | "card"
  | "ip"
  /** A credential: a token, a key of this or a common other platform, a private key. */
  | "secret";

/** Where in a text something personal or secret stands. */
export interface PiiFinding {
  readonly kind: PiiKind;
  /** UTF-16 offsets, `to` not included. */
  readonly from: number;
  readonly to: number;
}

/** True when the character at `index` belongs to a word; outside the text nothing does. */
export function isWordAt(text: string, index: number): boolean {
  return isWordCode(text.charCodeAt(index));
}

export const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;

/** Letters beyond ASCII count as such: names are written with them. */
const isLetterCode = (code: number): boolean =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code >= 0xc0;

/** False for `NaN`, which is what lies outside a text. */
export const isWordCode = (code: number): boolean =>
  isDigitCode(code) || isLetterCode(code) || code === 95;
