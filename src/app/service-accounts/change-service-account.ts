import type { ExpectedVersion } from "../../core/authority/command.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { NotThere } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
import { findServiceAccount } from "./find-service-account.ts";
import { isReserved } from "./service-account.ts";
import type { ServiceAccount, ServiceAccountExists } from "./service-account.ts";
import type { ServiceAccountStore } from "./service-account-store.ts";

export interface ChangeServiceAccountDeps {
  readonly serviceAccounts: ServiceAccountStore;
  readonly now: () => number;
}

export interface ServiceAccountChange {
  readonly serviceAccount: string;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

type ChangeProblem = NotThere | ServiceAccountExists | Changed;

/** What the account becomes; the account itself when there is nothing to do. */
type Edit = (account: ServiceAccount, nowMs: number) => ServiceAccount;

/** Absent fields stay as they are. */
export const patchServiceAccount = (
  change: ServiceAccountChange,
  patch: Partial<Pick<ServiceAccount, "name" | "description">>,
  deps: ChangeServiceAccountDeps,
) => edited(change, "service-account.change", (account) => ({ ...account, ...patch }), deps);

const disabled: Edit = (account, nowMs) =>
  account.disabledAtMs === null ? { ...account, disabledAtMs: nowMs } : account;

/** From this moment its tokens are refused. Disabling twice changes nothing. */
export const disableServiceAccount = (
  change: ServiceAccountChange,
  deps: ChangeServiceAccountDeps,
) => edited(change, "service-account.disable", disabled, deps);

const enabled: Edit = (account) =>
  account.disabledAtMs === null ? account : { ...account, disabledAtMs: null };

/** Its tokens work again, unless they have ended. Enabling twice changes nothing. */
export const enableServiceAccount = (
  change: ServiceAccountChange,
  deps: ChangeServiceAccountDeps,
) => edited(change, "service-account.enable", enabled, deps);

/** Ends its tokens for good, and frees its name. */
export async function deleteServiceAccount(
  change: ServiceAccountChange,
  deps: ChangeServiceAccountDeps,
): Promise<Result<ServiceAccount, NotThere | Changed>> {
  const found = await expected(change, deps);
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const after = { ...before, version: before.version + 1, updatedAtMs: now };
  const entry = entryOf("service-account.delete", { before, atMs: now }, change.caller);
  const removed = await deps.serviceAccounts.remove(after, entry);
  return removed === "raced" ? raced(named(change), before.version) : ok(after);
}

async function edited(
  change: ServiceAccountChange,
  action: string,
  edit: Edit,
  deps: ChangeServiceAccountDeps,
): Promise<Result<ServiceAccount, ChangeProblem>> {
  const found = await expected(change, deps);
  if (!found.ok) return found;
  const before = found.value;
  const now = deps.now();
  const next = edit(before, now);
  if (next === before) return found;
  if (isReserved(next.name, next.id)) {
    return err({ kind: "service-account-exists", name: next.name });
  }
  const after = { ...next, version: before.version + 1, updatedAtMs: now };
  const entry = entryOf(action, { before, after, atMs: now }, change.caller);
  const updated = await deps.serviceAccounts.update(after, entry);
  if (updated === "raced") return raced(named(change), before.version);
  if (updated === "name-taken") return err({ kind: "service-account-exists", name: after.name });
  return ok(after);
}

/** The account at the version that the caller has seen. */
async function expected(
  change: ServiceAccountChange,
  deps: Pick<ChangeServiceAccountDeps, "serviceAccounts">,
): Promise<Result<ServiceAccount, NotThere | Changed>> {
  const { organisationId } = change.caller;
  const found = await findServiceAccount(organisationId, change.serviceAccount, deps);
  return found.ok ? asSeen(named(change), change.expectedVersion, found.value) : found;
}

const named = ({ serviceAccount: key }: ServiceAccountChange) =>
  ({ what: "service-account", key }) as const;

function entryOf(
  action: string,
  {
    before,
    after,
    atMs,
  }: { readonly before: ServiceAccount; readonly after?: ServiceAccount; readonly atMs: number },
  caller: Caller,
) {
  const { id, name } = after ?? before;
  return auditDraft(caller, {
    action,
    target: { kind: "service-account", id, name },
    detail: after === undefined ? { before } : { before, after },
    atMs,
  });
}
