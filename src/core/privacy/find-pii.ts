import { findAddresses } from "./find-addresses.ts";
import { findEmails } from "./find-emails.ts";
import { findIbans } from "./find-ibans.ts";
import { findCards, findPhones } from "./find-numbers.ts";
import { findSecrets } from "./find-secrets.ts";
import type { PiiFinding } from "./finding.ts";

/** In this order: where two overlap, the first is it. */
const FINDERS = [findSecrets, findEmails, findIbans, findCards, findPhones, findAddresses];

/**
 * What in a text is personal or secret by its shape: e-mail addresses, telephone numbers, IBANs,
 * card numbers, IP addresses, credentials. In order, without overlaps.
 *
 * Shapes with check digits (IBAN, cards) are right but for chance; the others are made to pass over
 * versions, dates, UUIDs, hashes and amounts. Names and postal addresses have no shape and are not
 * found. Takes time in proportion to the text: each finder looks at a bounded piece around each
 * place where its kind may begin.
 */
export function findPii(text: string): readonly PiiFinding[] {
  const all: PiiFinding[] = [];
  const taken = new Uint8Array(text.length);
  for (const find of FINDERS) {
    for (const finding of find(text)) {
      if (taken.subarray(finding.from, finding.to).includes(1)) continue;
      taken.fill(1, finding.from, finding.to);
      all.push(finding);
    }
  }
  return all.toSorted((a, b) => a.from - b.from);
}
