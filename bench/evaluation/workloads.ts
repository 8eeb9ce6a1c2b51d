/** What each engine is asked about. Built once; every engine reads the same attributes. */
export interface User {
  readonly id: string;
  readonly country: string;
  readonly plan: string;
  readonly email: string;
  readonly appVersion: string;
  readonly logins: number;
}

/**
 * One engine, loaded with the flags of all three workloads. Keeps nothing about users. Its answers
 * may be promises.
 */
export interface Engine<Context = any, Answer = any> {
  /** Name and version, as the table shows them. */
  readonly name: string;
  /** What the engine wants to be handed for a user; made before the clock runs. */
  readonly contextOf: (user: User) => Context;
  /** (a): one boolean flag at 50 %. */
  readonly half: (context: Context) => Answer;
  /** (b): five ordered rules. */
  readonly rules: (context: Context) => Answer;
  /** (c): all 200 flags; flag `n` is one as in (a) when `n` is even, else one as in (b). */
  readonly all: (context: Context) => unknown;
  /** The value in an answer to (a) or (b), to check it. */
  readonly valueOf: (answer: Answer) => unknown;
  /** The value of flag `index` in an answer to (c). */
  readonly valueIn: (answers: any, index: number) => unknown;
  /** Ends what would keep the process alive. */
  readonly close?: () => void | Promise<void>;
}

/** Rule 1: country is one of these. */
export const COUNTRIES = [
  ..."AT BE BG CY CZ DE DK EE ES FI".split(" "),
  ..."FR GR HR HU IE IT LT LU LV MT".split(" "),
];
/** Rule 2: plan is this. */
export const PLAN = "enterprise";
/** Rule 3: e-mail ends with this. */
export const EMAIL_END = "@example.com";
/** Rule 4: app version is at least this, by SemVer precedence. */
export const VERSION = "5.0.0";
/** Rule 5: more log-ins than this; then 33/33/34. */
export const LOGINS = 10;

/** The variations of rules 1 to 4, the three of rule 5, and what the rest gets. */
export const FIXED = ["country", "plan", "email", "version"] as const;
export const SPLIT = ["a", "b", "c"] as const;
export const SHARES = [33, 33, 34] as const;
export const NONE = "none";
export const VARIATIONS = [...FIXED, ...SPLIT, NONE];

export const HALF_KEY = "half";
export const RULES_KEY = "rules";
export const ALL_COUNT = 200;
export const ALL_KEYS = Array.from({ length: ALL_COUNT }, (_, index) => `flag-${index}`);

export const isHalf = (index: number): boolean => index % 2 === 0;

/** Only the last rule matches any of them. */
export const USERS: readonly User[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `user-${index}`,
  country: ["US", "JP", "BR", "IN"][index % 4] ?? "US",
  plan: ["free", "team", "pro"][index % 3] ?? "free",
  email: `person-${index}@mail.test`,
  appVersion: `4.${index % 20}.${index % 7}`,
  logins: 11 + (index % 50),
}));

const SOMEBODY: User = {
  id: "probe",
  country: "US",
  plan: "free",
  email: "probe@mail.test",
  appVersion: "4.2.0",
  logins: 3,
};

/** Users whose answer to (b) is known beforehand. */
export const PROBES: readonly { readonly user: User; readonly expected: string }[] = [
  { user: { ...SOMEBODY, country: "AT" }, expected: "country" },
  { user: { ...SOMEBODY, country: "MT", plan: PLAN, logins: 99 }, expected: "country" },
  { user: { ...SOMEBODY, plan: PLAN, email: `x${EMAIL_END}` }, expected: "plan" },
  { user: { ...SOMEBODY, email: `probe${EMAIL_END}`, appVersion: "6.0.0" }, expected: "email" },
  { user: { ...SOMEBODY, appVersion: "5.0.0" }, expected: "version" },
  { user: { ...SOMEBODY, appVersion: "5.11.2", logins: 99 }, expected: "version" },
  { user: { ...SOMEBODY, logins: 10 }, expected: NONE },
  { user: SOMEBODY, expected: NONE },
];
