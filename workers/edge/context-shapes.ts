import { MAX_CONTEXT_DEPTH } from "../../src/core/ofrep/request-body.ts";

/** Clients of one environment send few kinds of contexts. */
const MOST_KEPT = 8;
const EVERY_MS = 1_000;
/** Longer bodies are rare, and reading one twice takes a while. */
const LONGEST = 16_384;

/**
 * Keeps the shapes of the contexts that clients send, without what they say of anybody.
 *
 * The engine's quickest code is made for the shapes of objects that it has met. A collection of garbage
 * between two requests finds no context, forgets their shape, and throws that code away together with
 * it: seen every few seconds under load, until the code was made anew. A shape that some object has
 * stays. So now and then the body of a request is read once more, with every value emptied, and kept.
 */
export class ContextShapes {
  readonly #kept: unknown[] = [];
  #next = 0;
  #keptAtMs = Number.NEGATIVE_INFINITY;

  /** @param body the JSON that a context was read from. */
  see(body: string, nowMs: number): void {
    // A clock that was set back must not hold it up.
    if (Math.abs(nowMs - this.#keptAtMs) < EVERY_MS) return;
    this.#keptAtMs = nowMs;
    if (body.length > LONGEST || body.trim() === "") return;
    this.#kept[this.#next] = emptied(body);
    this.#next = (this.#next + 1) % MOST_KEPT;
  }
}

/** What a JSON text holds, with all values but names emptied: of the same shape to the engine. */
export function emptied(json: string): unknown {
  const holder: Record<string, unknown> = { body: JSON.parse(json) };
  empty(holder, MAX_CONTEXT_DEPTH + 2);
  return holder["body"];
}

/** In place, and not by a reviver of `JSON.parse`: beside the context a body may nest as it likes. */
function empty(holder: Record<string, unknown>, levels: number): void {
  for (const name of Object.keys(holder)) {
    const value = holder[name];
    if (isContainer(value) && levels > 0) empty(value, levels - 1);
    else holder[name] = emptyOf(value);
  }
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function emptyOf(value: unknown): unknown {
  if (typeof value === "string") return "";
  if (typeof value === "number") return 0;
  return typeof value === "boolean" ? false : null;
}
