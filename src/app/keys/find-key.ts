import type { AuthorityApi, Stored } from "../../core/authority/authority-api.ts";
import type { IssuedKey } from "../../core/authority/command.ts";
import type { AuthorityProblem } from "../../core/authority/problem.ts";
import { err, ok } from "../../core/result.ts";
import type { Result } from "../../core/result.ts";

/** Looks a key up by its id, revoked ones included. */
export async function findKey(
  id: string,
  authority: AuthorityApi,
): Promise<Result<Stored<IssuedKey>, AuthorityProblem>> {
  let cursor: string | null = null;
  do {
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    const page: Awaited<ReturnType<AuthorityApi["keys"]>> = await authority.keys({
      limit: 200,
      cursor,
    });
    if (!page.ok) return page;
    const found = page.value.items.find(({ document }) => document.id === id);
    if (found !== undefined) return ok(found);
    cursor = page.value.next;
  } while (cursor !== null);
  return err({ kind: "not-found", documentKind: "key", key: id });
}
