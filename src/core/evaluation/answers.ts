import { AnswerNote } from "./answer-note.ts";
import type { FlagDocument } from "../documents/flag.ts";
import type { JsonValue } from "../json.ts";
import { invariant } from "../result.ts";
import type {
  DisabledEvaluation,
  FlagEvaluation,
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
    const { key: flag, type } = this.#flag;
    const { reason, cause, rule, experiment } = labels;
    const version = this.#version;
    return AnswerNote.giveTo({
      kind: "served",
      flag,
      version,
      type,
      variation,
      value,
      reason,
      cause,
      rule,
      experiment,
    });
  }

  /** What a flag that does not decide says: a variation, or that the caller's default holds. */
  stopped(variation: string | null, cause: DisabledEvaluation["cause"]): FlagEvaluation {
    if (variation === null) {
      return AnswerNote.giveTo({
        kind: "disabled",
        flag: this.#flag.key,
        version: this.#version,
        cause,
      });
    }
    return this.served(variation, { reason: "STATIC", cause, rule: null, experiment: null });
  }

  unitMissing(attribute: string): UnitMissing {
    return AnswerNote.giveTo({
      kind: "unit-missing",
      flag: this.#flag.key,
      version: this.#version,
      attribute,
    });
  }
}
