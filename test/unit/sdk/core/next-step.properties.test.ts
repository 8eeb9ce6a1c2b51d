import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type ConnectionEvent, IDLE } from "../../../../src/sdk/core/connection.ts";
import { caughtUp, heard, opened, start, step, timer, unauthorized } from "./connection-steps.ts";

it("a connection's decisions never forget the timer, and never wake up after the end, whatever happens", () => {
  const event = fc.oneof(
    fc.constantFrom<ConnectionEvent>(
      start,
      opened,
      heard,
      caughtUp,
      timer,
      unauthorized,
      { type: "gap" },
      { type: "refused" },
      { type: "poll-refused" },
      { type: "key-ended" },
      { type: "stop" },
    ),
    fc.record({ type: fc.constant("advised" as const), withinMs: fc.nat(100_000) }),
    fc.record({ type: fc.constant("closed" as const), code: fc.constantFrom(1006, 4401, 4429) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(999))), (events) => {
      let state = IDLE;
      let timerMs: number | null = null;
      let sockets = 0;
      for (const [what, thousandth] of events) {
        if (what.type === "timer" && timerMs === null) continue;
        if (what.type === "timer") timerMs = null;
        const before = state.phase;
        const made = step(state, what, thousandth / 1000);
        state = made.state;
        for (const effect of made.effects) {
          if (effect.type === "timer") timerMs = effect.ms;
          if (effect.type === "connect") sockets += 1;
          if (effect.type === "disconnect") sockets = 0;
        }
        const isAtRest = state.phase === "idle" || state.phase === "ended";
        expect(timerMs === null, `a timer in ${state.phase}`).toBe(isAtRest);
        expect(sockets).toBe(["connecting", "catching-up", "live"].includes(state.phase) ? 1 : 0);
        if (before === "ended") expect(made.effects).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});
