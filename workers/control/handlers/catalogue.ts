import { defaultRisk } from "../../../src/app/catalogue/catalogue-flag.ts";
import type { ListedFlag } from "../../../src/app/catalogue/catalogue-flag.ts";
import { createFlag } from "../../../src/app/catalogue/create-flag.ts";
import type { EnsureResult } from "../../../src/app/catalogue/ensure-flag.ts";
import { getFlag } from "../../../src/app/catalogue/get-flag.ts";
import { listFlags } from "../../../src/app/catalogue/list-flags.ts";
import { patchFlag } from "../../../src/app/catalogue/patch-flag.ts";
import { valueOf } from "../http/app-problem.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function toResponse({ flag, environments, pending }: ListedFlag) {
  const { projectId: _, salt: __, creation: ___, ...shown } = flag;
  return { ...shown, environments, pending };
}

const answer = (listed: ListedFlag) =>
  // Where the flag is changes without a new version of the entry.
  ({ body: toResponse(listed), version: listed.flag.version, live: true }) as const;

export const catalogueHandlers: HandlersOf<"catalogue"> = {
  "catalogue.list": async ({ params, query, caller }, services) => {
    const { limit: _, cursor: __, ...filter } = query;
    const input = { ...caller, ...params, filter, page: keyPageRequest(query) };
    return { body: keyPage(valueOf(await listFlags(input, services)), toResponse) };
  },

  "catalogue.create": async ({ params, body, caller, fingerprint }, services) => {
    const { base, environments, createIn, ...given } = body;
    const entry = {
      ...given,
      name: given.name ?? given.key,
      description: given.description ?? null,
      risk: given.risk ?? defaultRisk(given.category),
      owner: given.owner ?? null,
      salt: given.salt ?? given.key,
    };
    const draft = { base, environments, createIn };
    const input = { ...params, entry, draft, fingerprint, caller };
    const { listed, results } = valueOf(await createFlag(input, services));
    const created = { ...toResponse(listed), results: results.filter(isDone) };
    return { body: created, version: listed.flag.version };
  },

  "catalogue.get": async ({ params, caller }, services) =>
    answer(valueOf(await getFlag({ ...caller, ...params }, services))),

  "catalogue.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const input = { ...params, patch: body, expectedVersion, caller };
    return answer(valueOf(await patchFlag(input, services)));
  },
};

const isDone = (
  result: EnsureResult,
): result is Extract<EnsureResult, { outcome: "created" | "existed" }> =>
  result.outcome === "created" || result.outcome === "existed";
