import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";

setFlagsFromString("--allow-natives-syntax");

/** Whether two objects have one shape (`Map`) to V8, so that code made for one fits the other. */
export const areOfOneShape = runInThisContext("(one, other) => %HaveSameMap(one, other)") as (
  one: object,
  other: object,
) => boolean;
