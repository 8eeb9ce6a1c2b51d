import { hintOf } from "../conditions/nearest-name.ts";
import { kindOf, shown } from "../conditions/shown.ts";
import { isRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import { A_LIST_OF_NAMES, readNames } from "./event-fields.ts";
import { readInstant } from "./instant.ts";

/** The body of a request, its events unread. */
export interface EventBatch {
  /** What the sender's clock said as it sent this; `null`: it did not say. */
  readonly sentAtMs: number | null;
  readonly privateAttributes: ReadonlySet<string>;
  readonly events: readonly unknown[];
}

const FIELDS = ["sentAt", "privateAttributes", "events"];

const EXAMPLE =
  'Send an object like {"events":[{"kind":"metric","id":"…","timestamp":1767268800000,"targetingKey":"user-1","metric":"sign-up"}]}.';

/** Reads what is around the events. The error is for people, and means that none can be taken. */
export function readBatch(text: string, mostEvents: number): Result<EventBatch, string> {
  const body = parsed(text);
  if (!body.ok) return body;
  if (!isRecord(body.value)) return err(`The body is ${kindOf(body.value)}. ${EXAMPLE}`);
  const { sentAt = null, privateAttributes = null, events } = body.value;
  const unknown = Object.keys(body.value).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return err(unknownField(unknown));
  if (!Array.isArray(events)) return err(`"events" is ${kindOf(events)}, not a list. ${EXAMPLE}`);
  if (events.length > mostEvents) {
    return err(`There are ${events.length} events. Send at most ${mostEvents} in one batch.`);
  }
  const sentAtMs = sentAt === null ? ok(null) : readInstant(sentAt);
  if (!sentAtMs.ok) return err(`"sentAt" ${sentAtMs.error}.`);
  const names = readNames(privateAttributes ?? []);
  if (names === undefined) return err(`"privateAttributes" must be ${A_LIST_OF_NAMES}.`);
  return ok({ sentAtMs: sentAtMs.value, privateAttributes: names, events });
}

function parsed(text: string): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // The engine's message quotes the body, which may hold personal data.
    return err(`The body is not JSON. ${EXAMPLE}`);
  }
}

function unknownField(name: string): string {
  const hint = hintOf(name, FIELDS, `it has ${FIELDS.join(", ")}.`);
  return `The body has an unknown field ${shown(name)}; ${hint}`;
}
