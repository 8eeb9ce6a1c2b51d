import { describe, expect, it } from "vitest";
import {
  TOKEN_LIFE,
  expiryOf,
  isNewUse,
  overlapEnd,
  replacementExpiry,
  standingOf,
} from "../../../../src/core/access/token-life.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

describe("when a new token ends", () => {
  it("is 90 days from now when nothing is said, whoever owns it", () => {
    expect(expiryOf(undefined, "person", NOW)).toEqual({ ok: true, value: NOW + 90 * DAY });
    expect(expiryOf(undefined, "service", NOW)).toEqual({ ok: true, value: NOW + 90 * DAY });
  });

  it("is never for a service account that asks for it, and for no person", () => {
    expect(expiryOf(null, "service", NOW)).toEqual({ ok: true, value: null });
    expect(expiryOf(null, "person", NOW)).toEqual({ ok: false, error: { kind: "must-expire" } });
  });

  it("is at most a year away, to the millisecond", () => {
    const latest = NOW + 365 * DAY;
    expect(expiryOf(latest, "person", NOW)).toEqual({ ok: true, value: latest });
    expect(expiryOf(latest + 1, "service", NOW)).toEqual({
      ok: false,
      error: { kind: "too-late", expiresAtMs: latest + 1, latestMs: latest },
    });
  });

  it("is not this very moment or before", () => {
    expect(expiryOf(NOW + 1, "person", NOW)).toEqual({ ok: true, value: NOW + 1 });
    expect(expiryOf(NOW, "person", NOW)).toEqual({
      ok: false,
      error: { kind: "already-past", expiresAtMs: NOW, nowMs: NOW },
    });
  });
});

const life = { createdAtMs: NOW - 10 * DAY, expiresAtMs: NOW + 20 * DAY, revokedAtMs: null };

describe("a rotation", () => {
  it("gives the replacement the life that the old token was to have", () => {
    expect(replacementExpiry(life, NOW)).toBe(NOW + 30 * DAY);
    expect(replacementExpiry({ ...life, expiresAtMs: null }, NOW)).toBeNull();
    const long = { ...life, expiresAtMs: NOW + 4_000 * DAY };
    expect(replacementExpiry(long, NOW)).toBe(NOW + TOKEN_LIFE.longestMs);
  });

  it("ends the old token after the overlap, and never later than it was to end", () => {
    expect(overlapEnd(life, DAY, NOW)).toBe(NOW + DAY);
    expect(overlapEnd(life, 30 * DAY, NOW)).toBe(NOW + 20 * DAY);
    expect(overlapEnd({ ...life, expiresAtMs: null }, 0, NOW)).toBe(NOW);
  });
});

describe("a token", () => {
  it("works until the moment that it expires, and not at it", () => {
    const ends = { ...life, expiresAtMs: NOW };
    expect(standingOf(ends, NOW - 1)).toBe("works");
    expect(standingOf(ends, NOW)).toBe("expired");
    expect(standingOf({ ...life, expiresAtMs: null }, NOW * 2)).toBe("works");
  });

  it("that was revoked is revoked, whether or not it has expired since", () => {
    expect(standingOf({ ...life, revokedAtMs: NOW }, NOW)).toBe("revoked");
    expect(standingOf({ ...life, revokedAtMs: NOW }, NOW + 90 * DAY)).toBe("revoked");
  });

  it("has its use written down once a minute", () => {
    expect(isNewUse(null, NOW)).toBe(true);
    expect(isNewUse(NOW, NOW + 59_999)).toBe(false);
    expect(isNewUse(NOW, NOW + 60_000)).toBe(true);
  });
});
