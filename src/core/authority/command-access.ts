import { can } from "../access/can.ts";
import type { Scope } from "../access/scopes.ts";
import type { Command, CommandEnvelope } from "./command.ts";
import type { EnvironmentSettings } from "./log-entry.ts";
import type { AuthorityProblem } from "./problem.ts";

/** What each command needs: the scope of the endpoint that gives it. */
const SCOPE_OF: Readonly<Record<Command["kind"], Scope>> = {
  "environment.initialize": "environments:write",
  "flag.create": "flags:write",
  "flag.patch": "flags:write",
  "flag.archive": "flags:write",
  "flag.restore": "flags:write",
  "flag.rollback": "flags:write",
  "flag.kill": "flags:kill",
  "flag.unkill": "flags:kill",
  "override.add": "flags:write",
  "override.expire": "flags:write",
  "override.remove": "flags:write",
  "segment.create": "segments:write",
  "segment.patch": "segments:write",
  "segment.delete": "segments:write",
  "key.issue": "keys:write",
  "key.rotate": "keys:write",
  "key.revoke": "keys:write",
  "break-glass-key.issue": "break-glass:write",
  "break-glass-key.revoke": "break-glass:write",
  "signing-key.rotate": "signing-keys:write",
  "environment.rollback": "environments:write",
  "environment.kill": "flags:kill",
  "environment.unkill": "flags:kill",
  "settings.patch": "environments:write",
};

/**
 * Asked by the authority itself, so that no route, script or token leads around it. The permits
 * were narrowed to this environment where its place in the organisation is known.
 */
export function unpermitted(
  { command, permits }: CommandEnvelope,
  { projectId, environmentId }: EnvironmentSettings,
): AuthorityProblem | null {
  const scope = SCOPE_OF[command.kind];
  const target = { organisationId: "", unitId: null, projectId, environmentId, tags: [] };
  const { allowed, because } = can(permits, scope, target);
  return allowed ? null : { kind: "not-permitted", scope, because };
}
