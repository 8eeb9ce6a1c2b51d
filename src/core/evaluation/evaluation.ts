import type { FlagType } from "../documents/flag.ts";
import type { JsonValue } from "../json.ts";

/** What evaluating one flag for one context says. `kind` is the only thing to switch on. */
export type Evaluation = FlagEvaluation | NotFound;

/** The answer of a flag that there is. */
export type FlagEvaluation = ServedEvaluation | DisabledEvaluation | UnitMissing;

/**
 * A variation is served. One such object exists for each way a compiled flag can serve a
 * variation, so callers may cache by identity, and must not change it.
 */
export interface ServedEvaluation {
  readonly kind: "served";
  readonly flag: string;
  readonly version: number;
  readonly type: FlagType;
  readonly variation: string;
  readonly value: JsonValue;
  /** OpenFeature's reason for a value. */
  readonly reason: "STATIC" | "TARGETING_MATCH" | "SPLIT" | "DEFAULT";
  readonly cause: ServedCause;
  /** Id of the override or rule that decided; `null` for the other causes. */
  readonly rule: string | null;
  /** Key of the experiment that this assignment exposes the unit to; `null`: none. */
  readonly experiment: string | null;
}

export type ServedCause =
  | "off"
  | "killed"
  | "prerequisite"
  | "override"
  | "target"
  | "rule"
  | "default";

/** The caller's own default is used; this is an answer, not an error. */
export interface DisabledEvaluation {
  readonly kind: "disabled";
  readonly flag: string;
  readonly version: number;
  readonly cause: "off" | "killed" | "prerequisite";
}

export interface NotFound {
  readonly kind: "not-found";
  readonly flag: string;
}

/** A rollout had to hash a unit that the context does not have. */
export interface UnitMissing {
  readonly kind: "unit-missing";
  readonly flag: string;
  readonly version: number;
  /** The attribute that is absent or empty, usually `targetingKey`. */
  readonly attribute: string;
}
