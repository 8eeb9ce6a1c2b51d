/**
 * A place in the merged view of several chains: after the entry at `position` of `chain`, accepted at
 * `atMs`. Newer entries, which may come at any time, lie before it.
 */
export interface ViewCursor {
  readonly atMs: number;
  /** `""`: the organisation's; otherwise an environment's id. */
  readonly chain: string;
  readonly position: number;
}

/** A view's order: newest first, then by chain, then newest in the chain first. */
export function compareInView(one: ViewCursor, other: ViewCursor): number {
  if (one.atMs !== other.atMs) return other.atMs - one.atMs;
  if (one.chain !== other.chain) return one.chain < other.chain ? -1 : 1;
  return other.position - one.position;
}

/** What of a chain lies after a place of the view: older than a position, or no newer than a moment. */
export interface ChainRange {
  /** `null`: from the newest on. */
  readonly before: number | null;
  /** Milliseconds since the Unix epoch; `null`: any. */
  readonly untilMs: number | null;
}

/** Where a chain goes on after the cursor; `null`: it is the first page. */
export function rangeAfter(cursor: ViewCursor | null, chain: string): ChainRange {
  if (cursor === null) return { before: null, untilMs: null };
  if (chain === cursor.chain) return { before: cursor.position, untilMs: null };
  return { before: null, untilMs: chain > cursor.chain ? cursor.atMs : cursor.atMs - 1 };
}

export const viewCursorText = ({ atMs, position, chain }: ViewCursor): string =>
  `${atMs}.${position}.${chain}`;

/** `undefined`: the text is no such cursor. */
export function readViewCursor(text: string): ViewCursor | undefined {
  const [, atMs, position, chain] = /^(\d{1,15})\.(\d{1,15})\.([a-z0-9]{0,32})$/.exec(text) ?? [];
  if (atMs === undefined || position === undefined || chain === undefined) return undefined;
  return { atMs: Number(atMs), position: Number(position), chain };
}
