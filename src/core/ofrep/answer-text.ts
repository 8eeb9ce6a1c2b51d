import type {
  DisabledEvaluation,
  FlagEvaluation,
  ServedEvaluation,
  UnitMissing,
} from "../evaluation/evaluation.ts";
import { assertNever } from "../result.ts";
import { errorText, type OfrepError } from "./error-body.ts";
import { valueText } from "./value-text.ts";

/**
 * One flag's answer as OFREP's JSON: the body of a single evaluation, and an item of a bulk.
 *
 * The shape is the one that every known client reads: `key`, `value`, `reason`, `variant` and
 * `metadata` in this order and always there, but `value`, which is left out when the
 * caller's own default is to be used; metadata flat, without `null`.
 */
export function answerText(evaluation: FlagEvaluation, flagSetId: string): string {
  switch (evaluation.kind) {
    case "served":
      return servedText(evaluation, flagSetId);
    case "disabled":
      return disabledText(evaluation, flagSetId);
    case "unit-missing":
      return errorText(unitMissing(evaluation), evaluation.flag);
    default:
      return assertNever(evaluation);
  }
}

function servedText(evaluation: ServedEvaluation, flagSetId: string): string {
  const { flag, type, value, reason, variation } = evaluation;
  const metadata = metadataText(evaluation, flagSetId, evaluation.experiment);
  return `{"key":${JSON.stringify(flag)},"value":${valueText(type, value)},"reason":"${reason}","variant":${JSON.stringify(variation)},"metadata":${metadata}}`;
}

/** The variant is empty, not absent: one client reads the member before it looks at the reason. */
function disabledText(evaluation: DisabledEvaluation, flagSetId: string): string {
  const metadata = metadataText(evaluation, flagSetId, null);
  return `{"key":${JSON.stringify(evaluation.flag)},"reason":"DISABLED","variant":"","metadata":${metadata}}`;
}

/** A flag whose prerequisite is not met counts as off: it serves what it serves when it is off. */
function metadataText(
  evaluation: ServedEvaluation | DisabledEvaluation,
  flagSetId: string,
  experimentKey: string | null,
): string {
  const { cause } = evaluation;
  return JSON.stringify({
    flagSetId,
    version: String(evaluation.version),
    ...(experimentKey === null ? {} : { experimentKey }),
    ...(cause === "off" || cause === "prerequisite" ? { off: true } : {}),
    ...(cause === "killed" ? { killed: true } : {}),
  });
}

/**
 * What is said when a rollout has nothing to hash. Rules are nobody's business who asks with a
 * client key, so that no other attribute is named than the one that everyone knows of.
 */
export function unitMissing({ flag, attribute }: UnitMissing): OfrepError {
  const [by, help] =
    attribute === "targetingKey"
      ? ['the "targetingKey",', "Send it as a string or a number."]
      : ["an attribute", "The management API's explain of the flag says which."];
  return {
    errorCode: "TARGETING_KEY_MISSING",
    errorDetails: `Flag "${flag}" is rolled out by ${by} which the context lacks or leaves empty. ${help}`,
  };
}

/** What is said of a flag that the environment does not have. */
export function flagNotFound(flag: string): OfrepError {
  return {
    errorCode: "FLAG_NOT_FOUND",
    errorDetails: `This environment has no flag "${flag}". Check the spelling, and that the SDK key belongs to the environment you mean.`,
  };
}
