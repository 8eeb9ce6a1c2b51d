import { can } from "../../core/access/can.ts";
import type { Because } from "../../core/access/can.ts";
import type { Grant } from "../../core/access/grant.ts";
import type { Scope } from "../../core/access/scopes.ts";
import type { Applied } from "../../core/authority/authority-api.ts";
import type { EnvironmentKill, ExpectedVersion } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";
import type { AccessStore } from "../access/access-store.ts";
import { targetOfPlace } from "../access/grant-place.ts";
import { withTags } from "../access/targets.ts";
import type { Caller } from "../caller.ts";
import type { CatalogueStore, TagFilter } from "../catalogue/catalogue-store.ts";
import type { AuthorityDeps } from "../environments/ask-authority.ts";
import type { Place, PlaceProblem } from "../environments/environment.ts";
import { findEnvironment } from "../environments/find-environment.ts";

export interface SwitchFlagsInput {
  readonly kind: "environment.kill" | "environment.unkill";
  readonly place: Place;
  /** Keys that must be there. */
  readonly flags?: readonly string[];
  readonly tag?: TagFilter;
  /** Only for a kill. Absent: each flag's off variation; `null`: the caller's own default. */
  readonly variation?: string | null;
  readonly expectedRevision: ExpectedVersion;
  readonly dryRun: boolean;
  readonly caller: Caller;
}

/** No flag of the project's catalogue carries the tag. */
export interface TagUnmatched {
  readonly kind: "tag-unmatched";
  readonly tag: TagFilter;
}

/** The caller may do it in the environment, but not to these flags, because of their tags. */
export interface FlagsNotPermitted {
  readonly kind: "flags-not-permitted";
  readonly scope: Scope;
  readonly because: Because;
  readonly flags: readonly string[];
}

export interface SwitchFlagsDeps extends AuthorityDeps {
  readonly access: Pick<AccessStore, "target">;
  readonly catalogue: Pick<CatalogueStore, "keysTagged" | "tagsOf">;
}

/**
 * Throws or takes back the kill switch of many flags: one command, one revision. Whoever may not do
 * it to each of them does it to none.
 */
export async function switchFlags(
  input: SwitchFlagsInput,
  deps: SwitchFlagsDeps,
): Promise<Result<Applied, PlaceProblem | TagUnmatched | FlagsNotPermitted | AuthorityProblem>> {
  const environment = await findEnvironment(input.place, deps);
  if (!environment.ok) return environment;
  const { id, projectId } = environment.value;
  const tagged = await taggedFlags(projectId, input.tag, deps);
  if (!tagged.ok) return tagged;
  const wanted = [...(input.flags ?? []), ...tagged.value];
  const permitted = await mayEach(wanted, input, projectId, deps);
  if (!permitted.ok) return permitted;
  const { kind, tag, variation, expectedRevision, dryRun } = input;
  const selection = {
    flags: input.flags ?? [],
    tag: tag === undefined ? null : { name: tag.name, value: tag.value ?? null },
    tagged: tagged.value,
    expectedRevision,
  };
  const kill: EnvironmentKill = {
    kind: "environment.kill",
    ...selection,
    ...(variation !== undefined && { variation }),
  };
  const { actor, permits, reason, requestId, commandId } = input.caller;
  const command = kind === "environment.kill" ? kill : { kind, ...selection };
  const envelope = { command, actor, permits, reason, requestId, commandId, dryRun };
  return deps.authorities.of(id).apply(envelope);
}

async function taggedFlags(
  projectId: string,
  tag: TagFilter | undefined,
  { catalogue }: SwitchFlagsDeps,
): Promise<Result<readonly string[], TagUnmatched>> {
  if (tag === undefined) return ok([]);
  const keys = await catalogue.keysTagged(projectId, tag);
  return keys.length === 0 ? err({ kind: "tag-unmatched", tag }) : ok(keys);
}

const KILL: Scope = "flags:kill";

/** The authority knows no tags; what they forbid is asked before it is. */
async function mayEach(
  keys: readonly string[],
  { place, caller: { access } }: SwitchFlagsInput,
  projectId: string,
  deps: SwitchFlagsDeps,
): Promise<Result<null, FlagsNotPermitted | PlaceProblem>> {
  const isAbout = ({ scopes, on }: Grant) => on.tag !== null && scopes.includes(KILL);
  if (!access.grants.some(isAbout)) return ok(null);
  const [target, tags] = await Promise.all([
    targetOfPlace({ ...place, flag: undefined }, deps),
    deps.catalogue.tagsOf(projectId, keys),
  ]);
  if (!target.ok) return target;
  const refused = keys
    .map((key) => ({ key, ...can(access, KILL, withTags(target.value, tags.get(key) ?? {})) }))
    .filter(({ allowed }) => !allowed);
  const [first] = refused;
  if (first === undefined) return ok(null);
  const flags = [...new Set(refused.map(({ key }) => key))];
  return err({ kind: "flags-not-permitted", scope: KILL, because: first.because, flags });
}
