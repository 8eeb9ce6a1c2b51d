/** What a process of clients is to do. */
export interface ClientsOrder {
  readonly url: string;
  readonly key: string;
  readonly count: number;
  /** How many begin in a second. */
  readonly perSecond: number;
}

export type ToClients =
  | { readonly type: "begin"; readonly order: ClientsOrder }
  /** Forgets what was measured until now. */
  | { readonly type: "measure" }
  | { readonly type: "report" };

/** What clients did in one second. */
export interface Second {
  /** Whole seconds of the machine's monotonic clock. */
  readonly at: number;
  /** Upgrades, polls and pings that reached a server. */
  requests: number;
  /** Tries that met nobody. */
  inVain: number;
  /** Frames that came. */
  frames: number;
  /** Bytes in both directions. */
  bytes: number;
}

export interface ClientsReport {
  readonly type: "report";
  /** When each client had the revision, or a later one: milliseconds of the monotonic clock. */
  readonly arrivals: readonly { readonly revision: number; readonly atMs: readonly number[] }[];
  readonly seconds: readonly Second[];
  /** The lowest and the highest revision that is held now. */
  readonly held: readonly [number, number];
  /** Clients whose stream is live now. */
  readonly live: number;
  /** When a client last came back to life; 0: none has. */
  readonly lastLiveAtMs: number;
}

export type FromClients = { readonly type: "all-live" } | ClientsReport;

/** Of the machine, so that processes can compare. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
