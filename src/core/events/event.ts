/**
 * Something that happened at a client, as it is kept: checked, its time bounded, private attributes
 * gone. `kind` is the only thing to switch on.
 */
export type IntakeEvent = ExposureEvent | MetricEvent | UsageEvent | KeyUseEvent;

interface EventOfUnit {
  /** Given by the sender, unique for what happened: a repetition has the same one. */
  readonly id: string;
  /** When it happened, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  /** The unit that it happened to, as the rollout or metric counts units. */
  readonly targetingKey: string;
  /** Scalars only; those that were named private are gone. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A unit was shown a variation of a flag. */
export interface ExposureEvent extends EventOfUnit {
  readonly kind: "exposure";
  readonly flag: string;
  readonly variation: string;
  /** Version of the flag that was served; `null`: the sender did not know. */
  readonly flagVersion: number | null;
  /** OpenFeature's reason; `null`: the sender did not know. */
  readonly reason: string | null;
  /** Key of the experiment that the assignment belongs to; `null`: none. */
  readonly experiment: string | null;
}

/** A unit did something that a metric counts or measures. */
export interface MetricEvent extends EventOfUnit {
  readonly kind: "metric";
  readonly metric: string;
  /** In the metric's own unit of measure; 1 where the sender only counts. */
  readonly value: number;
}

/** So many evaluations of a flag gave one variation for one reason. No unit is named. */
export interface UsageEvent {
  readonly kind: "usage";
  readonly id: string;
  /** When the last of them was answered, in milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly flag: string;
  /** `null`: the caller's own default was used. */
  readonly variation: string | null;
  readonly reason: string;
  /** At least 1. */
  readonly count: number;
}

/** An SDK key was let in. The edge alone says this: nobody sends it. No unit is named. */
export interface KeyUseEvent {
  readonly kind: "key-use";
  readonly id: string;
  /** To the minute. */
  readonly atMs: number;
  /** The key's id, by which it is listed; never what it is recognised by. */
  readonly key: string;
}
