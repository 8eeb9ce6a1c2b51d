import type { FlagDocument } from "../documents/flag.ts";
import type { JsonValue } from "../json.ts";
import { invariant } from "../result.ts";
import type {
  DisabledEvaluation,
  Evaluation,
  ServedCause,
  ServedEvaluation,
  UnitMissing,
} from "./evaluation.ts";
import { frozenJson } from "./freeze-json.ts";

/** What an answer says beside the variation and its value. */
export interface AnswerLabels {
  readonly reason: ServedEvaluation["reason"];
  readonly cause: ServedCause;
  readonly rule: string | null;
  readonly experiment: string | null;
}

/** Makes all answers of one flag, while it is compiled; none is made later. */
export class Answers {
  readonly #flag: FlagDocument;
  readonly #version: number;
  readonly #values: ReadonlyMap<string, JsonValue>;

  constructor(flag: FlagDocument, version: number) {
    this.#flag = flag;
    this.#version = version;
    this.#values = new Map(flag.variations.map(({ key, value }) => [key, frozenJson(value)]));
  }

  served(variation: string, labels: AnswerLabels): ServedEvaluation {
    const value = this.#values.get(variation);
    invariant(value !== undefined, "a checked flag names only its own variations");
    return Object.freeze({
      kind: "served",
      flag: this.#flag.key,
      version: this.#version,
      type: this.#flag.type,
      variation,
      value,
      reason: labels.reason,
      cause: labels.cause,
      rule: labels.rule,
      experiment: labels.experiment,
    });
  }

  /** What a flag that does not decide says: a variation, or that the caller's default holds. */
  stopped(variation: string | null, cause: DisabledEvaluation["cause"]): Evaluation {
    if (variation === null) {
      return Object.freeze({
        kind: "disabled",
        flag: this.#flag.key,
        version: this.#version,
        cause,
      });
    }
    return this.served(variation, { reason: "STATIC", cause, rule: null, experiment: null });
  }

  unitMissing(attribute: string): UnitMissing {
    return Object.freeze({
      kind: "unit-missing",
      flag: this.#flag.key,
      version: this.#version,
      attribute,
    });
  }
}
