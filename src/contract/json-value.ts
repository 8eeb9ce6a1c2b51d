import { z } from "zod";
import type { JsonValue as CoreJsonValue } from "../core/json.ts";

/**
 * Any JSON value. Bodies are parsed and their depth and numbers checked before a schema sees
 * them, so that nothing is left to check here, and a deep value cannot exhaust the stack.
 */
export const JsonValue = z
  .custom<CoreJsonValue>((value) => value !== undefined)
  .meta({ id: "JsonValue", description: "Any JSON value, nested at most 64 levels." });
export type JsonValue = z.infer<typeof JsonValue>;
