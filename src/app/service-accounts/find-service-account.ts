import { ok, type Result } from "../../core/result.ts";
import { notThere, type NotThere } from "../access/problem.ts";
import type { ServiceAccount } from "./service-account.ts";
import type { ServiceAccountStore } from "./service-account-store.ts";

/** One of the organisation's accounts; another's is as unknown as one that never was. */
export async function findServiceAccount(
  organisationId: string,
  id: string,
  deps: { readonly serviceAccounts: Pick<ServiceAccountStore, "find"> },
): Promise<Result<ServiceAccount, NotThere>> {
  const account = await deps.serviceAccounts.find(organisationId, id);
  return account === undefined ? notThere("service-account", id) : ok(account);
}
