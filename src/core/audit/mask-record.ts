import type { MadeDocument } from "../authority/log-entry.ts";
import { canonicalJson } from "../json.ts";
import type { MaskingMode } from "../privacy/mask.ts";
import { maskText } from "../privacy/mask.ts";
import { maskDetail } from "../privacy/mask-json.ts";
import type { Difference } from "./diff.ts";
import type { EnvironmentRecord } from "./export-record.ts";

/** A place that differs, with personal data on both sides masked or removed. */
export function maskDifference(difference: Difference, mode: MaskingMode): Difference {
  const { path, before, after } = difference;
  return {
    path: maskText(path, mode),
    ...("before" in difference ? { before: maskDetail(before, mode) } : {}),
    ...("after" in difference ? { after: maskDetail(after, mode) } : {}),
  };
}

/**
 * An exported entry of an environment, in which documents with personal data are withheld, with
 * what is left of them when that is masked. The entry stays as it is, because its hash covers it.
 */
export function maskRecord(record: EnvironmentRecord, mode: MaskingMode): EnvironmentRecord {
  return mode === "off"
    ? record
    : { ...record, made: record.made.map((one) => maskMade(one, mode)) };
}

function maskMade(made: MadeDocument, mode: MaskingMode): MadeDocument {
  if ("withheld" in made) return made;
  const document: unknown = JSON.parse(made.body);
  const masked = canonicalJson(maskDetail(document, mode));
  return masked === made.body ? made : { withheld: true, masked };
}
