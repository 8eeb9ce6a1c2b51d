import { emailDomain } from "../../core/identity/email-domain.ts";
import { hexOf } from "../../core/hash/hex.ts";
import { roleFor } from "../../core/identity/role-rules.ts";
import { sha256Hex } from "../../core/hash/sha256.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { IdentityProvider, SealedSecret } from "./identity-provider.ts";

/** Long enough to look for a password and a phone. */
const REQUEST_MS = 10 * 60_000;
const SECRET_BYTES = 32;

/** Who a provider says signs in. */
export interface ProvidedIdentity {
  /** Names the person at the provider, for ever. */
  readonly subject: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  /** What the claim holds that roles are read from. */
  readonly roleValues: readonly string[];
}

/** What is agreed with a provider for one sign-in. */
export interface SignInTerms {
  readonly provider: IdentityProvider;
  readonly secret: SealedSecret | null;
  /** Our origin, such as `https://flags.example.com`. */
  readonly origin: string;
  /** What names the sign-in on its way there and back. */
  readonly state: string;
  /** What the browser holds that began it; nobody else knows it. */
  readonly binding: string;
  readonly nowMs: number;
}

export interface ProviderProtocol {
  /** Where the browser is sent, and what the answer will be asked for and checked with. */
  begin(
    terms: SignInTerms,
    hint: string | null,
  ): Promise<Result<{ readonly url: string; readonly endpoints: Endpoints }, string>>;
  /** Believes the answer only if all of it is as it was agreed. */
  finish(
    terms: SignInTerms,
    endpoints: Endpoints,
    answer: ProviderAnswer,
  ): Promise<Result<ProvidedIdentity, string>>;
}

export type Endpoints = Readonly<Record<string, string>>;

/** What came back by way of the browser. */
export type ProviderAnswer = Readonly<Record<string, string>>;

export interface OpenSignIn {
  readonly stateHash: string;
  readonly bindingHash: string;
  readonly providerId: string;
  readonly providerVersion: number;
  readonly endpoints: Endpoints;
  /** A path of ours. */
  readonly returnTo: string;
  readonly expiresAtMs: number;
}

export interface ProviderWithSecret {
  readonly provider: IdentityProvider;
  readonly secret: SealedSecret | null;
}

export interface SignInStore {
  providerById(id: string): Promise<ProviderWithSecret | undefined>;
  providerOfDomain(domain: string): Promise<ProviderWithSecret | undefined>;
  /** Forgets those that have expired, too. */
  open(request: OpenSignIn, nowMs: number): Promise<void>;
  /** Once: who asks second gets nothing. */
  take(stateHash: string): Promise<OpenSignIn | undefined>;
}

export interface Admission {
  readonly provider: IdentityProvider;
  readonly identity: ProvidedIdentity;
  readonly role: string;
  readonly requestId: string;
  readonly atMs: number;
}

export type AdmissionRefusal = "deactivated" | "belongs-elsewhere" | "owner";

export interface AdmissionDesk {
  /** The person that the identity is, put into the organisation with the role. Returns their id. */
  admit(admission: Admission): Promise<Result<string, AdmissionRefusal>>;
}

export interface SignInDeps {
  readonly signIns: SignInStore;
  readonly admissions: AdmissionDesk;
  readonly protocols: Readonly<Record<IdentityProvider["settings"]["kind"], ProviderProtocol>>;
  readonly now: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
}

export interface BeginInput {
  /** Whose domain tells the provider, unless it is named. */
  readonly email: string | null;
  readonly provider: string | null;
  readonly returnTo: string;
  readonly origin: string;
}

export interface BegunSignIn {
  readonly url: string;
  /** For the browser's cookie. */
  readonly binding: string;
  readonly kind: IdentityProvider["settings"]["kind"];
}

export type BeginProblem =
  | { readonly kind: "no-provider" }
  | { readonly kind: "provider-unreachable"; readonly fault: string };

/** Sends a browser to the provider that speaks for the address. */
export async function beginSignIn(
  input: BeginInput,
  deps: SignInDeps,
): Promise<Result<BegunSignIn, BeginProblem>> {
  const found = await providerOf(input, deps);
  if (found === undefined || found.provider.disabled) return err({ kind: "no-provider" });
  const { provider } = found;
  const nowMs = deps.now();
  const state = newSecret(deps);
  const binding = newSecret(deps);
  const terms = { ...found, origin: input.origin, state, binding, nowMs };
  const { kind } = provider.settings;
  const begun = await deps.protocols[kind].begin(terms, input.email);
  if (!begun.ok) return err({ kind: "provider-unreachable", fault: begun.error });
  const request = {
    stateHash: sha256Hex(state),
    bindingHash: sha256Hex(binding),
    providerId: provider.id,
    providerVersion: provider.version,
    endpoints: begun.value.endpoints,
    returnTo: input.returnTo,
    expiresAtMs: nowMs + REQUEST_MS,
  };
  await deps.signIns.open(request, nowMs);
  return ok({ url: begun.value.url, binding, kind });
}

