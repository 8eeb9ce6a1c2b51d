import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import {
  chainStart,
  environmentEntries,
  exportChain,
  organisationEntries,
} from "../../../src/app/audit/export-chain.ts";
import type { Caller } from "../../../src/app/caller.ts";
import { findEnvironment } from "../../../src/app/environments/find-environment.ts";
import {
  closingText,
  openingText,
  recordText,
  type ExportFormat,
} from "../../../src/core/audit/export-lines.ts";
import type { ExportRecord } from "../../../src/core/audit/export-record.ts";
import { valueOf } from "../http/app-problem.ts";
import { auditMaskingOf } from "../known-preset.ts";
import type { Services } from "../services.ts";
import { brokenChain, fileHeaders } from "./audit-response.ts";

interface Asked {
  readonly format: ExportFormat;
  readonly project?: string;
  readonly environment?: string;
}

/** Sending one record at a time would take longer than reading it. */
const PIECE_CHARS = 65_536;

const TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: "application/x-ndjson",
  json: "application/json",
  csv: "text/csv; charset=utf-8; header=present",
};

/** A chain as a file, made as it is read. That it was exported is recorded before it begins. */
export async function exportFile(
  { format, project, environment }: Asked,
  caller: Caller,
  services: Services,
) {
  const isOwn = project === undefined || environment === undefined;
  const records = isOwn
    ? await ownRecords(format, caller, services)
    : await environmentRecords(format, { project, environment }, caller, services);
  const day = new Date(services.now()).toISOString().slice(0, 10);
  const name = isOwn ? "audit" : `audit-${project}-${environment}`;
  return {
    texts: textsOf(format, records),
    headers: fileHeaders(TYPES[format], `${name}-${day}.${format}`),
  };
}

async function* textsOf(
  format: ExportFormat,
  records: AsyncGenerator<ExportRecord, void>,
): AsyncGenerator<string, void> {
  let piece = openingText(format);
  for await (const record of records) {
    piece += recordText(format, record);
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = "";
  }
  yield piece + closingText(format);
}

async function ownRecords(format: ExportFormat, caller: Caller, services: Services) {
  const { organisationId } = caller;
  const target = { kind: "audit-log", id: organisationId, name: "audit log" };
  await recordExport({ target }, format, caller, services);
  const start = await chainStart(organisationId, services);
  if (!start.ok) throw brokenChain(start.error);
  const after = start.value?.checkpoint.head.sequence ?? 0;
  const chain = { kind: "organisation", organisationId } as const;
  const entries = organisationEntries(organisationId, after, services);
  return exportChain(chain, start.value, entries, services);
}

async function environmentRecords(
  format: ExportFormat,
  place: { readonly project: string; readonly environment: string },
  caller: Caller,
  services: Services,
) {
  const { organisationId } = caller;
  const { id, projectId, key } = valueOf(
    await findEnvironment({ organisationId, ...place }, services),
  );
  const authority = services.authorities.of(id);
  const { revision } = valueOf(await authority.status());
  const target = { kind: "environment", id, name: key };
  const about = { target, project: projectId, environment: id };
  await recordExport(about, format, caller, services);
  const chain = { kind: "environment", organisationId, environmentId: id } as const;
  const { privacySettings, now } = services;
  const masking = await auditMaskingOf(organisationId, privacySettings, now());
  return exportChain(chain, null, environmentEntries(authority, revision, masking), services);
}

async function recordExport(
  about: Pick<Parameters<typeof auditDraft>[1], "target" | "project" | "environment">,
  format: ExportFormat,
  caller: Caller,
  { audit, now }: Services,
): Promise<void> {
  const act = { action: "audit.export", ...about, detail: { facts: { format } }, atMs: now() };
  await audit.record(auditDraft(caller, act));
}
