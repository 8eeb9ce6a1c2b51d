import { isEmailAddress } from "./email-address.ts";

const DOMAIN = /^(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/;

/** True for a domain as addresses end with it: lower case, at least two parts, no `@`. */
export const isEmailDomain = (text: string): boolean => DOMAIN.test(text);

/** What stands after the `@`, in lower case; `null`: it is no address. A subdomain is another one. */
export function emailDomain(email: string): string | null {
  return isEmailAddress(email) ? email.slice(email.lastIndexOf("@") + 1).toLowerCase() : null;
}