async function providerOf({ email, provider }: BeginInput, { signIns }: SignInDeps) {
  if (provider !== null) return signIns.providerById(provider);
  const domain = email === null ? null : emailDomain(email);
  return domain === null ? undefined : signIns.providerOfDomain(domain);
}

export interface FinishInput {
  readonly provider: string;
  readonly state: string;
  /** From the browser's cookie; `null`: it has none. */
  readonly binding: string | null;
  readonly origin: string;
  readonly answer: ProviderAnswer;
  readonly requestId: string;
}

export interface FinishedSignIn {
  readonly personId: string;
  readonly organisationId: string;
  readonly returnTo: string;
}

/** Why nobody was signed in. `provider`: the one it began with; `null`: it began nowhere. */
export interface RefusedSignIn {
  readonly provider: IdentityProvider | null;
  readonly why: string;
}

/**
 * Takes the answer that a browser brings back from a provider: to a sign-in that began here, in
 * this browser, a little while ago, and was not answered before.
 */
export async function finishSignIn(
  input: FinishInput,
  deps: SignInDeps,
): Promise<Result<FinishedSignIn, RefusedSignIn>> {
  const open = await deps.signIns.take(sha256Hex(input.state));
  const found = open && (await deps.signIns.providerById(open.providerId));
  if (open === undefined || found === undefined) {
    return err({ provider: null, why: UNKNOWN });
  }
  const { provider } = found;
  const { organisationId } = provider;
  const refuse = (why: string) => err({ provider, why });
  const nowMs = deps.now();
  const unfit = unfitAnswer(input, open, provider, nowMs);
  if (unfit !== null) return refuse(unfit);
  const { origin, state, binding } = input;
  const terms = { ...found, origin, state, binding: binding ?? "", nowMs };
  const protocol = deps.protocols[provider.settings.kind];
  const finished = await protocol.finish(terms, open.endpoints, input.answer);
  // Nobody is known yet, and anyone may begin a sign-in: how the provider is called is not told.
  if (!finished.ok) return refuse(`The identity provider's answer is refused: ${finished.error}.`);
  const identity = finished.value;
  const role = roleOf(identity, provider);
  if (!role.ok) return refuse(role.error);
  const admission = { provider, identity, role: role.value, requestId: input.requestId };
  const admitted = await deps.admissions.admit({ ...admission, atMs: nowMs });
  return admitted.ok
    ? ok({ personId: admitted.value, organisationId, returnTo: open.returnTo })
    : refuse(ADMISSION[admitted.error]);
}

function unfitAnswer(
  { provider: named, binding }: FinishInput,
  open: OpenSignIn,
  provider: IdentityProvider,
  nowMs: number,
): string | null {
  if (open.expiresAtMs <= nowMs) return "The sign-in took longer than 10 minutes. Begin again.";
  if (binding === null || sha256Hex(binding) !== open.bindingHash) {
    return "The sign-in began in another browser, or its cookie is gone. Begin again.";
  }
  if (named !== provider.id) return "The answer came for another provider.";
  return provider.disabled || provider.version !== open.providerVersion
    ? "The provider's settings were changed meanwhile. Begin again."
    : null;
}

function roleOf(identity: ProvidedIdentity, provider: IdentityProvider): Result<string, string> {
  const domain = emailDomain(identity.email);
  if (domain === null || !provider.domains.includes(domain)) {
    return err(
      `"${provider.name}" speaks for ${provider.domains.join(", ")}, not for ${identity.email}. ` +
        "If it should, add the domain to it.",
    );
  }
  const role = roleFor(provider.roles, identity.roleValues);
  return role === null
    ? err(`None of the groups of ${identity.email} gives a role. Add a rule, or a default role.`)
    : ok(role);
}

const UNKNOWN =
  "There is no such sign-in: it was answered already, took too long, or did not begin here.";

const ADMISSION: Readonly<Record<AdmissionRefusal, string>> = {
  deactivated: "This person is deactivated. An owner of the organisation can undo that.",
  owner:
    "The address is an owner's, or somebody's who may do more than an admin. No provider speaks for " +
    "them: sign in with the password, which a reset can set.",
  "belongs-elsewhere":
    "The address belongs to somebody who is in another organisation. Sign in as before, and have " +
    "this organisation invite you.",
};

const newSecret = ({ randomBytes }: SignInDeps): string => hexOf(randomBytes(SECRET_BYTES));
