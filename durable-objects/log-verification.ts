import type { Authority } from "../src/core/authority/authority.ts";
import type { AuthorityApi } from "../src/core/authority/authority-api.ts";
import { ok } from "../src/core/result.ts";

type Verified = ReturnType<AuthorityApi["verifyChain"]>;

/** Reads a log to its end, once for all who ask while it is read: a long one takes long. */
export class LogVerification {
  readonly #authority: Pick<Authority, "verification">;
  #underWay: Verified | null = null;

  constructor(authority: Pick<Authority, "verification">) {
    this.#authority = authority;
  }

  run(): Verified {
    this.#underWay ??= this.#read().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #read(): Verified {
    const verification = this.#authority.verification();
    if (!verification.ok) return verification;
    for (;;) {
      const step = verification.value.next();
      if (step.done === true) return ok(step.value);
      // A long log must not keep a kill switch waiting.
      await scheduler.wait(0);
    }
  }
}
