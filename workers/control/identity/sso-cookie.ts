import { COOKIE_PREFIX, cookieOf } from "../../../src/adapters/auth/session-cookie.ts";

/** What ties a sign-in at a provider to the browser that began it. */
const NAME = `${COOKIE_PREFIX}.sign_in`;
const SECONDS = 10 * 60;

/**
 * A SAML provider has the browser post its response from the provider's site, and such a request
 * carries only cookies that are marked as `SameSite=None`. All this one does is to say where a
 * sign-in began.
 */
export const bindingCookie = (binding: string, kind: "oidc" | "saml"): string =>
  `${NAME}=${binding}; ${attributes(kind === "saml" ? "None" : "Lax")}; Max-Age=${SECONDS}`;

export const forgottenBinding = `${NAME}=; ${attributes("Lax")}; Max-Age=0`;

export const bindingOf = (headers: Headers): string | null => cookieOf(headers, NAME) ?? null;

function attributes(sameSite: "None" | "Lax"): string {
  return `Path=/; Secure; HttpOnly; SameSite=${sameSite}`;
}
