import { DOCUMENT_KEY_PATTERN, LIMITS } from "../documents/limits.ts";
import { isRecord, type UnknownRecord } from "../json.ts";
import { err, ok, type Result } from "../result.ts";
import { BREAK_GLASS_FORMAT, type BreakGlassCommand } from "./break-glass.ts";

const MOST_FLAGS = 1_000;
const LONGEST_NAME = 200;

type Test = (value: unknown) => boolean;

const isTextOf =
  (pattern: RegExp): Test =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const isFlagKey = isTextOf(DOCUMENT_KEY_PATTERN);
const isMoment: Test = (value) => Number.isSafeInteger(value);
const isWords =
  (longest: number): Test =>
  (value) =>
    typeof value === "string" && value.trim() !== "" && value.length <= longest;

/** What each member must be, and how to say so. */
const MEMBERS: Readonly<Record<keyof BreakGlassCommand, readonly [test: Test, wanted: string]>> = {
  format: [(value) => value === BREAK_GLASS_FORMAT, `"${BREAK_GLASS_FORMAT}"`],
  environmentId: [isTextOf(/^[a-z0-9]{8,32}$/), "the id of an environment"],
  keyId: [isTextOf(/^[0-9a-f]{16}$/), "the id of a break-glass key"],
  flags: [
    (value) =>
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= MOST_FLAGS &&
      value.every(isFlagKey),
    `a list of 1 to ${MOST_FLAGS} flag keys`,
  ],
  variation: [
    (value) => value === undefined || value === null || isFlagKey(value),
    "the key of a variation, null, or left out",
  ],
  reason: [isWords(LIMITS.textLength), "words that say why"],
  by: [isWords(LONGEST_NAME), "the name of who signs"],
  nonce: [isTextOf(/^[0-9a-f]{32}$/), "32 hexadecimal digits"],
  notBeforeMs: [isMoment, "milliseconds since the Unix epoch"],
  expiresAtMs: [isMoment, "milliseconds since the Unix epoch"],
};

/** Reads a command's text; the error goes on after "The command". */
export function readBreakGlassCommand(text: string): Result<BreakGlassCommand, string> {
  const parsed = parsedJson(text);
  if (!isRecord(parsed)) return err("is no JSON object");
  const surprise = Object.keys(parsed).find((name) => !Object.hasOwn(MEMBERS, name));
  if (surprise !== undefined) return err(`has a member "${surprise}", which nobody knows`);
  for (const [name, [test, wanted]] of Object.entries(MEMBERS)) {
    if (!test(parsed[name])) return err(`has an unfit "${name}": it must be ${wanted}`);
  }
  return ok(checked(parsed));
}

const checked = (members: UnknownRecord): BreakGlassCommand =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member was tested above
  members as unknown as BreakGlassCommand;

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
