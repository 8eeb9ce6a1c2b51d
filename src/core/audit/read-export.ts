import type { LogEntry, MadeDocument } from "../authority/log-entry.ts";
import { isRecord, type UnknownRecord } from "../json.ts";
import type { ChainName, PruneMark, SignedCheckpoint } from "./checkpoint.ts";
import type { AuditDetailState } from "./detail-state.ts";
import type { AuditEntry, AuditHead } from "./entry.ts";
import {
  EXPORT_FORMAT,
  type EnvironmentRecord,
  type ExportHeader,
  type ExportRecord,
  type ExportStatement,
  type OrganisationRecord,
} from "./export-record.ts";

// Files come from anywhere: what the verifier reads of a record has its type checked here. What
// else an entry holds is covered by its hash.

/** The record that a value is; `undefined`: none. */
export function readExportRecord(value: unknown): ExportRecord | undefined {
  if (isHeader(value) || isStatement(value)) return value;
  if (!hasOnly(value, ["type", "entry", "detail"], ["type", "entry", "made"])) return undefined;
  if (isOrganisationRecord(value) || isEnvironmentRecord(value)) return value;
  return undefined;
}

/** A checkpoint as the API gives it and R2 keeps it; `undefined`: the value is none. */
export function readSignedCheckpoint(value: unknown): SignedCheckpoint | undefined {
  return isSignedCheckpoint(value) ? value : undefined;
}

function isSignedCheckpoint(value: unknown): value is SignedCheckpoint {
  if (!isRecord(value) || !isText(value["signature"])) return false;
  const { checkpoint } = value;
  return (
    isRecord(checkpoint) &&
    isChain(checkpoint["chain"]) &&
    isHead(checkpoint["head"]) &&
    isText(checkpoint["keyId"]) &&
    isNumber(checkpoint["signedAtMs"]) &&
    (checkpoint["prune"] === undefined || isPruneMark(checkpoint["prune"]))
  );
}

const isPruneMark = (value: unknown): value is PruneMark =>
  hasOnly(value, ["archive", "digest"]) && isText(value["archive"]) && isText(value["digest"]);

function hasOnly(value: unknown, ...forms: readonly (readonly string[])[]): value is UnknownRecord {
  if (!isRecord(value)) return false;
  const names = Object.keys(value);
  return forms.some(
    (form) => names.length === form.length && form.every((name) => Object.hasOwn(value, name)),
  );
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

const HEADER = ["type", "format", "chain", "after", "exportedAtMs"];

function isHeader(value: unknown): value is ExportHeader {
  return (
    hasOnly(value, HEADER, [...HEADER, "start"]) &&
    value["type"] === "header" &&
    (value["start"] === undefined || isSignedCheckpoint(value["start"])) &&
    value["format"] === EXPORT_FORMAT &&
    isChain(value["chain"]) &&
    isHead(value["after"]) &&
    isNumber(value["exportedAtMs"])
  );
}

function isChain(value: unknown): value is ChainName {
  if (!isRecord(value) || !isText(value["organisationId"])) return false;
  return (
    value["kind"] === "organisation" ||
    (value["kind"] === "environment" && isText(value["environmentId"]))
  );
}

function isHead(value: unknown): value is AuditHead {
  return (
    isRecord(value) &&
    isNumber(value["sequence"]) &&
    isNumber(value["atMs"]) &&
    isText(value["hash"])
  );
}

function isStatement(value: unknown): value is ExportStatement {
  return (
    hasOnly(value, ["type", "header", "head", "uncovered", "keyId", "signature"]) &&
    value["type"] === "statement" &&
    isHeader(value["header"]) &&
    isHead(value["head"]) &&
    isRecord(value["uncovered"]) &&
    Object.values(value["uncovered"]).every(isText) &&
    isText(value["keyId"]) &&
    isText(value["signature"])
  );
}

const isOrganisationRecord = (value: unknown): value is OrganisationRecord =>
  isRecord(value) &&
  value["type"] === "entry" &&
  isAuditEntry(value["entry"]) &&
  isDetail(value["detail"]);

const isEnvironmentRecord = (value: unknown): value is EnvironmentRecord =>
  isRecord(value) &&
  value["type"] === "entry" &&
  isLogEntry(value["entry"]) &&
  Array.isArray(value["made"]) &&
  value["made"].length === value["entry"].changes.length &&
  value["made"].every(isMade);

const isLinked = (value: unknown): value is UnknownRecord =>
  isRecord(value) &&
  isNumber(value["atMs"]) &&
  isText(value["previousHash"]) &&
  isText(value["hash"]);

const isAuditEntry = (value: unknown): value is AuditEntry =>
  isLinked(value) &&
  isText(value["organisationId"]) &&
  isNumber(value["sequence"]) &&
  isText(value["detailHash"]);

const isLogEntry = (value: unknown): value is LogEntry =>
  isLinked(value) &&
  isNumber(value["revision"]) &&
  Array.isArray(value["changes"]) &&
  value["changes"].every(
    (change) =>
      isRecord(change) &&
      isText(change["kind"]) &&
      isText(change["key"]) &&
      (change["before"] === null || isRef(change["before"])) &&
      isRef(change["after"]),
  );

const isRef = (value: unknown): boolean =>
  isRecord(value) && isNumber(value["version"]) && isText(value["hash"]);

function isDetail(value: unknown): value is AuditDetailState {
  if (!isRecord(value)) return false;
  if (value["state"] === "kept") {
    return hasOnly(value, ["state", "salt", "detail"]) && isText(value["salt"]);
  }
  if (value["state"] === "masked") return hasOnly(value, ["state", "detail"]);
  if (value["state"] === "unreadable") return hasOnly(value, ["state", "keyId"]);
  return value["state"] === "erased" && hasOnly(value, ["state"]);
}

const isMade = (value: unknown): value is MadeDocument =>
  (hasOnly(value, ["withheld"], ["withheld", "masked"]) &&
    value["withheld"] === true &&
    (value["masked"] === undefined || isText(value["masked"]))) ||
  (hasOnly(value, ["archived", "body"]) &&
    typeof value["archived"] === "boolean" &&
    isText(value["body"]));
