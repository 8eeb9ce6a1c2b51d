import { shown } from "../conditions/shown.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";
import { assertNever } from "../result.ts";
import type { IntakeEvent } from "./event.ts";
import type { EventProblem } from "./event-problem.ts";
import { EVENT_LIMITS } from "./limits.ts";

/** What is wrong with an event's sender having sent it; `undefined`: nothing. */
export type EventCheck = (event: IntakeEvent) => EventProblem | undefined;

/**
 * For one batch of a sender that anyone can be, since client keys are read in pages and apps. One
 * event may say no more than that somebody saw something or did something once: no counts, few
 * metrics, and only flags and variations that client keys may see. Otherwise the roll-ups could be filled
 * with rows of what never was. `ruleset` is `null` while what is known of flags may be out of date.
 */
export function clientEvents(ruleset: Ruleset | null): EventCheck {
  const metrics = new Set<string>();
  return (event) => {
    switch (event.kind) {
      // Nobody sends the second: it is the edge's own.
      case "usage":
      case "key-use":
        return { code: "server-key-only", message: NO_COUNTS };
      case "metric":
        return metricProblem(event, metrics);
      case "exposure":
        return ruleset === null ? undefined : flagProblem(event, ruleset);
      default:
        return assertNever(event);
    }
  };
}

const NO_COUNTS =
  'Events of kind "usage" are taken from server keys only, because anyone can read a client key. Evaluations through OFREP are counted without them; for what was shown, send exposures.';

function metricProblem(
  { metric, value }: Extract<IntakeEvent, { kind: "metric" }>,
  named: Set<string>,
): EventProblem | undefined {
  const { clientMetrics } = EVENT_LIMITS;
  if (named.size < clientMetrics) named.add(metric);
  if (!named.has(metric)) {
    const message = `Metric ${shown(metric)} is one more than the ${clientMetrics} different ones that a batch with a client key may have. Send it in another batch, or with a server key.`;
    return { code: "too-many-metrics", message };
  }
  const most = EVENT_LIMITS.clientMetricValue;
  if (Math.abs(value) <= most) return undefined;
  const message = `"value" is ${value}; with a client key it may be from ${-most} to ${most}. Send it with a server key.`;
  return { code: "invalid-field", message };
}

function flagProblem(
  { flag: key, variation }: Extract<IntakeEvent, { kind: "exposure" }>,
  { flags }: Ruleset,
): EventProblem | undefined {
  const flag = flags.get(key);
  if (flag === undefined || !flag.clientVisible) {
    const message = `This environment has no flag ${shown(key)} that client keys may see. Check the spelling; events of archived flags are taken from server keys only.`;
    return { code: "flag-unknown", message };
  }
  const { variations } = flag.document;
  if (variations.some((known) => known.key === variation)) return undefined;
  const message = `Flag ${shown(key)} has no variation ${shown(variation)}. Send the variant that the evaluation gave.`;
  return { code: "variation-unknown", message };
}
