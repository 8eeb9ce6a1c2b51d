import { isRecord } from "../../core/json.ts";
import type { UnitMatcher } from "../../core/privacy/event-privacy.ts";
import { NOTHING, type StepResult } from "./privacy-request.ts";
import { type EnvironmentTask, type StepDeps, matcherOf, parsed, placeName } from "./step-deps.ts";

const LETTERS_A_STEP = 20;

/** Looks at some messages that were set aside; an erasure takes the unit's events out of them. */
export async function deadLettersStep(task: EnvironmentTask, deps: StepDeps): Promise<StepResult> {
  const { request, environment, after } = task;
  const { deadLetterScan: letters } = deps;
  const ids = await letters.idsOf(environment.id, after, LETTERS_A_STEP);
  if (ids.length === 0) return NOTHING;
  const matcher = await matcherOf(task, deps);
  const looked = await Promise.all(
    ids.map(async (id) => ({ id, ...sorted(await letters.body(id), matcher) })),
  );
  const found = looked.reduce((sum, { own }) => sum + own.length, 0);
  const result = { ...NOTHING, looked: ids.length, found };
  const next = ids.length < LETTERS_A_STEP ? null : (ids.at(-1) ?? null);
  if (request.kind === "export") {
    const items = looked.flatMap(({ id, own }) =>
      own.map((data) => ({
        place: "dead-letters" as const,
        environment: placeName(environment),
        of: id,
        data,
      })),
    );
    return { ...result, items, next };
  }
  await Promise.all(
    looked
      .filter(({ own }) => own.length > 0)
      .map(({ id, left }) => (left === null ? letters.remove(id) : letters.replaceBody(id, left))),
  );
  return { ...result, erased: found, next };
}

interface Sorted {
  /** The unit's events; of a message that cannot be taken apart, the message. */
  readonly own: readonly unknown[];
  /** The message without them; `null`: nothing would be left. */
  readonly left: string | null;
}

function sorted(body: string | null, matcher: UnitMatcher): Sorted {
  if (body === null) return { own: [], left: null };
  const message = parsed(body);
  if (!isRecord(message) || !Array.isArray(message["events"])) {
    return matcher.isLineOf(body) || matcher.isMentionedIn(body)
      ? { own: [message], left: null }
      : { own: [], left: body };
  }
  const events: readonly unknown[] = message["events"];
  const own = events.filter(matcher.isOf);
  const others = events.filter((event) => !matcher.isOf(event));
  const left = others.length === 0 ? null : JSON.stringify({ ...message, events: others });
  return { own, left };
}
