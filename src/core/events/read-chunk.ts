import { environmentId } from "../brand.ts";
import { isRecord, type UnknownRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import type { EventChunk } from "./chunk.ts";
import type { IntakeEvent } from "./event.ts";

/** The latest instant that a date can hold; milliseconds since the Unix epoch. */
const LATEST_MS = 8_640_000_000_000_000;

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === "string" && value !== "";
const isTextOrNull: Test = (value) => value === null || isText(value);
const isInstant: Test = (value) =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LATEST_MS;
const isNumber: Test = (value) => typeof value === "number" && Number.isFinite(value);
const isCount: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
const isVersion: Test = (value) => value === null || isCount(value);
const isAttributes: Test = (value) =>
  isRecord(value) &&
  Object.values(value).every((each) => ["string", "number", "boolean"].includes(typeof each));

const ofUnit = { id: isText, atMs: isInstant, targetingKey: isText, attributes: isAttributes };

/** What each kind of event must hold. The keys are those of `IntakeEvent`, kind by kind. */
const MEMBERS = {
  exposure: {
    ...ofUnit,
    flag: isText,
    variation: isText,
    flagVersion: isVersion,
    reason: isTextOrNull,
    experiment: isTextOrNull,
  },
  metric: { ...ofUnit, metric: isText, value: isNumber },
  usage: {
    id: isText,
    atMs: isInstant,
    flag: isText,
    variation: isTextOrNull,
    reason: isText,
    count: isCount,
  },
  "key-use": { id: isText, atMs: isInstant, key: isText },
} as const satisfies { [Kind in IntakeEvent["kind"]]: MembersOf<Kind> };

type MembersOf<Kind extends IntakeEvent["kind"]> = {
  readonly [Key in Exclude<keyof Extract<IntakeEvent, { kind: Kind }>, "kind">]: Test;
};

const isKind = (kind: unknown): kind is IntakeEvent["kind"] =>
  typeof kind === "string" && Object.hasOwn(MEMBERS, kind);

/**
 * Reads a queue's message as the chunk that was sent. Strict in what it needs and deaf to what it
 * does not know, since the sender may be newer. The error says what is wrong, for whoever looks
 * at the dead letter.
 */
export function readChunk(body: unknown): Result<EventChunk, string> {
  const header = readHeader(body);
  if (!header.ok) return header;
  const { events, ...chunk } = header.value;
  const checked: IntakeEvent[] = [];
  for (const [index, event] of events.entries()) {
    if (!isEvent(event)) return err(`event ${index} ${faultIn(event) ?? "is none"}`);
    checked.push(event);
  }
  return ok({ ...chunk, events: checked });
}

type Header = Omit<EventChunk, "events"> & { readonly events: readonly unknown[] };

function readHeader(body: unknown): Result<Header, string> {
  if (!isRecord(body)) return err("the message is no JSON object");
  const { format, id, environmentId: environment, receivedAtMs, events } = body;
  if (format !== "switchyard.events/1") {
    return err(`the format is ${shown(format)}; known is "switchyard.events/1"`);
  }
  if (typeof id !== "string" || !/^[0-9a-f]{32}$/.test(id)) {
    return err(`the id ${shown(id)} is not 32 lower-case hexadecimal digits`);
  }
  if (typeof environment !== "string" || !/^[a-z0-9]{8,32}$/.test(environment)) {
    return err(`the environmentId ${shown(environment)} names no environment`);
  }
  if (typeof receivedAtMs !== "number" || !isInstant(receivedAtMs)) {
    return err(`the receivedAtMs ${shown(receivedAtMs)} is no instant`);
  }
  if (!Array.isArray(events) || events.length === 0) return err("it has no events");
  return ok({ format, id, environmentId: environmentId(environment), receivedAtMs, events });
}

const isEvent = (event: unknown): event is IntakeEvent => faultIn(event) === null;

/** What is wrong with an event; `null`: nothing. */
function faultIn(event: unknown): string | null {
  if (!isRecord(event)) return "is no JSON object";
  const { kind } = event;
  if (!isKind(kind)) return `is of the unknown kind ${shown(kind)}`;
  return wrongMember(event, MEMBERS[kind]);
}

function wrongMember(event: UnknownRecord, members: Readonly<Record<string, Test>>) {
  for (const [name, test] of Object.entries(members)) {
    if (!test(event[name])) return `has the ${name} ${shown(event[name])}`;
  }
  return null;
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? "undefined").slice(0, 100);
