import { placeNames } from "../../../src/app/audit/audit-view.ts";
import type { AuditedEvent } from "../../../src/app/audit/audit-view.ts";
import { followChain, type FollowEvent } from "../../../src/app/audit/follow-chain.ts";
import { environmentForward, organisationForward } from "../../../src/app/audit/read-forward.ts";
import { AuthorityUnavailable } from "../../../src/app/authorities.ts";
import type { Caller } from "../../../src/app/caller.ts";
import { findEnvironment } from "../../../src/app/environments/find-environment.ts";
import { assertNever } from "../../../src/core/result.ts";
import { valueOf } from "../http/app-problem.ts";
import { invalidRequest } from "../http/invalid.ts";
import { auditMaskingOf } from "../known-preset.ts";
import type { Services } from "../services.ts";
import { toResponse } from "./audit-response.ts";

interface Asked {
  readonly project?: string;
  readonly environment?: string;
  readonly cursor?: number;
}

interface Chain {
  readonly newest: () => Promise<number>;
  readonly read: (after: number) => Promise<readonly AuditedEvent[] | null>;
}

/** Milliseconds after which a client that lost the stream comes back. */
const RETRY_MS = 1_000;

/** A chain's entries as server-sent events. What is wrong with the request is said before. */
export async function followText(
  asked: Asked,
  caller: Caller,
  lastEventId: string | null,
  gone: AbortSignal,
  services: Services,
): Promise<AsyncGenerator<string, void>> {
  const chain = await chainOf(asked, caller, services);
  const seen = lastEventId === null ? (asked.cursor ?? null) : positionOf(lastEventId);
  const from = seen ?? (await chain.newest());
  const { now, wait } = services;
  return texts(followChain(from, { now, wait, read: chain.read, gone }));
}

async function chainOf(
  { project, environment }: Asked,
  { organisationId }: Caller,
  services: Services,
): Promise<Chain> {
  if (project === undefined || environment === undefined) return ownChain(organisationId, services);
  const place = { organisationId, project, environment };
  const { id } = valueOf(await findEnvironment(place, services));
  const authority = services.authorities.of(id);
  return {
    newest: async () => valueOf(await authority.status()).revision,
    read: (after) =>
      orNull(async () => {
        // Looked up each time, because the preset may change while the stream goes on.
        const { privacySettings, now } = services;
        const masking = await auditMaskingOf(organisationId, privacySettings, now());
        return environmentForward(authority, after, { id, project, environment, masking });
      }),
  };
}

function ownChain(organisationId: string, services: Services): Chain {
  const { auditReader, auditPlaces } = services;
  return {
    newest: async () => (await auditReader.head(organisationId)).sequence,
    read: async (after) => {
      const { sequence } = await auditReader.head(organisationId);
      if (sequence <= after) return [];
      // Read anew each time, because projects come while the stream goes on.
      const names = placeNames(await auditPlaces.all(organisationId));
      return organisationForward(organisationId, after, names, services);
    },
  };
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AuthorityUnavailable) return null;
    throw error;
  }
}

function positionOf(lastEventId: string): number {
  if (/^\d{1,15}$/.test(lastEventId)) return Number(lastEventId);
  throw invalidRequest("header", [
    {
      path: "/last-event-id",
      code: "cursor",
      message: `is ${JSON.stringify(lastEventId)}, which is no id of this stream's events`,
    },
  ]);
}

async function* texts(events: AsyncGenerator<FollowEvent, void>): AsyncGenerator<string, void> {
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const event of events) yield textOf(event);
}

function textOf(event: FollowEvent): string {
  switch (event.kind) {
    case "entry": {
      const data = JSON.stringify(toResponse(event.event));
      return `id: ${event.event.position}\nevent: audit\ndata: ${data}\n\n`;
    }
    case "quiet":
      return ": nothing new\n\n";
    case "end":
      return `event: end\ndata: ${JSON.stringify({ reason: event.reason })}\n\n`;
    default:
      return assertNever(event);
  }
}
