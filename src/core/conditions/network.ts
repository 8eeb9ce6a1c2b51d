import { err } from "../result.ts";
import { parseAddress, parseNetwork } from "./ip.ts";
import { NetworkTable } from "./network-table.ts";
import { parseItems } from "./operand.ts";
import type { Operand } from "./operand.ts";
import { readings } from "./readings.ts";
import { kindOf } from "./shown.ts";
import { ValueTest } from "./value-test.ts";

/** `ip_in` and `ip_not_in`: the address is in one of the blocks, or in none. */
export function networkTest(operand: Operand): ValueTest | undefined {
  const networks = parseItems(operand, "or-one", (item) =>
    typeof item === "string" ? parseNetwork(item) : err("is not a text"),
  );
  if (networks === undefined) return undefined;
  const table = new NetworkTable(networks);
  const negative = operand.operator === "ip_not_in";
  const holds = (value: unknown): boolean => {
    if (typeof value !== "string") return false;
    const address = readings.address(value);
    return address !== undefined && table.has(address) !== negative;
  };
  return new ValueTest({ by: "call", holds }, { negative, unreadable: notAddress });
}

function notAddress(value: unknown): string | undefined {
  if (typeof value !== "string") return `is ${kindOf(value)}, not an address in a text`;
  const parsed = parseAddress(value);
  return parsed.ok ? undefined : parsed.error;
}
