import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { ClientsReport, FromClients, Second, ToClients } from "./messages.ts";

const PER_PROCESS = 2_500;

/** What all clients together have seen. */
export interface FleetReport {
  /** By revision: when each client had it, in milliseconds of the monotonic clock. */
  readonly arrivals: ReadonlyMap<number, readonly number[]>;
  readonly seconds: readonly Second[];
  readonly held: readonly [number, number];
  readonly live: number;
  readonly lastLiveAtMs: number;
}

/** Clients in processes of their own, which end with this one. */
export class ClientFleet {
  readonly #processes: readonly ChildProcess[];
  readonly #live: Promise<unknown>;

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes;
    this.#live = Promise.all(processes.map((child) => said(child, "all-live")));
  }

  /** Begins with so many in a second. */
  static start(url: string, key: string, count: number, perSecond: number): ClientFleet {
    const number = Math.ceil(count / PER_PROCESS);
    const processes = Array.from({ length: number }, () =>
      fork(join(import.meta.dirname, "clients.ts")),
    );
    const fleet = new ClientFleet(processes);
    const order = { url, key, count: count / number, perSecond: perSecond / number };
    fleet.#tell({ type: "begin", order });
    return fleet;
  }

  /** Resolves when every client is live for the first time. */
  async allLive(): Promise<void> {
    await this.#live;
  }

  measure(): void {
    this.#tell({ type: "measure" });
  }

  async report(): Promise<FleetReport> {
    const coming = Promise.all(this.#processes.map((child) => said(child, "report")));
    this.#tell({ type: "report" });
    return joined(await coming);
  }

  stop(): void {
    for (const child of this.#processes) child.kill();
  }

  #tell(message: ToClients): void {
    for (const child of this.#processes) child.send(message);
  }
}

function said<Type extends FromClients["type"]>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromClients, { readonly type: Type }>> {
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("a process of clients has ended")));
    const listen = (message: FromClients) => {
      if (message.type !== type) return;
      child.off("message", listen);
      resolve(message as Extract<FromClients, { readonly type: Type }>);
    };
    child.on("message", listen);
  });
}

function joined(reports: readonly ClientsReport[]): FleetReport {
  const arrivals = new Map<number, number[]>();
  const seconds = new Map<number, Second>();
  for (const report of reports) {
    for (const { revision, atMs } of report.arrivals) {
      arrivals.set(revision, [...(arrivals.get(revision) ?? []), ...atMs]);
    }
    for (const second of report.seconds) {
      const sum = seconds.get(second.at) ?? {
        at: second.at,
        requests: 0,
        inVain: 0,
        frames: 0,
        bytes: 0,
      };
      sum.requests += second.requests;
      sum.inVain += second.inVain;
      sum.frames += second.frames;
      sum.bytes += second.bytes;
      seconds.set(second.at, sum);
    }
  }
  return {
    arrivals,
    seconds: [...seconds.values()].toSorted((a, b) => a.at - b.at),
    held: [
      Math.min(...reports.map(({ held }) => held[0])),
      Math.max(...reports.map(({ held }) => held[1])),
    ],
    live: reports.reduce((sum, { live }) => sum + live, 0),
    lastLiveAtMs: Math.max(...reports.map((report) => report.lastLiveAtMs)),
  };
}
