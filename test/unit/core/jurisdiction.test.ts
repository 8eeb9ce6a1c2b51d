import { describe, expect, it } from "vitest";
import {
  JURISDICTIONS,
  idInJurisdiction,
  jurisdictionOf,
  jurisdictionOfName,
} from "../../../src/core/jurisdiction.ts";
import { objectNamed } from "../../../src/core/object-namespace.ts";

const RANDOM = "k3v9x0q2m7w5t1z8";

describe("the jurisdiction of an environment", () => {
  it.each([null, ...JURISDICTIONS])("%s is told by the id that was made for it", (jurisdiction) => {
    const id = idInJurisdiction(jurisdiction, RANDOM);
    expect(jurisdictionOf(id)).toBe(jurisdiction);
    expect(jurisdictionOfName(`${id}:weur:0`)).toBe(jurisdiction);
    expect(id).toMatch(/^[a-z0-9]{8,32}$/);
  });

  it.each(JURISDICTIONS)("is none where chance began an id with %s", (name) => {
    expect(jurisdictionOf(`${name}${RANDOM}`.slice(0, 16))).toBeNull();
    expect(jurisdictionOf(`${name}${RANDOM}0`)).toBeNull();
  });
});

describe("an object's name", () => {
  const calls: unknown[] = [];
  const part = (where: string) => ({
    getByName: (...asked: readonly unknown[]) => calls.push([where, ...asked]),
  });
  const namespace = { ...part("anywhere"), jurisdiction: part };

  it("leads into the jurisdiction, where no other placement counts", () => {
    const hint = { locationHint: "wnam" } as const;
    objectNamed(namespace, `eu${RANDOM}:wnam:0`, hint);
    objectNamed(namespace, `${RANDOM}:wnam:0`, hint);
    expect(calls).toEqual([
      ["eu", `eu${RANDOM}:wnam:0`],
      ["anywhere", `${RANDOM}:wnam:0`, hint],
    ]);
  });

  it("leads nowhere in a namespace that has no such part", () => {
    const without = part("anywhere");
    expect(() => objectNamed(without, `eu${RANDOM}`)).toThrow("jurisdiction");
  });
});
