/** What authority and KV may do to the edge. */
export const CONDITIONS = [
  "works",
  "error",
  "hang",
  "slow",
  "empty",
  "hour-old",
  "corrupt",
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What an evaluation may come to. */
export type Outcome =
  /** The newest value, unmarked. */
  | "newest"
  /** The newest value, marked: what the isolate held, or the boot copy. */
  | "newest, marked"
  /** The value of an hour ago, marked with an age of at least that. */
  | "hour-old, marked"
  /** The value of an hour ago, unmarked: the authority says that it is the newest. */
  | "hour-old"
  /** 503 with `Retry-After`: there is nothing to evaluate with. */
  | "503"
  /** 401: the authority says that there is no such environment, and nobody says otherwise. */
  | "401";

type Row = Readonly<Record<Condition, Outcome>>;

/** The outcome with each condition of KV, in the order of `CONDITIONS`. */
function row(...outcomes: readonly Outcome[]): Row {
  const [works, error, hang, slow, empty, old, corrupt] = outcomes;
  return { works, error, hang, slow, empty, "hour-old": old, corrupt } as Row;
}

const always = (outcome: Outcome): Row => row(...CONDITIONS.map(() => outcome));

const NEWEST = "newest, marked";
const OLD = "hour-old, marked";

/** Of an isolate that held the newest ruleset a minute ago: by authority, then by KV. */
export const WARM: Readonly<Record<Condition, Row>> = {
  works: always("newest"),
  error: always(NEWEST),
  hang: always(NEWEST),
  slow: always(NEWEST),
  empty: always(NEWEST),
  "hour-old": always(NEWEST),
  corrupt: always(NEWEST),
};

/** Of an isolate that holds nothing: by authority, then by KV. */
export const COLD: Readonly<Record<Condition, Row>> = {
  works: always("newest"),
  error: row(NEWEST, "503", "503", "503", "503", OLD, "503"),
  hang: row(NEWEST, "503", "503", "503", "503", OLD, "503"),
  slow: row(NEWEST, "503", "503", "503", "503", OLD, "503"),
  empty: row(NEWEST, "401", "401", "401", "401", OLD, "401"),
  "hour-old": { ...always("hour-old"), works: NEWEST },
  corrupt: row(NEWEST, "503", "503", "503", "503", OLD, "503"),
};

/** Longest wait for an answer, in milliseconds. */
export const ANSWERED_WITHIN_MS = 500;
/** Longest wait where there is nothing to evaluate with: so long something may still come. */
export const REFUSED_WITHIN_MS = 1_000;
/** What takes this long is called slow: longer than any deadline of the edge. */
export const SLOW_MS = 3_000;

export interface Cell {
  readonly authority: Condition;
  readonly kv: Condition;
  readonly outcome: Outcome;
}

/** All pairs of conditions with what is declared for them. */
export function cells(table: Readonly<Record<Condition, Row>>): readonly Cell[] {
  return CONDITIONS.flatMap((authority) =>
    CONDITIONS.map((kv) => ({ authority, kv, outcome: table[authority][kv] })),
  );
}
