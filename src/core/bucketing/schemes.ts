import type { BucketingScheme } from "../documents/flag.ts";
import type { BucketSchemeFactory } from "./bucket-scheme.ts";
import { SHA256_10000_STEP, sha256Modulo } from "./sha256-10000.ts";
import { unitV2 } from "./unit-v2.ts";

export const DEFAULT_SCHEME: BucketingScheme = "unit-v2";

interface SchemeDescription {
  readonly create: BucketSchemeFactory;
  /** The smallest share it can tell apart, in buckets; every share is a multiple of it. */
  readonly step: number;
}

/** A scheme is known by its name here and by nothing else. */
export const SCHEMES: Readonly<Record<BucketingScheme, SchemeDescription>> = {
  "unit-v2": { create: unitV2, step: 1 },
  "sha256-10000": { create: sha256Modulo, step: SHA256_10000_STEP },
};
