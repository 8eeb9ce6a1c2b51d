import type { SegmentDocument } from "../../documents/segment.ts";
import { err } from "../../result.ts";
import type { SegmentCommand, SegmentPatch } from "../command.ts";
import { placesNamingSegment } from "../references.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { atVersion, liveSegment } from "./expectations.ts";
import { unreadableNamed, unreadablePatch } from "./shape.ts";

type CreateSegment = Extract<SegmentCommand, { kind: "segment.create" }>;
type PatchSegment = Extract<SegmentCommand, { kind: "segment.patch" }>;
type DeleteSegment = Extract<SegmentCommand, { kind: "segment.delete" }>;

/** A deleted segment's key can be used again; its version numbers go on. */
export function createSegment({ document }: CreateSegment, { state }: DecisionContext): Decided {
  const unreadable = unreadableNamed(document, "key");
  if (unreadable !== null) return unreadable;
  const { key } = document;
  const existing = state.documents.segment.get(key);
  if (existing !== undefined && existing.archivedAtMs === null) {
    return err({ kind: "already-exists", documentKind: "segment", key });
  }
  return changeTo(existing, { kind: "segment", key, document, archived: false });
}

export function patchSegment(command: PatchSegment, { state }: DecisionContext): Decided {
  const { key, patch, expectedVersion } = command;
  const live = liveSegment(state, key);
  if (!live.ok) return live;
  const segment = atVersion(live.value, expectedVersion);
  if (!segment.ok) return segment;
  const unreadable = unreadablePatch(patch);
  if (unreadable !== null) return unreadable;
  const document = patched(segment.value.document, patch);
  return changeTo(segment.value, { kind: "segment", key, document, archived: false });
}

/** Refused while a flag or another segment refers to it. */
export function deleteSegment(command: DeleteSegment, { state }: DecisionContext): Decided {
  const { key, expectedVersion } = command;
  const live = liveSegment(state, key);
  if (!live.ok) return live;
  const segment = atVersion(live.value, expectedVersion);
  if (!segment.ok) return segment;
  const usedBy = placesNamingSegment(state, key);
  if (usedBy.length > 0) return err({ kind: "in-use", documentKind: "segment", key, usedBy });
  const { document } = segment.value;
  return changeTo(segment.value, { kind: "segment", key, document, archived: true });
}

function patched(segment: SegmentDocument, patch: SegmentPatch): SegmentDocument {
  const name = patch.name === undefined ? segment.name : patch.name;
  const description = patch.description === undefined ? segment.description : patch.description;
  const unit = patch.unit === undefined ? segment.unit : patch.unit;
  return {
    key: segment.key,
    ...(typeof name === "string" && { name }),
    ...(typeof description === "string" && { description }),
    ...(typeof unit === "string" && { unit }),
    included: patch.included ?? segment.included,
    excluded: patch.excluded ?? segment.excluded,
    rules: patch.rules ?? segment.rules,
  };
}
