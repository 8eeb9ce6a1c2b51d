import { isNewUse, standingOf } from "../../core/access/token-life.ts";
import type { AuditDraft } from "../../core/audit/entry.ts";
import type { ExpectedVersion } from "../../core/authority/command.ts";
import type { Page, PageRequest } from "../../core/authority/authority-api.ts";
import { err, ok, type Result } from "../../core/result.ts";
import {
  formatProvisioningToken,
  PROVISIONING_TOKEN_BYTES,
  provisioningTokenHash,
  provisioningTokenHint,
} from "../../core/scim/provisioning-token.ts";
import { notThere, type NotThere, type TooMighty } from "../access/problem.ts";
import type { RoleStore } from "../access/role.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
import { type RoleNotGiven, rolesFault } from "../identity/roles-to-give.ts";

/** What a directory shows to put people in, as it is stored: without the token itself. */
export interface ProvisioningToken {
  /** 16 lower-case hexadecimal digits. */
  readonly id: string;
  readonly organisationId: string;
  readonly name: string;
  readonly hash: string;
  /** The last characters of the token. */
  readonly hint: string;
  /** Of people to whom no rule gives another. */
  readonly role: string;
  /** Milliseconds since the Unix epoch; `null`: never. */
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** To the minute. */
  readonly lastUsedAtMs: number | null;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface ProvisioningTokenStore {
  /** By id, those that have ended included; the cursor is the last id. */
  list(organisationId: string, page: PageRequest): Promise<Page<ProvisioningToken>>;
  find(organisationId: string, id: string): Promise<ProvisioningToken | undefined>;
  findByHash(hash: string): Promise<ProvisioningToken | undefined>;
  insert(token: ProvisioningToken, entry: AuditDraft): Promise<"committed" | "exists">;
  update(token: ProvisioningToken, entry: AuditDraft): Promise<"committed" | "raced">;
  used(id: string, atMs: number): Promise<void>;
}

export type ProvisioningTokenProblem =
  | NotThere
  | Changed
  | { readonly kind: "provisioning-token-past"; readonly expiresAtMs: number }
  | RoleNotGiven
  | TooMighty;

/** A token as it is handed over. `secret` is `null` when it was handed over before. */
export interface HandedProvisioningToken {
  readonly token: ProvisioningToken;
  readonly secret: string | null;
}

export interface ProvisioningTokenDeps {
  readonly provisioningTokens: ProvisioningTokenStore;
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly roles: Pick<RoleStore, "find">;
}

/** Makes a token. Its secret exists in this answer alone; the table gets the hash. */
export async function issueProvisioningToken(
  input: Pick<ProvisioningToken, "name" | "role" | "expiresAtMs">,
  caller: Caller,
  deps: ProvisioningTokenDeps,
): Promise<Result<HandedProvisioningToken, ProvisioningTokenProblem>> {
  const { organisationId } = caller;
  const unfit = await rolesFault([input.role], caller, deps);
  if (unfit !== null) return err(unfit);
  const nowMs = deps.now();
  const { expiresAtMs } = input;
  if (expiresAtMs !== null && expiresAtMs <= nowMs) {
    return err({ kind: "provisioning-token-past", expiresAtMs });
  }
  const secret = formatProvisioningToken(deps.randomBytes(PROVISIONING_TOKEN_BYTES));
  const token: ProvisioningToken = {
    ...input,
    id: derivedId(caller.commandId),
    organisationId,
    hash: provisioningTokenHash(secret),
    hint: provisioningTokenHint(secret),
    revokedAtMs: null,
    lastUsedAtMs: null,
    version: 1,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  const entry = entryOf("provisioning-token.issue", token, caller);
  const inserted = await deps.provisioningTokens.insert(token, entry);
  if (inserted === "committed") return ok({ token, secret });
  const found = await deps.provisioningTokens.find(organisationId, token.id);
  return found === undefined
    ? notThere("provisioning-token", token.id)
    : ok({ token: found, secret: null });
}

/** Ends a token for good. Revoking twice changes nothing. */
export async function revokeProvisioningToken(
  id: string,
  expectedVersion: ExpectedVersion,
  caller: Caller,
  { provisioningTokens, now }: ProvisioningTokenDeps,
): Promise<Result<ProvisioningToken, ProvisioningTokenProblem>> {
  const found = await provisioningTokens.find(caller.organisationId, id);
  if (found === undefined) return notThere("provisioning-token", id);
  const named = { what: "provisioning-token", key: id } as const;
  const seen = asSeen(named, expectedVersion, found);
  if (!seen.ok) return seen;
  const before = seen.value;
  if (before.revokedAtMs !== null) return ok(before);
  const nowMs = now();
  const version = before.version + 1;
  const after = { ...before, revokedAtMs: nowMs, version, updatedAtMs: nowMs };
  const entry = entryOf("provisioning-token.revoke", after, caller);
  const updated = await provisioningTokens.update(after, entry);
  return updated === "raced" ? raced(named, before.version) : ok(after);
}

/** The token that a directory shows, if it works. */
export async function workingToken(
  text: string,
  { provisioningTokens, now }: Pick<ProvisioningTokenDeps, "provisioningTokens" | "now">,
): Promise<ProvisioningToken | undefined> {
  const token = await provisioningTokens.findByHash(provisioningTokenHash(text));
  const nowMs = now();
  if (token === undefined || standingOf(token, nowMs) !== "works") return undefined;
  if (isNewUse(token.lastUsedAtMs, nowMs)) await provisioningTokens.used(token.id, nowMs);
  return token;
}

const entryOf = (action: string, token: ProvisioningToken, caller: Caller) => {
  const { hash: _hash, ...shown } = token;
  const target = { kind: "provisioning-token", id: token.id, name: token.name };
  return auditDraft(caller, { action, target, detail: { after: shown }, atMs: token.updatedAtMs });
};
