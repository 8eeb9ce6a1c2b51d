import { base64UrlOf } from "../../../src/adapters/crypto/base64.ts";
import { auditDraft, type AuditedAct } from "../../../src/app/audit/audit-trail.ts";
import { checkpointAll } from "../../../src/app/audit/checkpoints.ts";
import { listAudit } from "../../../src/app/audit/list-audit.ts";
import { pruneChain } from "../../../src/app/audit/prune-chain.ts";
import type { Caller } from "../../../src/app/caller.ts";
import { COMPLIANCE_PRESETS } from "../../../src/core/compliance/presets.ts";
import { bytesOf } from "../../../src/core/hash/hex.ts";
import { valueOf } from "../http/app-problem.ts";
import { ProblemError } from "../http/problem.ts";
import { textStream } from "../http/text-stream.ts";
import { auditMaskingOf } from "../known-preset.ts";
import type { Services } from "../services.ts";
import { exportFile } from "./audit-export.ts";
import { followText } from "./audit-follow.ts";
import { brokenChain, fileHeaders, toResponse } from "./audit-response.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest, pageRequest } from "./page.ts";

/** When a checkpoint was signed, its position, its chain, and what it is for. */
const CHECKPOINT_PLACES = /^\d{1,16}\.\d{1,16}\.[a-z0-9]{0,32}\.(prune)?$/;
const ARCHIVE_PLACES = /^\d{15}-\d{15}(-\d{1,2})?$/;
const REKEY_STEP = 500;
const DAY_MS = 86_400_000;

export const auditHandlers: HandlersOf<"audit"> = {
  "audit.list": async ({ query, caller: { organisationId } }, services) => {
    const { project, environment, from, to, actor, action, outcome, flag } = query;
    const filter = {
      ...(actor === undefined ? {} : { actorId: actor }),
      ...(action === undefined ? {} : { action }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(flag === undefined ? {} : { flag }),
      ...(from === undefined ? {} : { fromMs: from }),
      ...(to === undefined ? {} : { untilMs: to }),
    };
    const place = {
      ...(project === undefined ? {} : { project }),
      ...(environment === undefined ? {} : { environment }),
    };
    const { privacySettings, now } = services;
    const masking = await auditMaskingOf(organisationId, privacySettings, now());
    const input = { organisationId, ...place, filter, masking, page: pageRequest(query) };
    const { items, next } = valueOf(await listAudit(input, services));
    return { body: { items: items.map(toResponse), next } };
  },

  "audit.stream": async ({ query, caller, lastEventId }, services) => {
    const leaving = new AbortController();
    const texts = await followText(query, caller, lastEventId, leaving.signal, services);
    return { body: null, stream: textStream(texts, () => leaving.abort()) };
  },

  "audit.export": async ({ query, caller }, services) => {
    const { texts, headers } = await exportFile(query, caller, services);
    return { body: null, stream: textStream(texts), streamHeaders: headers };
  },

  "audit.key": async ({ caller }, { chainKeys }) => {
    const { id, publicKey } = await chainKeys.of(caller.organisationId);
    const jwk = {
      kty: "OKP",
      crv: "Ed25519",
      x: base64UrlOf(bytesOf(publicKey)),
      kid: id,
    } as const;
    return { body: { ...jwk, use: "sig" } };
  },

  "audit.checkpoints": async ({ query, caller }, { checkpoints }) => {
    const request = keyPageRequest(query, CHECKPOINT_PLACES);
    return { body: keyPage(await checkpoints.list(caller.organisationId, request), (one) => one) };
  },

  "audit.checkpoint": async ({ caller }, services) => {
    const made = valueOf(await checkpointAll(caller.organisationId, services));
    const facts = { checkpoints: made.map(({ checkpoint: { chain, head } }) => ({ chain, head })) };
    await record("audit.checkpoint", facts, caller, services);
    return { body: { checkpoints: made } };
  },

  "audit.rekey": async ({ caller }, services) => {
    const body = await services.chainKeeper.rekey(caller.organisationId, REKEY_STEP);
    await record("audit.rekey", body, caller, services);
    return { body };
  },

  "audit.prune": async ({ body: { olderThanDays }, caller }, services) => {
    await demandRetention(olderThanDays, caller, services);
    const beforeMs = services.now() - olderThanDays * DAY_MS;
    const pruned = await pruneChain({ beforeMs, caller }, services);
    if (pruned.ok) return { body: pruned.value };
    if (pruned.error.kind === "audit-broken") throw brokenChain(pruned.error);
    throw unreadable(`The detail of entry ${pruned.error.sequence}`);
  },

  "audit.archives": async ({ query, caller }, { archives }) => {
    const request = keyPageRequest(query, ARCHIVE_PLACES);
    const page = await archives.list(caller.organisationId, request);
    return { body: keyPage(page, (archive) => ({ archive })) };
  },

  "audit.archive": async ({ params: { archive }, caller }, { archives }) => {
    const text = await archives.read(caller.organisationId, archive);
    if (text === null) throw unreadable(`The archive ${archive}`);
    if (text === undefined) throw noArchive(archive);
    const headers = fileHeaders("application/x-ndjson", `audit-${archive}.ndjson`);
    return { body: null, stream: textStream(only(text)), streamHeaders: headers };
  },
};

async function* only(text: string): AsyncGenerator<string, void> {
  yield text;
}

async function record(
  action: string,
  facts: unknown,
  caller: Caller,
  { audit, now }: Pick<Services, "audit" | "now">,
): Promise<void> {
  const target = { kind: "audit-log", id: caller.organisationId, name: "audit log" };
  const act: AuditedAct = { action, target, detail: { facts }, atMs: now() };
  await audit.record(auditDraft(caller, act));
}

async function demandRetention(
  days: number,
  { organisationId }: Caller,
  { privacySettings }: Pick<Services, "privacySettings">,
): Promise<void> {
  const { preset } = await privacySettings.ofOrganisation(organisationId);
  const least = COMPLIANCE_PRESETS[preset].auditRetentionDaysLeast;
  if (days >= least) return;
  throw new ProblemError("audit.retention", {
    detail:
      `Entries older than ${days} days would go, but the preset "${preset}" keeps them for at ` +
      `least ${least} days. Give olderThanDays as ${least} or more.`,
    facts: { least },
  });
}

const unreadable = (what: string) =>
  new ProblemError("audit.unreadable", {
    detail:
      `${what} cannot be read, because its key is no longer in AUDIT_KEYS. Add the key again, ` +
      "behind the newest.",
  });

const noArchive = (archive: string) =>
  new ProblemError("audit-archive.not-found", {
    detail: `There is no archive ${archive}. GET /api/v1/audit/archives lists them.`,
  });
