import type { FlagType } from "../documents/flag.ts";
import type { JsonValue } from "../json.ts";

/**
 * A flag's value as JSON. A float is always written with a fraction or an exponent (`10.0`, `-0.0`,
 * `1e+21`): clients in typed languages tell floats from integers by the text alone.
 */
export function valueText(type: FlagType, value: JsonValue): string {
  return type === "float" && typeof value === "number" ? floatText(value) : JSON.stringify(value);
}

function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const text = JSON.stringify(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
