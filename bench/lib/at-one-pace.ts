import { median } from "./quantile.ts";

/** Some 50 ms: clocks of some runtimes have a grain of a millisecond. */
const STEPS = 400_000;
/** What lay between two paces further apart than this was done at neither. */
const MOST_APART = 1.05;

/** How fast something was. */
export interface Paced {
  /** In nanoseconds, as long as it would have taken at `paceNs`. */
  readonly ns: number;
  /** What a step of the same work took at best, in nanoseconds. */
  readonly paceNs: number;
}

/** Keeps the work from being left out. */
const sink = { last: 0 };

/**
 * Measures over and over for so many milliseconds, and sets each measurement against the pace that
 * the machine had just before and after it: a shared machine runs at changing speed, and one that runs
 * at half of it says nothing of what is measured. Of the rest the median counts.
 */
export async function atOnePace(measure: () => Promise<number>, ms: number): Promise<Paced> {
  const steady: number[] = [];
  const all: number[] = [];
  const until = performance.now() + ms;
  let before = pace();
  let paceNs = before;
  do {
    const ns = await measure();
    const after = pace();
    const inSteps = ns / ((before + after) / 2);
    all.push(inSteps);
    if (Math.max(before, after) / Math.min(before, after) <= MOST_APART) steady.push(inSteps);
    before = after;
    paceNs = Math.min(paceNs, after);
  } while (performance.now() < until);
  return { ns: median(steady.length > 0 ? steady : all) * paceNs, paceNs };
}

const texts = Array.from({ length: 10_000 }, (_, at) => ({ text: `text number ${at}` }));
const NO_TEXT = { text: "" };
const places = new Map(texts.map(({ text }, at) => [text, at]));

/**
 * Nanoseconds for looking a text up and reading it. Engines do the like, so that whoever shares the
 * processor slows this down as much as them; plain arithmetic he hardly touches.
 */
function pace(): number {
  const began = performance.now();
  let sum = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const { text } = texts[step % texts.length] ?? NO_TEXT;
    const place = places.get(text) ?? 0;
    for (let at = 0; at < text.length; at += 1)
      sum = Math.imul(sum ^ text.charCodeAt(at), 31) + place;
  }
  sink.last = sum;
  return ((performance.now() - began) / STEPS) * 1_000_000;
}
