/** How relays keep sockets, and how readers are spread. All in milliseconds, but for the counts. */
export interface StreamSettings {
  /** The most sockets of one relay. The platform's own limit is a little higher. */
  readonly mostSockets: number;
  /** A relay with sockets asks the authority this often whether it has missed anything. */
  readonly askEveryMs: number;
  /** So many readers that are told to ask again may all do so at once. */
  readonly notSpread: number;
  /** What each further reader adds to the time over which they are spread. */
  readonly spreadEachMs: number;
  readonly longestSpreadMs: number;
  /** The same for what somebody is waiting for in an emergency. */
  readonly longestUrgentSpreadMs: number;
  /** Over how long those come back whose sockets had to be closed. */
  readonly returnWithinMs: number;
  /** Over how long those come back whom a full relay has turned away. */
  readonly returnToFullWithinMs: number;
}

export const STREAMING: StreamSettings = {
  mostSockets: 30_000,
  askEveryMs: 60_000,
  notSpread: 500,
  spreadEachMs: 0.2,
  longestSpreadMs: 2_000,
  longestUrgentSpreadMs: 500,
  returnWithinMs: 10_000,
  returnToFullWithinMs: 30_000,
};
