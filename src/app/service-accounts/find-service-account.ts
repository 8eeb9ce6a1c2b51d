import { err, ok, type Result } from "../../core/result.ts";
import type { ServiceAccount, ServiceAccountNotFound } from "./service-account.ts";
import type { ServiceAccountStore } from "./service-account-store.ts";

/** One of the organisation's accounts; another's is as unknown as one that never was. */
export async function findServiceAccount(
  organisationId: string,
  id: string,
  deps: { readonly serviceAccounts: Pick<ServiceAccountStore, "find"> },
): Promise<Result<ServiceAccount, ServiceAccountNotFound>> {
  const account = await deps.serviceAccounts.find(organisationId, id);
  return account === undefined
    ? err({ kind: "service-account-not-found", serviceAccount: id })
    : ok(account);
}
