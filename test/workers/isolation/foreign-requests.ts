import { type EndpointId } from "../../../src/contract/endpoints.ts";
import { onWire, type RowRequest, rowOf, type WireRequest } from "./ask.ts";
import type { World } from "./world.ts";

/** One way to reach for what belongs to others. */
export interface Reach {
  readonly name: string;
  readonly request: WireRequest;
  /** It is no sound request, so that 400 and 405 are answers to it as well. */
  readonly isOdd?: true;
}

const ENCODED = (value: string): string =>
  [...new TextEncoder().encode(value)].map((byte) => `%${byte.toString(16)}`).join("");

const odd = (name: string, request: WireRequest): Reach => ({ name, request, isOdd: true });

/**
 * A request that its owner may make, in all the ways in which somebody else may try it: as it is,
 * in part from a place of their own, and written so that it might slip past a comparison.
 */
export function foreignRequests(sound: RowRequest, own: World): readonly Reach[] {
  const wire = onWire(sound);
  const names = Object.keys(sound.params);
  if (names.length === 0) return [];
  const last = names.at(-1)!;
  const value = sound.params[last]!;
  const from = own.place;
  const as = (params: Readonly<Record<string, string>>, write?: (value: string) => string) =>
    onWire({ ...sound, params: { ...sound.params, ...params } }, write);
  // One's own place has a revision of that number as well.
  const mine = names.filter((name) => from[name] !== undefined && name !== last);
  const fromHere = (count: number) =>
    as(Object.fromEntries(mine.slice(0, count).map((name) => [name, from[name]!])));
  const at = (path: string): WireRequest => ({ ...wire, path });
  const withHeaders = (headers: Readonly<Record<string, string>>): WireRequest => ({
    ...wire,
    headers: { ...wire.headers, ...headers },
  });
  return [
    { name: "as it is", request: wire },
    ...mine.slice(0, last === "revision" ? 1 : undefined).map((_, count) => ({
      name: `from ${mine.slice(0, count + 1).join(" and ")} of one's own`,
      request: fromHere(count + 1),
    })),
    { name: "with each character encoded", request: as({}, ENCODED) },
    { name: "with an organisation's header", request: withHeaders(ORGANISATION_HEADERS) },
    { name: "as somebody who has it", request: withHeaders({ "if-none-match": "*" }) },
    odd(
      "with an organisation in the query",
      at(`${wire.path}${wire.path.includes("?") ? "&" : "?"}organisation=acme`),
    ),
    odd("in upper case", as({ [last]: value.toUpperCase() })),
    odd("with a slash at the end", at(wire.path.replace(/(\?|$)/, "/$1"))),
    odd("with two slashes", at(wire.path.replace("/api/v1/", "/api/v1//"))),
    odd("with a neighbour of the key", as({ [last]: neighbour(value) })),
    odd("with a zero byte", as({ [last]: `${value}\0` })),
    odd("by a wildcard", as({ [last]: "*" })),
    odd("by a pattern of SQL", as({ [last]: `${value.slice(0, 3)}%` })),
    odd("past a comparison of SQL", as({ [last]: `x' OR '1'='1` })),
    odd("down and up again", at(wire.path.replace(`/${value}`, `/none/%2e%2e/${value}`))),
    odd("up from a place of one's own", upFrom(wire, sound.id, own)),
    odd("up, encoded", as({ [last]: `../${value}` }, encodeURIComponent)),
    odd("up, encoded twice", as({ [last]: `%2e%2e%2f${value}` })),
    odd("in full width", as({ [last]: fullWidth(value) })),
  ];
}

const ORGANISATION_HEADERS = {
  "x-organisation": "acme",
  "x-organisation-id": "acme",
  "x-switchyard-organisation": "acme",
};

/** `/api/v1/projects/<one's own>/%2e%2e/<theirs>/…` */
function upFrom(wire: WireRequest, id: EndpointId, own: World): WireRequest {
  const base = /^\/api\/v1\/[^/]+/.exec(rowOf(id).path)?.[0] ?? "";
  const path = wire.path.replace(base, `${base}/${own.project}/%2e%2e`);
  return { ...wire, path };
}

/** The same but for its last character. */
const neighbour = (value: string): string =>
  `${value.slice(0, -1)}${value.endsWith("0") ? "1" : "0"}`;

const fullWidth = (value: string): string =>
  value.replaceAll(/[a-z0-9]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0));
