import { environmentId, type EnvironmentId } from "../brand.ts";

/**
 * Where relays stand: the platform's location hints, and `local` for where it has none (a machine
 * of one's own).
 */
export const REGIONS = [
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "apac-ne",
  "apac-se",
  "oc",
  "afr",
  "me",
  "local",
] as const;

export type Region = (typeof REGIONS)[number];

/** Names one relay of an environment. */
export interface RelayAddress {
  readonly region: Region;
  /** 0 … 63. A region has more than one where its clients are many. */
  readonly shard: number;
}

const MOST_SHARDS = 64;

/** `weur:0`: unique within an environment. */
export function relayKey({ region, shard }: RelayAddress): string {
  return `${region}:${shard}`;
}

/** The name of the relay's object. */
export function relayObjectName(environment: EnvironmentId, address: RelayAddress): string {
  return `${environment}:${relayKey(address)}`;
}

/** What such a name says; `null`: it is no name of a relay. */
export function parseRelayObjectName(
  name: string,
): { readonly environmentId: EnvironmentId; readonly address: RelayAddress } | null {
  const [, environment, place, digits] = NAME.exec(name) ?? [];
  const region = REGIONS.find((known) => known === place);
  if (environment === undefined || region === undefined || digits === undefined) return null;
  const address = { region, shard: Number(digits) };
  return isRelayAddress(address) ? { environmentId: environmentId(environment), address } : null;
}

const NAME = /^([a-z0-9]{8,32}):([a-z-]+):(\d{1,2})$/;

/** True for an address that relays may have; it came from outside. */
export function isRelayAddress({ region, shard }: RelayAddress): boolean {
  return REGIONS.includes(region) && Number.isInteger(shard) && shard >= 0 && shard < MOST_SHARDS;
}
