import type { Stored } from "../../../src/core/authority/authority-api.ts";
import type { SegmentDocument } from "../../../src/core/documents/segment.ts";
import { applyCommand } from "../../../src/app/environments/apply-command.ts";
import { askAuthority } from "../../../src/app/environments/ask-authority.ts";
import { toSegmentDocument, toSegmentPatch } from "../../../src/contract/segment.ts";
import { valueOf } from "../http/app-problem.ts";
import { changedSegment } from "./applied.ts";
import { placeOf } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { pageRequest } from "./page.ts";

function toResponse(stored: Stored<SegmentDocument>) {
  const { document, version, revision, createdAtMs, updatedAtMs } = stored;
  return { segment: document, version, revision, createdAtMs, updatedAtMs };
}

export const segmentHandlers: HandlersOf<"segments"> = {
  "segments.list": async ({ params, query, caller }, services) => {
    const page = pageRequest(query);
    const { items, next } = valueOf(
      await askAuthority(
        placeOf(params, caller),
        (authority) => authority.segments(page),
        services,
      ),
    );
    return { body: { items: items.map(toResponse), next } };
  },

  "segments.create": async ({ params, body, caller }, services) => {
    const command = { kind: "segment.create", document: toSegmentDocument(body) } as const;
    const input = { place: placeOf(params, caller), command, caller };
    return changedSegment(valueOf(await applyCommand(input, services)));
  },

  "segments.get": async ({ params, query, caller }, services) => {
    const stored = valueOf(
      await askAuthority(
        placeOf(params, caller),
        (authority) => authority.segment(params.segment, query.revision ?? null),
        services,
      ),
    );
    return { body: toResponse(stored), version: stored.version };
  },

  "segments.patch": async ({ params, body, expectedVersion, caller }, services) => {
    const patch = toSegmentPatch(body);
    const command = { kind: "segment.patch", key: params.segment, expectedVersion, patch } as const;
    const input = { place: placeOf(params, caller), command, caller };
    return changedSegment(valueOf(await applyCommand(input, services)));
  },

  "segments.delete": async ({ params, expectedVersion, caller }, services) => {
    const command = { kind: "segment.delete", key: params.segment, expectedVersion } as const;
    const input = { place: placeOf(params, caller), command, caller };
    const { revision, replayed } = valueOf(await applyCommand(input, services));
    return { body: { key: params.segment, revision }, revision, replayed };
  },
};
