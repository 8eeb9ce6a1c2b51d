import type { UnitMatcher } from "../../core/privacy/event-privacy.ts";
import { CHUNK_MEMORY_MS } from "../events/roll-up-store.ts";
import { NOTHING, type StepResult } from "./privacy-request.ts";
import { type EnvironmentTask, type StepDeps, matcherOf, parsed, placeName } from "./step-deps.ts";

const OBJECTS_A_STEP = 10;
const HOUR_MS = 3_600_000;
/** Longer than a message may wait for its last delivery before it is set aside. */
export const SETTLE_MS = 2 * HOUR_MS;

/** Looks at some objects with raw events; an erasure writes them anew without the unit's lines. */
export async function rawEventsStep(
  task: EnvironmentTask,
  deps: StepDeps,
  mark = task.request.id,
): Promise<StepResult> {
  const { request, environment, after } = task;
  const keys = await deps.rawEvents.list(environment.id, after, OBJECTS_A_STEP);
  if (keys.length === 0) return NOTHING;
  const matcher = await matcherOf(task, deps);
  const results = await Promise.all(
    keys.map((key) => lookInto(key, matcher, { task, mark }, deps)),
  );
  const isWhole = results.every((result) => result !== "changed");
  if (!isWhole) return { ...NOTHING, next: after ?? "" };
  const found = results.reduce((sum, result) => sum + result.found, 0);
  const items = results.flatMap(({ key, lines }) =>
    lines.map((line) => ({
      place: "raw-events" as const,
      environment: placeName(environment),
      of: key,
      data: parsed(line),
    })),
  );
  return {
    looked: keys.length,
    found,
    erased: request.kind === "erasure" ? found : 0,
    kept: [],
    items: request.kind === "export" ? items : [],
    next: keys.length < OBJECTS_A_STEP ? null : (keys.at(-1) ?? null),
  };
}

/**
 * Looks once more at everything that can have been written since: events that waited in the queue, and
 * dead letters that were redelivered. Those are kept by the hour in which they were first received,
 * which is no longer ago than chunks are remembered: older ones are set aside.
 */
export function lateEventsStep(task: EnvironmentTask, deps: StepDeps): Promise<StepResult> {
  const fromMs = task.request.createdAtMs - CHUNK_MEMORY_MS - HOUR_MS;
  const first = deps.rawEvents.keyBefore(task.environment.id, fromMs);
  return rawEventsStep({ ...task, after: task.after ?? first }, deps, `${task.request.id}+late`);
}

interface Looked {
  readonly key: string;
  readonly lines: readonly string[];
  readonly found: number;
}

async function lookInto(
  key: string,
  matcher: UnitMatcher,
  { task: { request }, mark }: { readonly task: EnvironmentTask; readonly mark: string },
  { rawEvents }: StepDeps,
): Promise<Looked | "changed"> {
  const object = await rawEvents.read(key);
  if (object === undefined) return { key, lines: [], found: 0 };
  const lines = object.lines.filter(matcher.isLineOf);
  if (request.kind === "export") return { key, lines, found: lines.length };
  // A step that is done again finds its own mark, and counts what it took out the first time.
  const before = object.erased[mark] ?? 0;
  if (lines.length === 0) return { key, lines, found: before };
  const left = object.lines.filter((line) => !matcher.isLineOf(line));
  const found = before + lines.length;
  const isDone = await rawEvents.rewrite(object, left, { mark, lines: found });
  return isDone ? { key, lines, found } : "changed";
}
