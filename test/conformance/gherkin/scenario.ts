import type { JsonValue } from "../../../src/core/json.ts";

/** What is asked for; clients of JavaScript have one kind of number for two of them. */
export type AskedType = "Boolean" | "String" | "Integer" | "Float" | "Object";

/** One evaluation through an SDK, and what must come of it. */
export interface Row {
  readonly type: AskedType;
  readonly flag: string;
  /** What the application would go on with. */
  readonly fallback: JsonValue;
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly messageHas?: string;
}

/** A scenario of OpenFeature's evaluation feature: as many rows as that has examples. */
export interface TableScenario {
  /** As it is called there. */
  readonly name: string;
  readonly rows: readonly Row[];
}

/** A scenario that is more than a table: its steps are in the test. */
export interface StepScenario {
  readonly name: string;
  readonly steps: "hooks" | "immutability" | "asynchrony" | "status";
  readonly rows: readonly Row[];
}

/** Rows that say nothing about a server that is asked over OFREP. */
export interface OutsideScenario {
  readonly name: string;
  readonly rowCount: number;
  readonly because: string;
}
