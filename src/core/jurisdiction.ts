/** Where the platform can be told to keep an object, and run it, for good. */
export const JURISDICTIONS = ["eu", "us", "fedramp"] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

const RANDOM_PART = /^[a-z0-9]{16}$/;

/**
 * The id of an environment that stays in a jurisdiction begins with its name, so that whoever knows
 * the id finds the environment's objects without asking. Without one, an id is the random part
 * alone, so that none is taken for the other: their lengths differ.
 */
export const idInJurisdiction = (jurisdiction: Jurisdiction | null, randomPart: string): string =>
  `${jurisdiction ?? ""}${randomPart}`;

/** In which jurisdiction an environment of this id stays; `null`: wherever it is made. */
export const jurisdictionOf = (environmentId: string): Jurisdiction | null =>
  JURISDICTIONS.find(
    (name) => environmentId.startsWith(name) && RANDOM_PART.test(environmentId.slice(name.length)),
  ) ?? null;

/** The same of an object's name, which is the environment's id, alone or before a colon. */
export const jurisdictionOfName = (name: string): Jurisdiction | null =>
  jurisdictionOf(name.split(":", 1)[0] ?? "");
