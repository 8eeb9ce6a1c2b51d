import { findEnvironment } from "../../src/app/environments/find-environment.ts";
import {
  type GovernedChange,
  type GovernedSession,
  type TokenEnd,
  changeFault,
  sessionFault,
} from "../../src/core/compliance/faults.ts";
import { COMPLIANCE_PRESETS, type Preset } from "../../src/core/compliance/presets.ts";
import { isRecord } from "../../src/core/json.ts";
import { maskText } from "../../src/core/privacy/mask.ts";
import { type EndpointDefinition, mutates } from "../../src/contract/endpoint.ts";
import type { EndpointId } from "../../src/contract/endpoints.ts";
import { auditMaskingOf, presetOf } from "./known-preset.ts";
import { ProblemError } from "./http/problem.ts";
import type { Services } from "./services.ts";

/** A change that somebody asks for, checked against the table. */
interface Asked {
  readonly id: EndpointId;
  readonly endpoint: EndpointDefinition;
  readonly params: unknown;
  readonly body: unknown;
  /** Of the header; one in the body counts as well. */
  readonly reason: string | null;
  readonly organisationId: string;
}

/** Throws a `ProblemError` when the organisation's preset does not allow the change. */
export async function demandCompliance(asked: Asked, services: Services): Promise<void> {
  if (asked.endpoint.scope === "public" || !mutates(asked.endpoint)) return;
  const nowMs = services.now();
  const preset = await presetOf(asked.organisationId, services.privacySettings, nowMs);
  const switches = COMPLIANCE_PRESETS[preset];
  if (switches.reasonRequired) demandReason(asked, preset);
  const change = await governed(asked, services);
  const fault = change === null ? null : changeFault(switches, change, nowMs);
  if (fault !== null) {
    throw new ProblemError("compliance.refused", {
      detail: `Under the organisation's preset ${preset}, ${fault}.`,
    });
  }
}

/**
 * A change as it may be recorded: the reason, in the header or in the body, without personal data
 * where the organisation's preset masks it. What an environment's log holds can never be changed.
 */
export async function recordable(
  { endpoint, body, reason, organisationId }: Asked,
  { privacySettings, now }: Pick<Services, "privacySettings" | "now">,
): Promise<Pick<Asked, "body" | "reason">> {
  if (endpoint.scope === "public" || !mutates(endpoint)) return { body, reason };
  const mode = await auditMaskingOf(organisationId, privacySettings, now());
  const masked = (text: string) => maskText(text, mode);
  const isReasoned = isRecord(body) && typeof body["reason"] === "string";
  return {
    body: isReasoned ? { ...body, reason: masked(String(body["reason"])) } : body,
    reason: reason === null ? null : masked(reason),
  };
}

function demandReason({ body, reason }: Asked, preset: Preset): void {
  const given = reason ?? (isRecord(body) ? body["reason"] : undefined);
  if (typeof given === "string") return;
  throw new ProblemError("reason.required", {
    detail:
      `Under the organisation's preset ${preset}, each change needs a reason. Send it in the header ` +
      "x-switchyard-reason, or as `reason` where the body has one.",
  });
}

type Govern = (asked: Asked) => GovernedChange | null;

const token =
  (kind: "personal-token" | "service-token", absent: TokenEnd): Govern =>
  ({ body }) => ({ kind, ends: endOf(body, absent) });

/** The endpoints whose changes presets have a say in, beyond their reason. */
const GOVERNED: Partial<Record<EndpointId, Govern>> = {
  "keys.issue": ({ body }) =>
    isRecord(body) && body["kind"] === "client"
      ? { kind: "client-key", origins: texts(body["origins"]) }
      : null,
  "my-tokens.issue": token("personal-token", "as-usual"),
  "my-tokens.rotate": token("personal-token", "as-long-as-before"),
  "service-tokens.issue": token("service-token", "as-usual"),
  "service-tokens.rotate": token("service-token", "as-long-as-before"),
};

async function governed(asked: Asked, services: Services): Promise<GovernedChange | null> {
  const { id, body, params, organisationId } = asked;
  if (id !== "delivery.patch") return GOVERNED[id]?.(asked) ?? null;
  if (!isRecord(body) || body["stagedPublish"] !== false) return null;
  const isProduction = await isOfProduction(params, organisationId, services);
  return isProduction ? { kind: "unstaged-production" } : null;
}

async function isOfProduction(
  params: unknown,
  organisationId: string,
  services: Services,
): Promise<boolean> {
  if (!isRecord(params)) return false;
  const { project, environment } = params;
  const place = { organisationId, project: String(project), environment: String(environment) };
  const found = await findEnvironment(place, services);
  return found.ok && found.value.production;
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];

function endOf(body: unknown, absent: TokenEnd): TokenEnd {
  if (!isRecord(body)) return absent;
  const { expiresAt } = body;
  if (expiresAt === null) return "never";
  return typeof expiresAt === "number" ? expiresAt : absent;
}

/** Throws a `ProblemError` when the organisation's preset does not let the session count. */
export async function demandSession(
  session: GovernedSession & { readonly organisationId: string },
  { privacySettings, now }: Pick<Services, "privacySettings" | "now">,
): Promise<void> {
  const preset = await presetOf(session.organisationId, privacySettings, now());
  const switches = COMPLIANCE_PRESETS[preset];
  const fault = sessionFault(switches, session, now());
  if (fault === "too-old") {
    throw new ProblemError("auth.required", {
      detail:
        `Under the organisation's preset ${preset}, a session lives at most ` +
        `${switches.sessionHours} hours. Sign in again.`,
    });
  }
  if (fault === "second-factor-missing") {
    throw new ProblemError("auth.second-factor-missing", {
      detail:
        `Under the organisation's preset ${preset}, people who sign in with a password need a second ` +
        "factor. Set one up for your account; then this works.",
    });
  }
}
