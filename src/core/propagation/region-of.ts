import type { Region } from "./relay-address.ts";

/** What the platform says of where a request came in. Unchecked: it is not ours. */
export interface Place {
  readonly continent?: unknown;
  readonly country?: unknown;
  /** Degrees, as text. */
  readonly longitude?: unknown;
}

/** The region whose relay is nearest, as far as can be told; `local`: nothing is known. */
export function regionOf({ continent, country, longitude }: Place): Region {
  const degrees = Number(longitude ?? Number.NaN);
  switch (continent) {
    case "NA":
      return degrees < ROCKY_MOUNTAINS ? "wnam" : "enam";
    case "SA":
    case "AN":
      return "sam";
    case "EU":
      return degrees > ODER ? "eeur" : "weur";
    case "AF":
      return "afr";
    case "OC":
      return "oc";
    case "AS":
      return ASIA.get(country) ?? "apac";
    default:
      return "local";
  }
}

/** Between the halves of a continent, in degrees of longitude. */
const ROCKY_MOUNTAINS = -105;
const ODER = 15;

const listed = (region: Region, countries: string) =>
  countries.split(" ").map((country): [unknown, Region] => [country, region]);

const ASIA: ReadonlyMap<unknown, Region> = new Map([
  ...listed("me", "AE AM AZ BH CY GE IL IQ IR JO KW LB OM PS QA SA SY TR YE"),
  ...listed("apac-ne", "CN HK JP KP KR MN MO TW"),
  ...listed("apac-se", "BN ID KH LA MM MY PH SG TH TL VN"),
]);
