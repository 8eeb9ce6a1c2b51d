import { allocateFlag } from "../../bucketing/allocate-flag.ts";
import type { FlagDocument } from "../../documents/flag.ts";
import type { FlagCommand, FlagPatch } from "../command.ts";
import { changeTo, type Decided, type DecisionContext } from "./decision.ts";
import { atVersion, liveFlag } from "./expectations.ts";
import { unreadableFlag, unreadablePatch } from "./shape.ts";

type PatchFlag = Extract<FlagCommand, { kind: "flag.patch" }>;

export function patchFlag(command: PatchFlag, { state }: DecisionContext): Decided {
  const { key, patch, expectedVersion } = command;
  const live = liveFlag(state, key);
  if (!live.ok) return live;
  const flag = atVersion(live.value, expectedVersion);
  if (!flag.ok) return flag;
  const shapeless = unreadablePatch(patch);
  if (shapeless !== null) return shapeless;
  const before = flag.value.document;
  const after = patched(before, patch);
  const unreadable = unreadableFlag(after);
  if (unreadable !== null) return unreadable;
  const document = allocateFlag(after, before);
  return changeTo(flag.value, { kind: "flag", key, document, archived: false });
}

/** Names every field that a patch may set, so that whatever else it carries stays out. */
function patched(flag: FlagDocument, patch: FlagPatch): FlagDocument {
  const { description: before, ...rest } = flag;
  const description = patch.description === undefined ? before : patch.description;
  return {
    ...rest,
    ...(typeof description === "string" && { description }),
    variations: patch.variations ?? flag.variations,
    enabled: patch.enabled ?? flag.enabled,
    offVariation: patch.offVariation === undefined ? flag.offVariation : patch.offVariation,
    prerequisites: patch.prerequisites ?? flag.prerequisites,
    targets: patch.targets ?? flag.targets,
    rules: patch.rules ?? flag.rules,
    default: patch.default ?? flag.default,
    clientVisible: patch.clientVisible ?? flag.clientVisible,
  };
}
