import { tokenHash } from "../../core/access/token.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import { derivedId } from "../derived-id.ts";
import { BOOTSTRAP_ACCOUNT } from "../service-accounts/service-account.ts";
import { withoutHash } from "./new-token.ts";
import type { Token } from "./token.ts";
import type { KnownToken, TokenDirectory } from "./token-directory.ts";

/** Who enters the tokens that come from outside: nobody else's id is the same. */
const INSTALLATION = { kind: "system", id: "installation", name: "installation" } as const;

const ORGANISATION = "default";

export interface BootstrapDeps {
  readonly tokenDirectory: TokenDirectory;
  readonly now: () => number;
}

/**
 * The token that the installation was given as the secret ADMIN_TOKEN. At its first use it is
 * entered as an ordinary token of the service account `bootstrap`, and from then on lives as all
 * do: it can be rotated, and once revoked the same value is never accepted again.
 */
export async function bootstrapToken(
  secret: string,
  { tokenDirectory, now }: BootstrapDeps,
): Promise<KnownToken | undefined> {
  const hash = tokenHash(secret);
  const id = derivedId(`bootstrap:${hash}`);
  const known = await tokenDirectory.find(id);
  if (known !== undefined) return known;
  const token = newBootstrapToken({ id, hash }, now());
  await tokenDirectory.enter(token, BOOTSTRAP_ACCOUNT.name, entryOf(token));
  return tokenDirectory.find(id);
}

const newBootstrapToken = (known: Pick<Token, "id" | "hash">, nowMs: number): Token => ({
  ...known,
  owner: { kind: "service", id: BOOTSTRAP_ACCOUNT.id, organisationId: ORGANISATION },
  name: "ADMIN_TOKEN",
  // It has no checksum at its end, so that each character shown would be one less to guess.
  hint: "",
  scopes: null,
  expiresAtMs: null,
  revokedAtMs: null,
  lastUsedAtMs: null,
  replacedBy: null,
  issuedBy: INSTALLATION.id,
  version: 1,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
});

const entryOf = (token: Token): AuditDraft =>
  auditDraft(
    { organisationId: ORGANISATION, actor: INSTALLATION, reason: null, requestId: null },
    {
      action: "token.enter",
      target: { kind: "token", id: token.id, name: token.name },
      detail: { after: withoutHash(token) },
      atMs: token.createdAtMs,
    },
  );
