import { expect, it } from "vitest";
import { regionOf } from "../../../../src/core/propagation/region-of.ts";
import { REGIONS } from "../../../../src/core/propagation/relay-address.ts";

const PLACES = [
  { name: "San Francisco", continent: "NA", country: "US", longitude: "-122.4", region: "wnam" },
  { name: "Austin", continent: "NA", country: "US", longitude: "-97.7", region: "enam" },
  { name: "São Paulo", continent: "SA", country: "BR", longitude: "-46.6", region: "sam" },
  { name: "Lisbon", continent: "EU", country: "PT", longitude: "-9.1", region: "weur" },
  { name: "Warsaw", continent: "EU", country: "PL", longitude: "21.0", region: "eeur" },
  { name: "Lagos", continent: "AF", country: "NG", longitude: "3.4", region: "afr" },
  { name: "Dubai", continent: "AS", country: "AE", longitude: "55.3", region: "me" },
  { name: "Mumbai", continent: "AS", country: "IN", longitude: "72.9", region: "apac" },
  { name: "Tokyo", continent: "AS", country: "JP", longitude: "139.7", region: "apac-ne" },
  { name: "Singapore", continent: "AS", country: "SG", longitude: "103.8", region: "apac-se" },
  { name: "Sydney", continent: "OC", country: "AU", longitude: "151.2", region: "oc" },
  { name: "a machine of one's own", region: "local" },
];

it.each(PLACES)("$name is served by $region", ({ region, ...place }) => {
  expect(regionOf(place)).toBe(region);
});

it("every region serves some place", () => {
  expect(new Set(PLACES.map(({ region }) => region))).toEqual(new Set(REGIONS));
});

it.each([
  { continent: "EU", country: 7, longitude: {}, region: "weur" },
  { continent: "NA", longitude: "west", region: "enam" },
  { continent: "AS", country: null, region: "apac" },
  { continent: "XX", longitude: "3", region: "local" },
])("what the platform says of $continent otherwise is no reason to fail", (place) => {
  expect(regionOf(place)).toBe(place.region);
});
