import { isRecord, type UnknownRecord } from "../../../../src/core/json.ts";

/** A place in a value, as a JSON pointer, and what is wrong there. */
export interface Violation {
  readonly at: string;
  readonly message: string;
}

/** The part of JSON Schema that the transcribed document uses; a keyword beyond it is a bug. */
const KEYWORDS = new Set([
  "$ref",
  "type",
  "enum",
  "required",
  "properties",
  "additionalProperties",
  "items",
  "allOf",
  "anyOf",
  "oneOf",
  "not",
]);

/** Checks a value against a schema whose references lead into `root`. No violations: it fits. */
export function validate(root: UnknownRecord, schema: unknown, value: unknown): Violation[] {
  return check({ root, at: "" }, asSchema(schema), value);
}

interface Place {
  readonly root: UnknownRecord;
  readonly at: string;
}

function check(place: Place, schema: UnknownRecord, value: unknown): Violation[] {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) throw new Error(`keyword ${keyword} is not understood`);
  }
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    return check(place, asSchema(pointed(place.root, reference.slice(1))), value);
  }
  return [
    ...simple(place, schema, value),
    ...members(place, schema, value),
    ...combined(place, schema, value),
  ];
}

function simple({ at }: Place, schema: UnknownRecord, value: unknown): Violation[] {
  const { type, enum: allowed } = schema;
  if (typeof type === "string" && !hasType(type, value)) {
    return [{ at, message: `must be of type ${type}` }];
  }
  if (Array.isArray(allowed) && !allowed.includes(value)) {
    return [{ at, message: `must be one of ${allowed.join(", ")}` }];
  }
  return [];
}

function members(place: Place, schema: UnknownRecord, value: unknown): Violation[] {
  const below = (key: string | number) => ({ ...place, at: `${place.at}/${key}` });
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((item, index) => check(below(index), asSchema(items), item));
  }
  if (!isRecord(value)) return [];
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const missing = listOf(schema["required"]).filter((key) => !Object.hasOwn(value, String(key)));
  const rest = schema["additionalProperties"];
  return [
    ...missing.map((key) => ({ at: place.at, message: `must have "${String(key)}"` })),
    ...Object.entries(value).flatMap(([key, member]) => {
      const found = Object.hasOwn(properties, key) ? properties[key] : rest;
      return found === undefined ? [] : check(below(key), asSchema(found), member);
    }),
  ];
}

function combined(place: Place, schema: UnknownRecord, value: unknown): Violation[] {
  const problems = (part: unknown) => check(place, asSchema(part), value);
  const fitting = (parts: unknown) =>
    listOf(parts).filter((part) => problems(part).length === 0).length;
  const found = listOf(schema["allOf"]).flatMap(problems);
  if (schema["anyOf"] !== undefined && fitting(schema["anyOf"]) === 0) {
    const closest = listOf(schema["anyOf"]).map((part) => problems(part)[0]?.message);
    found.push({ at: place.at, message: `fits no alternative (${closest.join("; ")})` });
  }
  if (schema["oneOf"] !== undefined && fitting(schema["oneOf"]) !== 1) {
    found.push({
      at: place.at,
      message: `fits ${fitting(schema["oneOf"])} alternatives, must be 1`,
    });
  }
  if (schema["not"] !== undefined && problems(schema["not"]).length === 0) {
    found.push({ at: place.at, message: `must not fit ${JSON.stringify(schema["not"])}` });
  }
  return found;
}

function hasType(type: string, value: unknown): boolean {
  if (type === "object") return isRecord(value);
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function asSchema(value: unknown): UnknownRecord {
  if (!isRecord(value)) throw new Error(`${JSON.stringify(value)} is not a schema`);
  return value;
}

/** What a JSON pointer leads to. */
export function pointed(root: unknown, pointer: string): unknown {
  let found = root;
  for (const step of pointer.split("/").slice(1)) {
    if (Array.isArray(found)) found = found[Number(step)];
    else if (isRecord(found) && Object.hasOwn(found, step)) found = found[step];
    else throw new Error(`${pointer} leads nowhere`);
  }
  return found;
}
