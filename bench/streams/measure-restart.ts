import { setTimeout as after } from "node:timers/promises";
import { cpuMicrosOf } from "../http/listener-cpu.ts";
import { note, print, printTable, rounded } from "../lib/print.ts";
import { ClientFleet, type FleetReport } from "./client-fleet.ts";
import { monotonicMs, type Second } from "./messages.ts";
import { SelfHosted } from "./self-hosted.ts";

/** Over as long as it takes until a client pings again, so that its pings are spread evenly. */
const CONNECT_SECONDS = 20;
const STEADY_SECONDS = 20;
const AFTER_SECONDS = 60;

/**
 * Ends the server under its clients and starts it again, while a change is saved each second, before
 * and after. A client's load on the server are its requests: upgrades, polls and pings.
 */
export async function measureRestart(clients: number): Promise<void> {
  const hosted = await SelfHosted.start();
  let fleet: ClientFleet | null = null;
  try {
    const key = await hosted.createFlag();
    fleet = ClientFleet.start(hosted.url, key, clients, clients / CONNECT_SECONDS);
    await fleet.allLive();
    note(`${clients} clients are connected; ${STEADY_SECONDS} s of ordinary life …`);
    // The last of them have not pinged yet.
    await after(CONNECT_SECONDS * 1_000);
    fleet.measure();
    const steadyCpu = await live(hosted, STEADY_SECONDS);
    const steady = await fleet.report();
    fleet.measure();
    note("The server is restarted …");
    const endedAtMs = monotonicMs();
    await hosted.down();
    await hosted.up();
    const upAtMs = monotonicMs();
    const afterCpu = await live(hosted, AFTER_SECONDS);
    const newest = await hosted.save();
    await after(1_000);
    const back = await fleet.report();
    print(`${clients} clients, a change each second.\n`);
    printTable(
      ["", "requests/s: mean", "peak", "kB/s: mean", "peak", "CPU: mean", "peak"],
      [
        ["before", ...loadOf(steady, 0, steadyCpu)],
        ["from the restart on", ...loadOf(back, endedAtMs, afterCpu)],
      ],
    );
    const backMs = back.lastLiveAtMs - endedAtMs;
    const peak = Math.max(...wholeOf(back, endedAtMs).map(({ requests }) => requests));
    const ordinary = mean(wholeOf(steady, 0).map(({ requests }) => requests));
    print(`Busiest second: ${(peak / ordinary).toFixed(2)} times the requests of an ordinary one.`);
    print(`The server was away for ${((upAtMs - endedAtMs) / 1_000).toFixed(1)} s.`);
    print(`The last client was live, and current, ${(backMs / 1_000).toFixed(1)} s after the end.`);
    const inVain = back.seconds.reduce((sum, second) => sum + second.inVain, 0);
    print(`${inVain} tries met nobody.`);
    print(
      `${back.live} of ${clients} are live; all hold revision ${back.held.join(" to ")} of ${newest}.\n`,
    );
  } finally {
    fleet?.stop();
    await hosted.remove();
  }
}

/**
 * Saves a change in the middle of each second; answers with the share of a processor that the
 * server took from one to the next.
 */
async function live(hosted: SelfHosted, seconds: number): Promise<readonly number[]> {
  const shares: number[] = [];
  let last: { readonly cpu: number | null; readonly atMs: number } | null = null;
  for (let second = 0; second < seconds; second += 1) {
    await after(1_000 - ((monotonicMs() + 500) % 1_000));
    const next = { cpu: cpuMicrosOf(hosted.url), atMs: monotonicMs() };
    if (last !== null && last.cpu !== null && next.cpu !== null) {
      shares.push((next.cpu - last.cpu) / (next.atMs - last.atMs) / 1_000);
    }
    last = next;
    await hosted.save();
  }
  return shares;
}

/** The first second and the last one are not whole. */
function wholeOf({ seconds }: FleetReport, fromMs: number): readonly Second[] {
  return seconds.slice(1, -1).filter(({ at }) => at * 1_000 >= fromMs);
}

function loadOf(report: FleetReport, fromMs: number, cpu: readonly number[]): string[] {
  const whole = wholeOf(report, fromMs);
  const requests = whole.map((second) => second.requests);
  const kilobytes = whole.map((second) => second.bytes / 1_000);
  const columns = [requests, kilobytes, cpu.map((share) => share * 100)];
  return columns.flatMap((numbers) => [rounded(mean(numbers)), rounded(Math.max(...numbers))]);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
