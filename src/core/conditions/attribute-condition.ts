import type { AttributePath } from "./attribute-path.ts";
import type { ComparedAttribute, CompiledCondition, ConditionShape } from "./condition-scope.ts";
import type { Subject } from "./subject.ts";
import type { ValueTest } from "./value-test.ts";

/** An attribute and what it is compared with, as one condition. */
export class AttributeCondition implements CompiledCondition {
  readonly #path: AttributePath;
  readonly #test: ValueTest;
  readonly #source: ComparedAttribute["source"];
  #isShared = false;
  /** What it said of the subject of that number; only of a shared one is this kept. */
  #seen = 0;
  #held = false;

  constructor(
    path: AttributePath,
    test: ValueTest,
    { operator, value, ignoreCase }: ComparedAttribute["source"],
  ) {
    this.#path = path;
    this.#test = test;
    this.#source = { operator, value, ignoreCase };
  }

  get shape(): ConditionShape {
    return { kind: "attribute", path: this.#path, test: this.#test, source: this.#source };
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
    return this.#test.holds(subject.attribute(this.#path), subject.isOfManyFlags);
  }
}
