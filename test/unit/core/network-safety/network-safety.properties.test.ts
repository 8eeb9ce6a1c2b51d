import * as fc from "fast-check";
import { isIPv4, isIPv6 } from "node:net";
import { expect, it } from "vitest";
import { parseIpAddress } from "../../../../src/core/network-safety/ip-address.ts";

it("an address is read exactly when Node reads it", () => {
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
    fc.stringMatching(/^(?:[0-9a-f]{1,5}:){0,8}:?(?:[0-9a-f]{1,4}:){0,3}[0-9.]{0,12}$/),
  );
  fc.assert(
    fc.property(text, (given) => {
      const isAddress = isIPv4(given) || isIPv6(given);
      expect(parseIpAddress(given) !== null, given).toBe(isAddress);
    }),
    { numRuns: 5_000 },
  );
});
