import type { ChangesSince } from "../../../../../src/core/authority/authority-api.ts";
import type { Delivery, RelayReport } from "../../../../../src/core/propagation/messages.ts";
import type { Node } from "./network.ts";

/** What relays see of the authority, and of each other through it. */
export interface AuthorityPeer extends Node {
  readonly relays: ReadonlyMap<string, RelayPeer>;
  enlist(report: RelayReport): ChangesSince;
}

/** What the authority, and other relays, see of a relay. */
export interface RelayPeer extends Node {
  deliver(delivery: Delivery, answer: (reports: readonly RelayReport[]) => void): void;
}
