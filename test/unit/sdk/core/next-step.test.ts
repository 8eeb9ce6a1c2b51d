import { describe, expect, it } from "vitest";
import { BACKOFF, backoffWindowMs } from "../../../../src/sdk/core/backoff.ts";
import { type ConnectionEvent, IDLE } from "../../../../src/sdk/core/connection.ts";
import { caughtUp, heard, opened, start, step, timer, unauthorized } from "./connection-steps.ts";

/** The state after events, each with the same random number. */
const after = (events: readonly ConnectionEvent[], random = 0.5) =>
  events.reduce((state, event) => step(state, event, random).state, IDLE);

const timerOf = (made: ReturnType<typeof step>) =>
  made.effects.flatMap((effect) => (effect.type === "timer" ? [effect.ms] : []));
const namesOf = (made: ReturnType<typeof step>) => made.effects.map(({ type }) => type);

const closed = (code: number) => ({ type: "closed", code }) as const;
const LIVE = after([start, opened, caughtUp]);
const NOTHING_LEFT = [
  { type: "disconnect" },
  { type: "abandon-poll" },
  { type: "timer", ms: null },
];

describe("a connection's decisions", () => {
  it("are to connect, and to count as live only once the state has come", () => {
    const connecting = step(IDLE, start);
    expect(connecting.effects).toEqual([
      { type: "timer", ms: 10_000 },
      { type: "connect", everything: false },
    ]);
    expect(after([start, opened]).phase).toBe("catching-up");
    expect(LIVE.phase).toBe("live");
    expect(timerOf(step(after([start, opened]), caughtUp))).toEqual([20_000]);
  });

  it("do not take an answer over HTTP for a word from the socket", () => {
    const polled = step(after([start, opened]), { type: "polled" });
    expect(polled).toMatchObject({ state: { phase: "catching-up" }, effects: [] });
    const refused = step(after([start, opened, unauthorized]), { type: "polled" }).state;
    expect(refused).toMatchObject({ refusals: 0, wantsEverything: false });
  });

  it("are to ping every 20 s, and to give up a connection that is silent for 5 s after", () => {
    const pinged = step(LIVE, timer);
    expect(pinged.effects).toEqual([{ type: "ping" }, { type: "timer", ms: 5_000 }]);
    expect(timerOf(step(pinged.state, heard))).toEqual([20_000]);
    const silent = step(pinged.state, timer);
    expect(silent.state.phase).toBe("waiting");
    expect(namesOf(silent)).toEqual(["disconnect", "timer", "poll"]);
  });

  it("leave the next ping where it is while other things are heard", () => {
    expect(step(LIVE, heard).effects).toEqual([]);
  });

  it("give a socket up that does not open, or brings nothing, in 10 s", () => {
    for (const stuck of [after([start]), after([start, opened])]) {
      expect(namesOf(step(stuck, timer))).toEqual(["disconnect", "timer", "poll"]);
    }
  });

  it("wait a random part of 0.5 s, 1 s, 2 s … 30 s, and ask over HTTP after each failure", () => {
    let state = after([start]);
    const windows: unknown[] = [];
    for (let failure = 1; failure <= 9; failure += 1) {
      const failed = step(state, closed(1006), 0.999_999);
      windows.push(Math.ceil(timerOf(failed)[0] ?? 0));
      expect(namesOf(failed)).toContain("poll");
      state = step(failed.state, timer).state;
    }
    expect(windows).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(timerOf(step(after([start]), closed(1006), 0))).toEqual([0]);
  });

  it("begin anew with short waits only after a ping was answered", () => {
    const failedTwice = [start, closed(1006), timer, closed(1006), timer, opened, caughtUp];
    expect(after(failedTwice).failures).toBe(2);
    expect(after([...failedTwice, heard]).failures).toBe(2);
    expect(after([...failedTwice, timer, heard]).failures).toBe(0);
  });

  it("spread the return over 20 s, without a poll, when a live connection is ended", () => {
    const lost = step(LIVE, closed(1006), 0.25);
    expect(namesOf(lost)).toEqual(["disconnect", "timer"]);
    expect(timerOf(lost)).toEqual([5_000]);
  });

  it("spread the next try as well when nobody is there yet, and no longer once it was live", () => {
    const lost = step(LIVE, closed(1006));
    const inVain = step(step(lost.state, timer).state, closed(1006), 0.25);
    expect(timerOf(inVain)).toEqual([5_000]);
    const back = [timer, opened, caughtUp, timer] as const;
    const live = back.reduce((state, event) => step(state, event).state, inVain.state);
    expect(timerOf(step(live, timer, 0.5)), "a silent one is one of few").toEqual([500]);
  });

  it("return within what the server said", () => {
    const advised = step(LIVE, { type: "advised", withinMs: 60_000 });
    expect(advised.effects).toEqual([]);
    const lost = step(advised.state, closed(1001), 0.5);
    expect(timerOf(lost)).toEqual([30_000]);
    const again = step(step(lost.state, timer).state, closed(1006), 0.5);
    expect(timerOf(again), "once").toEqual([10_000]);
  });

  it("end for good when the stream is closed because of the key", () => {
    const refused = step(LIVE, closed(4401));
    expect(refused.state).toMatchObject({ phase: "ended", isRefused: true });
    expect(refused.effects).toEqual(NOTHING_LEFT);
  });

  it("end for good when somebody who knows says that the key has ended", () => {
    for (const state of [after([start, opened]), LIVE]) {
      const told = step(state, { type: "key-ended" });
      expect(told.state).toMatchObject({ phase: "ended", isRefused: true });
      expect(told.effects).toEqual(NOTHING_LEFT);
    }
  });

  it("take three refusals to believe that a key is bad that has not opened a stream yet", () => {
    const once = step(after([start, opened]), closed(4401));
    expect(once.state).toMatchObject({ phase: "waiting", refusals: 1 });
    expect(namesOf(once)).toContain("poll");
    const polled = step(once.state, unauthorized).state;
    const again = step(step(polled, timer).state, closed(4401));
    expect(again.state).toMatchObject({ phase: "ended", isRefused: true });
    expect(again.effects).toEqual(NOTHING_LEFT);
  });

  it("end for good after three polls in a row that did not accept the key", () => {
    const twice = [start, closed(1006), unauthorized, unauthorized] as const;
    expect(after(twice).phase).toBe("waiting");
    expect(after([...twice, unauthorized])).toMatchObject({ phase: "ended", isRefused: true });
    expect(after([...twice, caughtUp, unauthorized]).phase).toBe("waiting");
    expect(after([start, opened, caughtUp, unauthorized, unauthorized, unauthorized])).toEqual(
      LIVE,
    );
  });

  it("ask for everything after something that cannot be used, until something could", () => {
    const refused = step(LIVE, { type: "refused" });
    expect(refused.effects).toContainEqual({ type: "poll", everything: true });
    const again = step(refused.state, timer);
    expect(again.effects).toContainEqual({ type: "connect", everything: true });
    const well = [opened, caughtUp, closed(1006), timer] as const;
    const later = well.reduce((state, event) => step(state, event).state, again.state);
    expect(later).toMatchObject({ phase: "connecting", wantsEverything: false });
  });

  it("ask for what is lacking after a gap", () => {
    const gap = step(LIVE, { type: "gap" });
    expect(gap.effects).toContainEqual({ type: "poll", everything: false });
    expect(step(gap.state, timer).effects).toContainEqual({ type: "connect", everything: false });
  });

  it("count a full relay as a failure", () => {
    expect(step(LIVE, closed(4429)).state.failures).toBe(1);
  });

  it("leave nothing behind when stopped, and do nothing after", () => {
    for (const state of [IDLE, after([start]), LIVE, step(LIVE, closed(1006)).state]) {
      const stopped = step(state, { type: "stop" });
      expect(stopped.effects).toEqual(NOTHING_LEFT);
    }
  });
});

describe("backoffWindowMs", () => {
  it("doubles to its end and stays there", () => {
    const windows = [0, 1, 2, 7, 2_000].map((failures) => backoffWindowMs(failures, BACKOFF));
    expect(windows).toEqual([500, 500, 1000, 30_000, 30_000]);
  });
});
