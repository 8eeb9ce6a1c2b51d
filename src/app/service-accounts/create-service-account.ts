import { err, ok, type Result } from "../../core/result.ts";
import type { NotThere } from "../access/problem.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { findServiceAccount } from "./find-service-account.ts";
import { isReserved } from "./service-account.ts";
import type { ServiceAccount, ServiceAccountExists } from "./service-account.ts";
import type { ServiceAccountStore } from "./service-account-store.ts";

export interface CreateServiceAccountInput {
  readonly name: string;
  readonly description: string | null;
  readonly caller: Caller;
}

export interface CreateServiceAccountDeps {
  readonly serviceAccounts: Pick<ServiceAccountStore, "find" | "insert">;
  readonly now: () => number;
}

/** Makes an account that may do nothing yet: grants come next, then tokens. */
export async function createServiceAccount(
  { name, description, caller }: CreateServiceAccountInput,
  deps: CreateServiceAccountDeps,
): Promise<Result<ServiceAccount, ServiceAccountExists | NotThere>> {
  const now = deps.now();
  const account: ServiceAccount = {
    id: derivedId(caller.commandId),
    organisationId: caller.organisationId,
    name,
    description,
    disabledAtMs: null,
    version: 1,
    createdAtMs: now,
    updatedAtMs: now,
  };
  if (isReserved(name, account.id)) return err({ kind: "service-account-exists", name });
  const entry = auditDraft(caller, {
    action: "service-account.create",
    target: { kind: "service-account", id: account.id, name },
    detail: { after: account },
    atMs: now,
  });
  const inserted = await deps.serviceAccounts.insert(account, entry);
  if (inserted === "committed") return ok(account);
  // The id is derived from the request, so that one that is there was made by this very request.
  if (inserted === "exists") return findServiceAccount(caller.organisationId, account.id, deps);
  return err({ kind: "service-account-exists", name });
}
