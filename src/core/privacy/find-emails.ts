import { type PiiFinding, isWordCode } from "./finding.ts";

const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 253;
const LOCAL_MARKS = new Set(Array.from("._%+-'", (mark) => mark.charCodeAt(0)));
const DOMAIN = /^(?:[A-Za-z0-9-]{1,63}\.){1,8}(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{1,59})$/;
/** `icon@2x.png` */
const SCALED_IMAGE = /^\d{1,2}x\./;

/** `local@domain.tld`, around each at sign. Needs a dot in the domain and letters after the last. */
export function findEmails(text: string): readonly PiiFinding[] {
  const found: PiiFinding[] = [];
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const from = startOfLocalPart(text, at);
    const to = endOfDomain(text, at + 1);
    const domain = text.slice(at + 1, to);
    if (from === at || SCALED_IMAGE.test(domain) || !DOMAIN.test(domain)) continue;
    found.push({ kind: "email", from, to });
  }
  return found;
}

function startOfLocalPart(text: string, at: number): number {
  let from = at;
  const earliest = Math.max(0, at - LONGEST_LOCAL_PART);
  while (from > earliest && isOfLocalPart(text.charCodeAt(from - 1))) from -= 1;
  // A sentence's mark or quote before the address is none of it.
  while (from < at && LOCAL_MARKS.has(text.charCodeAt(from))) from += 1;
  return from;
}

const isOfLocalPart = (code: number): boolean => isWordCode(code) || LOCAL_MARKS.has(code);

/** Without the dot that ends a sentence. */
function endOfDomain(text: string, start: number): number {
  let to = start;
  const latest = Math.min(text.length, start + LONGEST_DOMAIN);
  while (to < latest && /[A-Za-z0-9.-]/.test(text.charAt(to))) to += 1;
  while (to > start && /[.-]/.test(text.charAt(to - 1))) to -= 1;
  return to;
}
