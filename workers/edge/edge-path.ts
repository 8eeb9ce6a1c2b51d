import {
  normalizePath,
  type OfrepTarget,
  ofrepTarget,
  pathOfUrl,
} from "../../src/core/ofrep/ofrep-path.ts";

/** What a URL's path says to an edge. */
export interface EdgePath {
  /** One slash for many and none at the end: clients join base URLs in every way. */
  readonly path: string;
  /** `null`: no evaluation is asked for. */
  readonly target: OfrepTarget | null;
  /** Whether it is one for the edge; the others are control's. */
  readonly isForEdge: boolean;
}

/** More flags than this are seldom asked for one by one; further ones push out all the others. */
const MOST_REMEMBERED = 1_000;
/** Longer ones are no flag's. */
const LONGEST_REMEMBERED = 512;

const remembered = new Map<string, EdgePath>();

/** Reads a URL's path. Those without a query are remembered: clients ask for the same few flags. */
export function edgePathOf(url: string): EdgePath {
  const known = remembered.get(url);
  if (known !== undefined) return known;
  const read = readPath(url);
  if (url.length > LONGEST_REMEMBERED || url.includes("?")) return read;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(url, read);
  return read;
}

function readPath(url: string): EdgePath {
  const path = normalizePath(pathOfUrl(url));
  return { path, target: ofrepTarget(path), isForEdge: FOR_EDGE.test(path) };
}

const FOR_EDGE = /^\/(?:(?:ofrep|sdk)(?:\/|$)|healthz$)/;
