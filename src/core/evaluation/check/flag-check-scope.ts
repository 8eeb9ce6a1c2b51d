import type { CompiledCondition, ConditionScope } from "../../conditions/condition-scope.ts";
import type { FlagType } from "../../documents/flag.ts";

/** What the parts of a flag need to know of the rest of it while they are checked. */
export interface FlagCheckScope extends ConditionScope {
  /** `undefined` when the document's own is no type: then values are not compared with it. */
  readonly type: FlagType | undefined;
  /** `undefined` when the variations cannot be read: then references to them are not looked up. */
  readonly variations: ReadonlySet<string> | undefined;
  /** Every condition of the flag that is right, compiled, by the input it was made from. */
  readonly conditions: Map<unknown, CompiledCondition>;
}
