import { shown } from "../conditions/shown.ts";
import type { Ruleset } from "../evaluation/ruleset.ts";
import type { IntakeEvent } from "./event.ts";
import type { EventProblem } from "./event-problem.ts";

/** What is wrong with the flag that an event names; `undefined`: nothing. */
export type FlagCheck = (event: IntakeEvent) => EventProblem | undefined;

/**
 * For senders that anyone can be: an event must name a flag that client keys may see, and one of
 * its variations. Otherwise whoever reads a key in a page could fill the roll-ups with rows of flags that
 * never were.
 */
export function visibleFlags({ flags }: Ruleset): FlagCheck {
  return (event) => {
    if (event.kind === "metric") return undefined;
    const { flag: key, variation } = event;
    const flag = flags.get(key);
    if (flag === undefined || !flag.clientVisible) {
      const message = `This environment has no flag ${shown(key)} that client keys may see. Check the spelling; events of archived flags are taken from server keys only.`;
      return { code: "flag-unknown", message };
    }
    const { variations } = flag.document;
    if (variation === null || variations.some((known) => known.key === variation)) return undefined;
    const message = `Flag ${shown(key)} has no variation ${shown(variation)}. Send the variant that the evaluation gave.`;
    return { code: "variation-unknown", message };
  };
}
