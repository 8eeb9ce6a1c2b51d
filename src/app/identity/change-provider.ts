import type { ExpectedVersion } from "../../core/authority/command.ts";
import { rolesGiven } from "../../core/identity/role-rules.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import { notThere, type NotThere, type TooMighty } from "../access/problem.ts";
import type { RoleStore } from "../access/role.ts";
import type { Caller } from "../caller.ts";
import { derivedId } from "../derived-id.ts";
import { asSeen, raced, type Changed } from "../expected-version.ts";
import type {
  IdentityProvider,
  IdentityProviderStore,
  ProviderCommit,
  SealedSecret,
} from "./identity-provider.ts";
import { type RoleNotGiven, rolesFault } from "./roles-to-give.ts";

/** What is said of a provider, its secret apart. */
export type ProviderContent = Pick<
  IdentityProvider,
  "name" | "domains" | "settings" | "roles" | "disabled"
>;

export interface ProviderDeps {
  readonly identityProviders: IdentityProviderStore;
  readonly now: () => number;
  /** Makes a secret readable for this installation alone, bound to its provider. */
  readonly sealSecret: (secret: string, providerId: string) => Promise<SealedSecret>;
  /** What is wrong with a certificate; `null`: signatures can be checked with it. */
  readonly certificateFault: (pem: string) => Promise<string | null>;
  readonly roles: Pick<RoleStore, "find">;
}

export type ProviderProblem =
  | NotThere
  | RoleNotGiven
  | TooMighty
  | { readonly kind: "provider-certificate"; readonly index: number; readonly fault: string }
  | { readonly kind: "provider-secret-missing" }
  | { readonly kind: "provider-kind-fixed"; readonly is: IdentityProvider["settings"]["kind"] }
  | { readonly kind: "domain-taken"; readonly domain: string }
  | Changed;

type Outcome = Promise<Result<IdentityProvider, ProviderProblem>>;

/** Sets a provider up for the caller's organisation. Repeating the request changes nothing. */
export async function createProvider(
  content: ProviderContent,
  secret: string | undefined,
  caller: Caller,
  deps: ProviderDeps,
): Outcome {
  const problem = await contentProblem(content, caller, deps);
  if (problem !== null) return err(problem);
  if (content.settings.kind === "oidc" && secret === undefined) {
    return err({ kind: "provider-secret-missing" });
  }
  const nowMs = deps.now();
  const id = derivedId(caller.commandId);
  const { organisationId } = caller;
  const stamps = { version: 1, createdAtMs: nowMs, updatedAtMs: nowMs };
  const provider = { id, organisationId, ...content, ...stamps };
  const sealed = secret === undefined ? undefined : await deps.sealSecret(secret, id);
  const entry = providerEntry("identity-provider.create", { after: provider }, caller);
  const committed = await deps.identityProviders.insert(provider, sealed, entry);
  return committed === "exists"
    ? getProvider(id, caller, deps)
    : outcomeOf(committed, provider, provider.version);
}

export async function getProvider(
  id: string,
  { organisationId }: Pick<Caller, "organisationId">,
  { identityProviders }: Pick<ProviderDeps, "identityProviders">,
): Outcome {
  const provider = await identityProviders.find(organisationId, id);
  return provider === undefined ? notThere("identity-provider", id) : ok(provider);
}

export interface PatchProviderInput {
  readonly provider: string;
  readonly patch: Partial<ProviderContent>;
  /** `undefined`: stays. */
  readonly secret: string | undefined;
  readonly expectedVersion: ExpectedVersion;
  readonly caller: Caller;
}

/** Changes a provider. Sign-ins that are under way with it have to begin again. */
export async function patchProvider(input: PatchProviderInput, deps: ProviderDeps): Outcome {
  const { patch, caller } = input;
  const found = await expectedProvider(input, deps);
  if (!found.ok) return found;
  const before = found.value;
  const after = { ...before, ...patch, version: before.version + 1, updatedAtMs: deps.now() };
  if (after.settings.kind !== before.settings.kind) {
    return err({ kind: "provider-kind-fixed", is: before.settings.kind });
  }
  const problem = await contentProblem(after, caller, deps);
  if (problem !== null) return err(problem);
  const sealed =
    input.secret === undefined ? undefined : await deps.sealSecret(input.secret, before.id);
  const entry = providerEntry("identity-provider.update", { before, after }, caller);
  const committed = await deps.identityProviders.update(after, sealed, entry);
  return outcomeOf(committed, after, before.version);
}

export type DeleteProviderInput = Pick<
  PatchProviderInput,
  "provider" | "expectedVersion" | "caller"
>;

/** Nobody can sign in by it again. People and their sessions stay. */
export async function deleteProvider(input: DeleteProviderInput, deps: ProviderDeps): Outcome {
  const found = await expectedProvider(input, deps);
  if (!found.ok) return found;
  const before = found.value;
  const changed = { before, after: before };
  const draft = providerEntry("identity-provider.delete", changed, input.caller);
  const entry = { ...draft, atMs: deps.now(), detail: { before } };
  const committed = await deps.identityProviders.delete(before, entry);
  return outcomeOf(committed, before, before.version);
}

async function expectedProvider(
  { provider: id, expectedVersion, caller }: DeleteProviderInput,
  deps: ProviderDeps,
): Outcome {
  const found = await getProvider(id, caller, deps);
  return found.ok ? asSeen(named(id), expectedVersion, found.value) : found;
}

const named = (key: string) => ({ what: "identity-provider", key }) as const;

function outcomeOf(
  committed: ProviderCommit,
  provider: IdentityProvider,
  expected: number,
): Result<IdentityProvider, ProviderProblem> {
  if (committed === "committed") return ok(provider);
  return committed === "raced" ? raced(named(provider.id), expected) : err(committed);
}

async function contentProblem(
  { settings, roles }: ProviderContent,
  caller: Caller,
  deps: ProviderDeps,
): Promise<ProviderProblem | null> {
  const unfit = await rolesFault(rolesGiven(roles), caller, deps);
  if (unfit !== null || settings.kind === "oidc") return unfit;
  const faults = await Promise.all(settings.certificates.map(deps.certificateFault));
  const index = faults.findIndex((fault) => fault !== null);
  const fault = faults[index];
  return fault === undefined || fault === null
    ? null
    : { kind: "provider-certificate", index, fault };
}

function providerEntry(
  action: string,
  change: { readonly before?: IdentityProvider; readonly after: IdentityProvider },
  caller: Caller,
) {
  const { id, name, updatedAtMs } = change.after;
  const target = { kind: "identity-provider", id, name };
  return auditDraft(caller, { action, target, detail: change, atMs: updatedAtMs });
}
