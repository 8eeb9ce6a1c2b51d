import { kindOf, shown } from "../conditions/shown.ts";
import { isRecord, type UnknownRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { ExposureEvent, IntakeEvent, MetricEvent, UsageEvent } from "./event.ts";
import { EventFields } from "./event-fields.ts";
import type { EventProblem } from "./event-problem.ts";
import { EVENT_LIMITS } from "./limits.ts";

/** What the batch says about all of its events. */
export interface EventReading {
  /** Added to each timestamp, in milliseconds: how far the sender's clock is behind. */
  readonly offsetMs: number;
  readonly privateAttributes: ReadonlySet<string>;
  /** What is wrong with an event will not be told to anyone in words. */
  readonly isTerse: boolean;
}

/** OpenFeature's reasons. */
const REASONS = [
  "STATIC",
  "DEFAULT",
  "TARGETING_MATCH",
  "SPLIT",
  "CACHED",
  "DISABLED",
  "UNKNOWN",
  "STALE",
  "ERROR",
] as const;

const OF_ALL = ["kind", "id", "timestamp"];
const OF_UNITS = [...OF_ALL, "targetingKey", "attributes", "privateAttributes"];
const EXPOSURE = [...OF_UNITS, "flag", "variation", "flagVersion", "reason", "experiment"];
const METRIC = [...OF_UNITS, "metric", "value"];
const USAGE = [...OF_ALL, "flag", "variation", "reason", "count"];

const KINDS = ["exposure", "metric", "usage"];
const IT_IS_ONE = `it is one of ${KINDS.join(", ")}.`;

/**
 * Reads one event as a sender wrote it. Says nothing of when and for which flag it may have
 * happened: what is read here today is read the same tomorrow.
 */
export function readEvent(
  given: unknown,
  reading: EventReading,
): Result<IntakeEvent, EventProblem> {
  if (!isRecord(given)) {
    const message = `This is ${kindOf(given)}; an event is an object like {"kind":"exposure",…}.`;
    return err({ code: "not-an-object", message });
  }
  switch (given["kind"]) {
    case "exposure":
      return checked(given, EXPOSURE, reading, readExposure);
    case "metric":
      return checked(given, METRIC, reading, readMetric);
    case "usage":
      return checked(given, USAGE, reading, readUsage);
    default:
      return err(unknownKind(given["kind"]));
  }
}

function checked(
  given: UnknownRecord,
  known: readonly string[],
  reading: EventReading,
  read: (fields: EventFields, reading: EventReading) => IntakeEvent,
): Result<IntakeEvent, EventProblem> {
  const fields = new EventFields(given, known, reading.isTerse);
  const event = read(fields, reading);
  return fields.problem === undefined ? ok(event) : err(fields.problem);
}

function readExposure(fields: EventFields, reading: EventReading): ExposureEvent {
  return {
    kind: "exposure",
    ...ofUnit(fields, reading),
    flag: fields.key("flag"),
    variation: fields.key("variation"),
    flagVersion: fields.optionalVersion("flagVersion"),
    reason: fields.optionalOneOf("reason", REASONS),
    experiment: fields.optionalKey("experiment"),
  };
}

function readMetric(fields: EventFields, reading: EventReading): MetricEvent {
  return {
    kind: "metric",
    ...ofUnit(fields, reading),
    metric: fields.key("metric"),
    value: fields.amount("value"),
  };
}

function readUsage(fields: EventFields, reading: EventReading): UsageEvent {
  return {
    kind: "usage",
    ...ofAll(fields, reading),
    flag: fields.key("flag"),
    variation: fields.optionalKey("variation"),
    reason: fields.oneOf("reason", REASONS),
    count: fields.count("count", EVENT_LIMITS.usageCount),
  };
}

function ofUnit(fields: EventFields, reading: EventReading) {
  return {
    ...ofAll(fields, reading),
    targetingKey: fields.unit(),
    attributes: fields.attributes(reading.privateAttributes),
  };
}

function ofAll(fields: EventFields, { offsetMs }: EventReading) {
  return { id: fields.id(), atMs: Math.round(fields.instant("timestamp") + offsetMs) };
}

function unknownKind(given: unknown): EventProblem {
  if (given === undefined || given === null) {
    return { code: "missing-field", message: `"kind" is missing; ${IT_IS_ONE}` };
  }
  const what = typeof given === "string" ? shown(given) : kindOf(given);
  return { code: "unknown-kind", message: `"kind" is ${what}; ${IT_IS_ONE}` };
}
