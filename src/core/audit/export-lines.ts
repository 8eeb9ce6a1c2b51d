import { canonicalJson, isRecord } from "../json.ts";
import type { ExportRecord } from "./export-record.ts";

export const EXPORT_FORMATS = ["ndjson", "json", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const JSON_OPENING = '{"records":[';
const JSON_CLOSING = "]}";
const COLUMNS =
  "type,position,at,actor_kind,actor_id,actor_name,action,outcome,target_kind,target,project," +
  "environment,reason,request_id,hash,record";

/** The text before the first record. */
export const openingText = (format: ExportFormat): string =>
  ({ ndjson: "", json: `${JSON_OPENING}\n`, csv: `${COLUMNS}\n` })[format];

/** A record's line, its end included. The statement is the last. */
export function recordText(format: ExportFormat, record: ExportRecord): string {
  if (format === "csv") return `${csvRow(record)}\n`;
  const text = canonicalJson(record);
  return format === "json" && record.type !== "statement" ? `${text},\n` : `${text}\n`;
}

/** The text after the last record. */
export const closingText = (format: ExportFormat): string =>
  format === "json" ? `${JSON_CLOSING}\n` : "";

/** The format that a file's first line is of. */
export function formatOf(firstLine: string): ExportFormat {
  if (firstLine === JSON_OPENING) return "json";
  return firstLine === COLUMNS ? "csv" : "ndjson";
}

/** True for a line before the first record, and for one after the last, that belongs there. */
export const isOpening = (format: ExportFormat, line: string): boolean =>
  format !== "ndjson" && `${line}\n` === openingText(format);
export const isClosing = (format: ExportFormat, line: string): boolean =>
  format === "json" && line === JSON_CLOSING;

/**
 * The JSON of a line's record; `undefined` when the line is not, to the letter, what an export
 * writes for it: nothing in it is beyond the check.
 */
export function readRecord(format: ExportFormat, line: string): unknown {
  const text = format === "csv" ? lastCell(line) : line.replace(/,$/, "");
  const value = parsed(text);
  if (!isRecord(value)) return undefined;
  const exact =
    format === "csv"
      ? csvRow(value) === line
      : canonicalJson(value) + (format === "json" && value["type"] !== "statement" ? "," : "") ===
        line;
  return exact ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What people see in a spreadsheet, and in the last column all of it for the verifier. */
function csvRow(record: unknown): string {
  const { type, entry } = members(record);
  const of = members(entry);
  const actor = members(of["actor"]);
  const target = members(of["target"]);
  const atMs = of["atMs"];
  const cells = [
    type,
    of["sequence"] ?? of["revision"],
    typeof atMs === "number" ? isoTime(atMs) : undefined,
    actor["kind"],
    actor["id"],
    actor["name"],
    of["action"],
    of["outcome"],
    target["kind"],
    target["name"] ?? target["key"],
    of["project"],
    members(of["environment"])["environmentId"] ?? of["environment"],
    of["reason"],
    of["requestId"],
    of["hash"],
  ];
  // In JSON a semicolon is in a string, where it can be written as its number.
  const json = canonicalJson(record).replaceAll(";", String.raw`\u003b`);
  return [...cells.map(cell), quoted(json)].join(",");
}

const members = (value: unknown) => (isRecord(value) ? value : {});

function cell(value: unknown): string {
  if (typeof value === "number") return quoted(String(value));
  if (typeof value !== "string") return quoted("");
  const line = value.replaceAll(/\p{Cc}/gu, " ").replaceAll(INNER_FORMULA, "$1'");
  return quoted(FORMULA.test(line) || /^\p{Cc}/u.test(value) ? `'${line}` : line);
}

/** Spreadsheets take a cell that begins like this for a formula, and run it. */
const FORMULA = /^\s*[=+\-@|%'＝＋－＠]/;
/** Those of some countries take a semicolon for the end of a cell, in quotes or not. */
const INNER_FORMULA = /(;[\s"]*)(?=[=+\-@|%'＝＋－＠])/g;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Every cell is in quotes, in which a quote is written twice. */
function lastCell(row: string): string {
  const cells = row.match(/"(?:[^"]|"")*"(?=,|$)/g) ?? [];
  return (cells.at(-1) ?? "").slice(1, -1).replaceAll('""', '"');
}

const DAY_MS = 86_400_000;

/** RFC 3339 in UTC. Written out, because core has no `Date`. */
function isoTime(atMs: number): string {
  const ms = Math.floor(atMs);
  const day = Math.floor(ms / DAY_MS);
  const { year, month, date } = civilDate(day);
  const rest = ms - day * DAY_MS;
  const time = [rest / 3_600_000, (rest / 60_000) % 60, (rest / 1_000) % 60];
  const clock = time.map((part) => digits(Math.floor(part), 2)).join(":");
  const on = [digits(year, 4), digits(month, 2), digits(date, 2)].join("-");
  return `${on}T${clock}.${digits(rest % 1_000, 3)}Z`;
}

const digits = (value: number, width: number): string => String(value).padStart(width, "0");

/** Proleptic Gregorian, from days since 1970-01-01; years begin in March, so leap days come last. */
function civilDate(day: number) {
  const days = day + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, date: ofYear - Math.floor((153 * march + 2) / 5) + 1 };
}
