import { type RelayAddress, REGIONS } from "../src/core/propagation/relay-address.ts";
import { invariant } from "../src/core/result.ts";
import { numberOf, type SqlRow, textOf } from "./sync-sql.ts";

/** The relay that a row names in the columns `region` and `shard`, whose names may begin otherwise. */
export function relayAddressOf(row: SqlRow, prefix = ""): RelayAddress {
  const name = textOf(row, `${prefix}region`);
  const region = REGIONS.find((known) => known === name);
  invariant(region !== undefined, "relays are in known regions");
  return { region, shard: numberOf(row, `${prefix}shard`) };
}
