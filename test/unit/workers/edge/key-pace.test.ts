import { describe, expect, it } from "vitest";
import { KeyPace } from "../../../../workers/edge/key-pace.ts";

describe("what one key takes", () => {
  it("is at most so much in a second, and as much in the next", () => {
    const pace = new KeyPace();
    expect(pace.admits("a", 4_000, 5_000, 10_000)).toBe(true);
    expect(pace.admits("a", 1_001, 5_000, 10_500)).toBe(false);
    expect(pace.admits("a", 1_000, 5_000, 10_999)).toBe(true);
    expect(pace.admits("a", 1, 5_000, 10_999)).toBe(false);
    expect(pace.admits("a", 5_000, 5_000, 11_000)).toBe(true);
  });

  it("is nothing of another's", () => {
    const pace = new KeyPace();
    expect(pace.admits("a", 5, 5, 0)).toBe(true);
    expect(pace.admits("b", 5, 5, 0)).toBe(true);
    expect(pace.admits("a", 1, 5, 0)).toBe(false);
  });

  it("follows a limit that changes within the second", () => {
    const pace = new KeyPace();
    expect(pace.admits("a", 1, 1, 0)).toBe(true);
    expect(pace.admits("a", 1, 1, 0)).toBe(false);
    expect(pace.admits("a", 1, 2, 0)).toBe(true);
    expect(pace.admits("a", 1, 1, 0)).toBe(false);
  });
});
