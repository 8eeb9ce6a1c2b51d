import type { Stored } from "../../../src/core/authority/authority-api.ts";
import type { Command } from "../../../src/core/authority/command.ts";
import type { FlagDocument } from "../../../src/core/documents/flag.ts";
import { addFlag } from "../../../src/app/flags/add-flag.ts";
import { explainFlagFor } from "../../../src/app/flags/explain-flag.ts";
import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import type { Caller } from "../../../src/app/caller.ts";
import { toFlagPatch } from "../../../src/contract/flag.ts";
import { valueOf } from "../http/app-problem.ts";
import type { Services } from "../services.ts";
import { changedFlag } from "./applied.ts";
import { placeOf, withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { switchedFlag } from "./kill-switch.ts";
import { pageRequest } from "./page.ts";

interface FlagParams {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
}

function toResponse(stored: Stored<FlagDocument>) {
  const { document, version, revision, createdAtMs, updatedAtMs, archivedAtMs } = stored;
  return { flag: document, version, revision, createdAtMs, updatedAtMs, archivedAtMs };
}

/** Has a change to one flag made, and answers with the flag as it is then. */
export async function changeFlag(
  params: FlagParams,
  command: Command,
  caller: Caller,
  services: Services,
) {
  return changedFlag(await applied(params, command, caller, services));
}

async function applied(params: FlagParams, command: Command, caller: Caller, services: Services) {
  const place = placeOf(params, caller);
  return valueOf(await applyCommand({ place, command, caller }, services));
}

export const flagHandlers: HandlersOf<"flags"> = {
  "flags.list": async ({ params, query, caller }, services) => {
    const page = { ...pageRequest(query), archived: query.archived === "true" };
    const place = placeOf(params, caller);
    const { items, next } = valueOf(
      await askAuthority(place, (authority) => authority.flags(page), services),
    );
    return { body: { items: items.map(toResponse), next } };
  },

  "flags.create": async ({ params, body, caller }, services) => {
    const place = placeOf(params, caller);
    const input = { place, flag: params.flag, configuration: body, caller };
    return changedFlag(valueOf(await addFlag(input, services)));
  },

  "flags.get": async ({ params, query, caller }, services) => {
    const stored = valueOf(
      await askAuthority(
        placeOf(params, caller),
        (authority) => authority.flag(params.flag, query.revision ?? null),
        services,
      ),
    );
    return { body: toResponse(stored), version: stored.version };
  },

  "flags.patch": ({ params, body, expectedVersion, caller }, services) => {
    const patch = toFlagPatch(body);
    const command = { kind: "flag.patch", key: params.flag, expectedVersion, patch } as const;
    return changeFlag(params, command, caller, services);
  },

  "flags.explain": async ({ params, body, caller }, services) => {
    const place = placeOf(params, caller);
    const { context, platform, now } = body;
    const input = { place, flag: params.flag, context, platform, nowMs: now };
    return { body: valueOf(await explainFlagFor(input, services)) };
  },

  "flags.archive": ({ params, body, expectedVersion, caller }, services) => {
    const command = { kind: "flag.archive", key: params.flag, expectedVersion } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },

  "flags.restore": ({ params, body, expectedVersion, caller }, services) => {
    const command = { kind: "flag.restore", key: params.flag, expectedVersion } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },

  "flags.kill": async ({ params, body, expectedVersion, caller }, services) => {
    const { variation } = body;
    const command = { kind: "flag.kill", key: params.flag, variation, expectedVersion } as const;
    const reasoned = withReason(caller, body);
    return switchedFlag(params, await applied(params, command, reasoned, services));
  },

  "flags.unkill": async ({ params, body, expectedVersion, caller }, services) => {
    const command = { kind: "flag.unkill", key: params.flag, expectedVersion } as const;
    const reasoned = withReason(caller, body);
    return switchedFlag(params, await applied(params, command, reasoned, services));
  },

  "flags.rollback": ({ params, body, expectedVersion, caller }, services) => {
    const { toRevision } = body;
    const { flag: key } = params;
    const command = { kind: "flag.rollback", key, toRevision, expectedVersion } as const;
    return changeFlag(params, command, withReason(caller, body), services);
  },
};
