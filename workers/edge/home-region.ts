import { isRecord } from "../../src/core/json.ts";
import { regionOf } from "../../src/core/propagation/region-of.ts";
import { shardOf } from "../../src/core/propagation/shard-of.ts";
import type { Region } from "../../src/core/propagation/relay-address.ts";

/**
 * Where this isolate is. The platform says where clients are, and most are near the isolate that
 * serves them: the first one decides, so that an isolate asks one relay and is bound by what that
 * one has acknowledged. A client of unknown place decides nothing.
 */
export class HomeRegion {
  #region: Region = "local";
  /** Drawn when it is first needed, since nothing is random before the first request. */
  #draw: number | undefined;

  /** The region as it is known by this request. */
  seenFrom(request: Request): Region {
    if (this.#region === "local") {
      const place: unknown = request.cf;
      this.#region = regionOf(isRecord(place) ? place : {});
    }
    return this.#region;
  }

  /** Which of the region's relays this isolate asks. */
  shard(relayShards: number | undefined): number {
    this.#draw ??= Math.random();
    return shardOf(this.#draw, relayShards);
  }
}
