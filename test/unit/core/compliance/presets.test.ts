import { describe, expect, it } from "vitest";
import { changeFault, sessionFault } from "../../../../src/core/compliance/faults.ts";
import {
  COMPLIANCE_PRESETS,
  PRESETS,
  SWITCH_MEANINGS,
} from "../../../../src/core/compliance/presets.ts";
import { MASKING_MODES } from "../../../../src/core/privacy/mask.ts";

const { standard, strict, defense } = COMPLIANCE_PRESETS;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 3);

/** How strict a value is, so that two of one switch can be compared. */
function strictness(name: string, value: unknown): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return MASKING_MODES.findIndex((mode) => mode === value);
  const figure = value === null ? Number.POSITIVE_INFINITY : Number(value);
  return name.endsWith("Least") ? figure : -figure;
}

it("each preset is at least as strict in everything as the one before it, and stricter in something", () => {
  const names = Object.keys(SWITCH_MEANINGS);
  expect(names.toSorted()).toEqual(Object.keys(standard).toSorted());
  for (const [index, preset] of PRESETS.entries()) {
    const before = PRESETS[index - 1];
    if (before === undefined) continue;
    const pairs = names.map((name) =>
      [before, preset].map((each) =>
        strictness(
          name,
          Object.entries(COMPLIANCE_PRESETS[each]).find(([key]) => key === name)?.[1],
        ),
      ),
    );
    expect(pairs.every(([a = 0, b = 0]) => b >= a)).toBe(true);
    expect(pairs.some(([a = 0, b = 0]) => b > a)).toBe(true);
  }
});

const days = (count: number) => NOW_MS + count * DAY_MS;
const client = (...origins: string[]) => ({ kind: "client-key", origins }) as const;
const mine = (ends: any) => ({ kind: "personal-token", ends }) as const;
const service = (ends: any) => ({ kind: "service-token", ends }) as const;
const unstaged = { kind: "unstaged-production" } as const;

describe("changes", () => {
  it.each([
    { name: "a client key for anyone", under: "standard", change: client(), allowed: true },
    { name: "a client key for anyone", under: "strict", change: client(), allowed: false },
    {
      name: "a client key for a shop",
      under: "strict",
      change: client("https://a.example"),
      allowed: true,
    },
    { name: "my token for a year", under: "standard", change: mine(days(365)), allowed: true },
    {
      name: "my token, rotated",
      under: "standard",
      change: mine("as-long-as-before"),
      allowed: true,
    },
    { name: "my token for a year", under: "strict", change: mine(days(365)), allowed: false },
    { name: "my token for 90 days", under: "strict", change: mine(days(90)), allowed: true },
    { name: "my token as usual", under: "strict", change: mine("as-usual"), allowed: true },
    {
      name: "my token, rotated",
      under: "strict",
      change: mine("as-long-as-before"),
      allowed: false,
    },
    { name: "my token as usual", under: "defense", change: mine("as-usual"), allowed: false },
    { name: "my token for 30 days", under: "defense", change: mine(days(30)), allowed: true },
    { name: "my token for 31 days", under: "defense", change: mine(days(31)), allowed: false },
    { name: "a program's for ever", under: "standard", change: service("never"), allowed: true },
    { name: "a program's for ever", under: "strict", change: service("never"), allowed: false },
    { name: "a program's for a year", under: "strict", change: service(days(365)), allowed: true },
    { name: "a program's as usual", under: "defense", change: service("as-usual"), allowed: true },
    { name: "production at once", under: "standard", change: unstaged, allowed: true },
    { name: "production at once", under: "strict", change: unstaged, allowed: false },
  ] as const)("$under: $name → $allowed", ({ under, change, allowed }) => {
    const fault = changeFault(COMPLIANCE_PRESETS[under], change, NOW_MS);
    if (allowed) expect(fault).toBeNull();
    else expect(fault).toMatch(/\w/);
  });
});

describe("sessions", () => {
  const session = { beganAtMs: NOW_MS, hasPassword: true, twoFactorEnabled: false };
  const HOUR_MS = 3_600_000;

  it("end after the hours of the preset, to the millisecond", () => {
    const old = { ...session, twoFactorEnabled: true };
    expect(sessionFault(defense, old, NOW_MS + 8 * HOUR_MS - 1)).toBeNull();
    expect(sessionFault(defense, old, NOW_MS + 8 * HOUR_MS)).toBe("too-old");
    expect(sessionFault(standard, old, NOW_MS + 8 * HOUR_MS)).toBeNull();
  });

  it("need a second factor, but of those who sign in through a provider alone", () => {
    expect(sessionFault(standard, session, NOW_MS)).toBeNull();
    expect(sessionFault(strict, session, NOW_MS)).toBe("second-factor-missing");
    expect(sessionFault(strict, { ...session, twoFactorEnabled: true }, NOW_MS)).toBeNull();
    expect(sessionFault(strict, { ...session, hasPassword: false }, NOW_MS)).toBeNull();
  });
});
