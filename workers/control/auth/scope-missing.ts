import type { Because } from "../../../src/core/access/can.ts";
import type { Scope } from "../../../src/core/access/scopes.ts";
import { ProblemError } from "../http/problem.ts";

/** A refusal by `can`, in words. `name`: of the credentials, where it is known. */
export function scopeMissing(
  { scope, because }: { readonly scope: Scope; readonly because: Because },
  name = "the caller",
): ProblemError {
  const detail = {
    granted: "",
    denied: `A grant denies ${scope} here to ${name}. Ask an owner to take that grant away.`,
    "not-granted": `This needs the scope ${scope} here, which nobody has granted to ${name}. Ask an owner for a role that has it.`,
    "beyond-token": `This needs the scope ${scope}, which this token was not issued for. Use a token that has it.`,
  }[because];
  return new ProblemError("auth.scope-missing", { detail, facts: { scope, because } });
}
