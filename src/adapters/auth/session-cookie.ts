import { sha256Hex } from "../../core/hash/sha256.ts";
import { base64Bytes, base64Of } from "../crypto/base64.ts";

/**
 * Begins the name of every cookie of ours. Browsers accept `__Host-` only from a secure origin, for
 * the whole path and for no other host, so that no neighbouring domain can plant one. They treat
 * http://localhost as secure.
 */
export const COOKIE_PREFIX = "__Host-switchyard";
/** Seconds from a sign-in to the end of its session. Nothing makes it longer. */
export const SESSION_SECONDS = 7 * 24 * 60 * 60;
const SESSION_COOKIE = `${COOKIE_PREFIX}.session_token`;

/** What is stored instead of a session's token. */
export const sessionTokenHash = (token: string): string => sha256Hex(`session:${token}`);

/** True when the request carries a session's cookie, whatever it is worth. */
export const hasSessionCookie = (headers: Headers): boolean =>
  cookieOf(headers, SESSION_COOKIE) !== undefined;

/**
 * The token of the session whose cookie a request carries; `undefined`: it has none that we signed.
 * The library would say the same, and cost the request its start.
 */
export async function sessionTokenOf(
  headers: Headers,
  secret: string,
): Promise<string | undefined> {
  const value = cookieOf(headers, SESSION_COOKIE);
  const [, token, signature] = /^([^.]{1,200})\.([A-Za-z0-9+/]{43}=)$/.exec(value ?? "") ?? [];
  if (token === undefined || signature === undefined) return undefined;
  const bytes = base64Bytes(signature);
  const isOurs = await crypto.subtle.verify("HMAC", await keyOf(secret), bytes, utf8(token));
  return isOurs ? token : undefined;
}

/** The `Set-Cookie` that gives a browser a session, as the library would write it. */
export async function sessionCookie(token: string, secret: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await keyOf(secret), utf8(token));
  const value = `${token}.${base64Of(new Uint8Array(signature))}`;
  return (
    `${SESSION_COOKIE}=${encodeURIComponent(value)}; Max-Age=${SESSION_SECONDS}; Path=/; ` +
    "HttpOnly; Secure; SameSite=Lax"
  );
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const keyOf = (secret: string) =>
  crypto.subtle.importKey("raw", utf8(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);

/** The first of that name: a second one is not ours, and the library reads the first too. */
export function cookieOf(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at === -1 || pair.slice(0, at).trim() !== name) continue;
    return decoded(pair.slice(at + 1).trim());
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
