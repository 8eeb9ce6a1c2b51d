import { environmentId } from "../src/core/brand.ts";
import type { CommandRecord, StoreRoot } from "../src/core/authority/authority-store.ts";
import type { StoredText } from "../src/core/authority/chain.ts";
import {
  type DocumentVersion,
  KEPT_KINDS,
  type VersionName,
} from "../src/core/authority/document-version.ts";
import type { KeptKind } from "../src/core/authority/kept-kind.ts";
import type { LoggedChange, LogEntry } from "../src/core/authority/log-entry.ts";
import type { OutboxRow } from "../src/core/authority/outbox.ts";
import { utf8Length } from "../src/core/hash/utf8.ts";
import { invariant } from "../src/core/result.ts";
import { numberOf, numberOrNullOf, type SqlRow, textOf, textOrNullOf } from "./sync-sql.ts";

export function toRoot(row: SqlRow): StoreRoot {
  return {
    settings: {
      environmentId: environmentId(textOf(row, "environment_id")),
      projectId: textOf(row, "project_id"),
      salt: textOf(row, "salt"),
    },
    head: {
      revision: numberOf(row, "revision"),
      atMs: numberOf(row, "accepted_at_ms"),
      hash: textOf(row, "head_hash"),
    },
  };
}

export function toVersion(row: SqlRow): DocumentVersion {
  const body = textOf(row, "body");
  const updatedAtMs = numberOf(row, "updated_at_ms");
  return {
    ...toVersionName(row),
    revision: numberOf(row, "revision"),
    createdAtMs: numberOf(row, "created_at_ms"),
    updatedAtMs,
    // An archived document does not change, so the version that archived it is its newest.
    archivedAtMs: numberOf(row, "archived") === 1 ? updatedAtMs : null,
    hash: textOf(row, "hash"),
    bytes: utf8Length(body),
    document: JSON.parse(body),
  };
}

export function toStoredText(row: SqlRow): StoredText {
  return {
    ...toVersionName(row),
    revision: numberOf(row, "revision"),
    archived: numberOf(row, "archived") === 1,
    body: textOf(row, "body"),
  };
}

export function toVersionName(row: SqlRow): VersionName {
  return {
    kind: kindOf(row, "kind"),
    key: textOf(row, "key"),
    version: numberOf(row, "version"),
  };
}

export function toEntry(row: SqlRow, changes: readonly LoggedChange[]): LogEntry {
  const environment = textOrNullOf(row, "environment");
  const targetKind = textOf(row, "target_kind");
  return {
    revision: numberOf(row, "revision"),
    atMs: numberOf(row, "at_ms"),
    actor: JSON.parse(jsonText(textOf(row, "actor"))),
    action: textOf(row, "action"),
    target: {
      kind: targetKind === "environment" ? targetKind : kindOf(row, "target_kind"),
      key: textOf(row, "target_key"),
    },
    reason: textOrNullOf(row, "reason"),
    requestId: textOrNullOf(row, "request_id"),
    changes,
    ...(environment !== null && { environment: JSON.parse(jsonText(environment)) }),
    previousHash: textOf(row, "previous_hash"),
    hash: textOf(row, "hash"),
  };
}

export function toChange(row: SqlRow): LoggedChange {
  const version = numberOrNullOf(row, "before_version");
  const hash = textOrNullOf(row, "before_hash");
  return {
    kind: kindOf(row, "kind"),
    key: textOf(row, "key"),
    before: version === null || hash === null ? null : { version, hash },
    after: { version: numberOf(row, "after_version"), hash: textOf(row, "after_hash") },
  };
}

export function toCommand(row: SqlRow): CommandRecord {
  const key = textOrNullOf(row, "target_key");
  return {
    commandId: textOf(row, "command_id"),
    fingerprint: textOf(row, "fingerprint"),
    atMs: numberOf(row, "at_ms"),
    revision: numberOf(row, "revision"),
    acceptedAtMs: numberOf(row, "accepted_at_ms"),
    changedDocuments: numberOf(row, "changed_documents"),
    target:
      key === null
        ? null
        : { kind: kindOf(row, "target_kind"), key, version: numberOf(row, "target_version") },
  };
}

export function toOutboxRow(row: SqlRow): OutboxRow {
  const topic = textOf(row, "topic");
  invariant(topic === "kv:snapshot", `the outbox knows the topic ${topic}`);
  return {
    topic,
    revision: numberOf(row, "revision"),
    deliveredRevision: numberOf(row, "delivered_revision"),
    attempts: numberOf(row, "attempts"),
    notBeforeMs: numberOf(row, "not_before_ms"),
    lastError: textOrNullOf(row, "last_error"),
  };
}

function kindOf(row: SqlRow, column: string): KeptKind {
  const text = textOf(row, column);
  const kind = KEPT_KINDS.find((known) => known === text);
  invariant(kind !== undefined, `column ${column} names a kind of document`);
  return kind;
}

/** Text that is no JSON was written by no authority: it is read as a text, and its hash shows it. */
function jsonText(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
