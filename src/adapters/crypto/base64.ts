export const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** For URLs, and without padding (RFC 4648, 5). */
export const base64UrlOf = (bytes: Uint8Array): string =>
  base64Of(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Throws when the text is no base64. */
export const base64Bytes = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
