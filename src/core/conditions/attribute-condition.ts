import type { AttributePath } from "./attribute-path.ts";
import type { CompiledCondition } from "./condition-scope.ts";
import { absenceNote, valueNote } from "./notes.ts";
import type { Operand } from "./operand.ts";
import type { AttributeTrace } from "./trace.ts";
import { traceValue } from "./trace-value.ts";
import type { Subject } from "./subject.ts";
import type { ValueTest } from "./value-test.ts";

type Source = Pick<Operand, "operator" | "value" | "ignoreCase">;

/** An attribute and what it is compared with, as one condition. */
export class AttributeCondition implements CompiledCondition {
  readonly #path: AttributePath;
  readonly #test: ValueTest;
  readonly #source: Source;
  #isShared = false;
  /** What it said of the subject of that number; only of a shared one is this kept. */
  #seen = 0;
  #held = false;

  constructor(path: AttributePath, test: ValueTest, { operator, value, ignoreCase }: Source) {
    this.#path = path;
    this.#test = test;
    this.#source = { operator, value, ignoreCase };
  }

  /** From now on several flags have this condition. */
  share(): this {
    this.#isShared = true;
    return this;
  }

  holds(subject: Subject): boolean {
    if (!this.#isShared || !subject.isOfManyFlags) return this.#holds(subject);
    if (this.#seen !== subject.serial) {
      this.#held = this.#holds(subject);
      this.#seen = subject.serial;
    }
    return this.#held;
  }

  #holds(subject: Subject): boolean {
    const value = subject.attribute(this.#path);
    return typeof value === "object"
      ? this.#test.holdsForList(value, subject)
      : this.#test.holds(value, subject);
  }

  explain(subject: Subject): AttributeTrace {
    const path = this.#path;
    const { operator, ignoreCase } = this.#source;
    const value = subject.attribute(path);
    const actual = traceValue(value);
    const note = value === undefined ? absenceNote(path) : valueNote(value, this.#test);
    const expected = traceValue(this.#source.value);
    return {
      kind: "attribute",
      held: this.holds(subject),
      attribute: path.name,
      operator,
      ...(expected === undefined ? {} : { value: expected }),
      ...(ignoreCase ? { ignoreCase } : {}),
      ...(actual === undefined ? {} : { actual }),
      ...(note === undefined ? {} : { note }),
    };
  }
}
