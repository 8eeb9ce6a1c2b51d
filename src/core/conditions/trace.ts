import type { Operator } from "../documents/condition.ts";
import type { JsonValue } from "../json.ts";

/** How one condition came out for one subject: its shape, and what each part saw. All JSON. */
export type ConditionTrace =
  | GroupTrace
  | NotTrace
  | SegmentConditionTrace
  | SegmentsConditionTrace
  | AttributeTrace;

/** Every child is shown, also those that evaluation would not have asked any more. */
export interface GroupTrace {
  readonly kind: "and" | "or";
  readonly held: boolean;
  readonly conditions: readonly ConditionTrace[];
}

export interface NotTrace {
  readonly kind: "not";
  readonly held: boolean;
  readonly condition: ConditionTrace;
}

/** `{ "segment": … }` */
export interface SegmentConditionTrace {
  readonly kind: "segment";
  readonly held: boolean;
  readonly segment: SegmentTrace;
}

/** `in_segment` and `not_in_segment` without an attribute. */
export interface SegmentsConditionTrace {
  readonly kind: "segments";
  readonly held: boolean;
  readonly operator: "in_segment" | "not_in_segment";
  readonly segments: readonly SegmentTrace[];
}

export interface AttributeTrace {
  readonly kind: "attribute";
  readonly held: boolean;
  readonly attribute: string;
  readonly operator: Operator;
  /** What the document compares with; long lists and texts are cut with "…". */
  readonly value?: JsonValue;
  readonly ignoreCase?: true;
  /** What the context said, cut in the same way; missing when the attribute is absent. */
  readonly actual?: JsonValue;
  /** Why the attribute says nothing to this operator: absent, of the wrong type, unreadable. */
  readonly note?: string;
}

export interface SegmentTrace {
  readonly segment: string;
  readonly held: boolean;
  /** What decided. */
  readonly cause: "excluded" | "included" | "rule" | "no-rule";
  /** The attribute that was looked up in the lists of units. */
  readonly attribute: string;
  /** Its value as a unit; missing when the context has none. */
  readonly unit?: string;
  /** Missing when a list decided, and when the same trace has shown this segment before. */
  readonly rules?: readonly ConditionTrace[];
}
