import { describe, expect, it } from "vitest";
import { ClientPace } from "../../../../workers/edge/client-pace.ts";

describe("the events of one client key", () => {
  it("are 5,000 in a second, and as many in the next", () => {
    const pace = new ClientPace();
    expect(pace.admits("a", 4_000, 10_000)).toBe(true);
    expect(pace.admits("a", 1_001, 10_500)).toBe(false);
    expect(pace.admits("a", 1_000, 10_999)).toBe(true);
    expect(pace.admits("a", 1, 10_999)).toBe(false);
    expect(pace.admits("a", 5_000, 11_000)).toBe(true);
  });

  it("take nothing from those of another", () => {
    const pace = new ClientPace();
    expect(pace.admits("a", 5_000, 0)).toBe(true);
    expect(pace.admits("b", 5_000, 0)).toBe(true);
    expect(pace.admits("a", 1, 0)).toBe(false);
  });
});
