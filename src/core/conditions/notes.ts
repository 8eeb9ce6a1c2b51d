import type { AttributePath } from "./attribute-path.ts";
import { shown } from "./shown.ts";
import type { ValueTest } from "./value-test.ts";

/** Why there is no value to compare. */
export function absenceNote(path: AttributePath): string {
  return path.source === "context"
    ? `the context has no ${JSON.stringify(path.name)}`
    : `the platform did not say ${JSON.stringify(path.name)}`;
}

/** Why a value that is there says nothing to the operator; `undefined` when it was compared. */
export function valueNote(value: unknown, test: ValueTest): string | undefined {
  try {
    return Array.isArray(value) ? listNote(value, test) : scalarNote(value, test);
  } catch {
    return "the value cannot be read";
  }
}

function scalarNote(value: unknown, test: ValueTest): string | undefined {
  const problem = test.unreadable(value);
  return problem === undefined ? undefined : `${describe(value)} ${problem}`;
}

function listNote(list: readonly unknown[], test: ValueTest): string | undefined {
  for (const [index, item] of list.entries()) {
    const problem = test.unreadable(item);
    if (problem !== undefined) return `item ${index + 1}, ${describe(item)}, ${problem}`;
  }
  return list.length === 0 ? "the list is empty" : undefined;
}

/** Texts and numbers are shown; of the rest the kind alone says enough. */
function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? "the value" : shown(value);
}
