/** How an environment's changes are delivered. There is one such document, or none: the defaults. */
export interface SettingsDocument extends DeliverySettings {
  readonly key: typeof DELIVERY_KEY;
}

export const DELIVERY_KEY = "delivery";

export interface DeliverySettings {
  /** Relays in each region, over which readers and streams are spread. */
  readonly relayShards: number;
  /** A ruleset confirmed less than this ago is served without asking anyone; milliseconds. */
  readonly freshForMs: number;
  /** One confirmed less than this ago is served without a mark; milliseconds. */
  readonly graceMs: number;
  /** How long an answer waits for a confirmation before it is given marked; milliseconds. */
  readonly confirmDeadlineMs: number;
  /** True: a change is tried on one relay before all get it. */
  readonly stagedPublish: boolean;
  /**
   * Evaluation requests that one isolate answers in a second for each SDK key; `null`: as many as
   * come. Documents of former versions do not have it.
   */
  readonly requestsPerSecond: number | null;
}

export const DELIVERY_DEFAULTS: DeliverySettings = {
  relayShards: 1,
  freshForMs: 500,
  graceMs: 1_000,
  confirmDeadlineMs: 250,
  stagedPublish: false,
  requestsPerSecond: null,
};

/** Least and most of each figure. `graceMs` is also more than both others. */
export const DELIVERY_BOUNDS = {
  relayShards: [1, 16],
  freshForMs: [100, 30_000],
  graceMs: [200, 60_000],
  confirmDeadlineMs: [50, 2_000],
  requestsPerSecond: [1, 100_000],
} as const satisfies Partial<Record<keyof DeliverySettings, readonly [number, number]>>;
