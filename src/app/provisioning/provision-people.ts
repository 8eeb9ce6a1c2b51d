import { emailDomain } from "../../core/identity/email-domain.ts";
import type { ScimUserContent } from "../../core/scim/content.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AccessStore } from "../access/access-store.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import { isAboveProviders } from "../identity/above-providers.ts";
import type { Actor } from "../../core/authority/actor.ts";
import type { ProvisionedPerson, ProvisioningStore } from "./provisioning-store.ts";

/** A directory that puts people in and takes them out, by one of its tokens. */
export interface Directory {
  readonly organisationId: string;
  readonly actor: Actor;
  /** Role of people to whom no rule gives another. */
  readonly role: string;
  readonly requestId: string;
}

export interface ProvisionDeps {
  readonly provisioning: ProvisioningStore;
  readonly access: Pick<AccessStore, "grantsOf">;
  readonly now: () => number;
  readonly newId: () => string;
}

export type ProvisionProblem =
  | { readonly kind: "not-found"; readonly id: string }
  | { readonly kind: "not-an-address"; readonly userName: string }
  | { readonly kind: "foreign-domain"; readonly userName: string; readonly own: readonly string[] }
  | { readonly kind: "taken"; readonly what: string }
  | { readonly kind: "elsewhere" | "owner"; readonly userName: string };

type Outcome = Promise<Result<ProvisionedPerson, ProvisionProblem>>;

export async function findPerson(
  id: string,
  { organisationId }: Directory,
  { provisioning }: ProvisionDeps,
): Outcome {
  const person = await provisioning.person(organisationId, id);
  return person === undefined ? err({ kind: "not-found", id }) : ok(person);
}

/** Puts a person in, or back in who was taken out. */
export async function provisionPerson(
  content: ScimUserContent,
  directory: Directory,
  deps: ProvisionDeps,
): Outcome {
  const { organisationId, role } = directory;
  const foreign = await addressProblem(content.userName, directory, deps);
  if (foreign !== null) return err(foreign);
  const standing = await deps.provisioning.standing(organisationId, content.userName);
  if (standing.kind === "elsewhere") return err({ kind: "elsewhere", userName: content.userName });
  if (standing.kind === "member") return err({ kind: "taken", what: content.userName });
  const isNew = standing.kind === "free";
  const nowMs = deps.now();
  const id = standing.kind === "gone" ? standing.personId : deps.newId();
  const stamps = { createdAtMs: nowMs, updatedAtMs: nowMs };
  const person: ProvisionedPerson = { id, ...content, role, groups: [], ...stamps };
  const entry = entryOf("person.provision", person, { after: shown(person) }, directory);
  const joined = await deps.provisioning.join(organisationId, person, isNew, entry);
  return joined === "taken" ? err({ kind: "taken", what: content.userName }) : ok(person);
}

/** Changes a person. Whoever is not active any more is signed out everywhere at once. */
export async function changePerson(
  id: string,
  change: (before: ScimUserContent) => ScimUserContent,
  directory: Directory,
  deps: ProvisionDeps,
): Outcome {
  const { organisationId } = directory;
  const found = await findPerson(id, directory, deps);
  if (!found.ok) return found;
  const before = found.value;
  const after = { ...before, ...change(before), updatedAtMs: deps.now() };
  if (isSame(before, after)) return found;
  const above = await ownerProblem(before, directory, deps);
  if (above !== null) return err(above);
  if (after.userName !== before.userName) {
    const foreign = await addressProblem(after.userName, directory, deps);
    if (foreign !== null) return err(foreign);
  }
  const action = actionOf(before, after);
  const detail = { before: shown(before), after: shown(after) };
  const entry = entryOf(action, after, detail, directory);
  const changed = await deps.provisioning.change(organisationId, after, entry);
  return changed === "taken" ? err({ kind: "taken", what: after.userName }) : ok(after);
}

/** Takes a person out of the organisation. */
export async function removePerson(
  id: string,
  directory: Directory,
  deps: ProvisionDeps,
): Promise<Result<null, ProvisionProblem>> {
  const found = await findPerson(id, directory, deps);
  if (!found.ok) return found;
  const above = await ownerProblem(found.value, directory, deps);
  if (above !== null) return err(above);
  const before = { ...found.value, updatedAtMs: deps.now() };
  const entry = entryOf("person.remove", before, { before: shown(before) }, directory);
  await deps.provisioning.remove(directory.organisationId, id, entry);
  return ok(null);
}

/** Owners, and whoever else may do more than an admin, are changed and removed by people. */
async function ownerProblem(
  { id, userName }: ProvisionedPerson,
  { organisationId }: Directory,
  { access }: ProvisionDeps,
): Promise<ProvisionProblem | null> {
  const grants = await access.grantsOf({ kind: "person", id, organisationId });
  const isAbove = await isAboveProviders(grants, organisationId, access);
  return isAbove ? { kind: "owner", userName } : null;
}

async function addressProblem(
  userName: string,
  { organisationId }: Directory,
  { provisioning }: ProvisionDeps,
): Promise<ProvisionProblem | null> {
  const domain = emailDomain(userName);
  if (domain === null) return { kind: "not-an-address", userName };
  const own = [...(await provisioning.domains(organisationId)).keys()];
  return own.includes(domain) ? null : { kind: "foreign-domain", userName, own };
}

function actionOf(before: ScimUserContent, after: ScimUserContent): string {
  if (before.active === after.active) return "person.update";
  return after.active ? "person.reactivate" : "person.deactivate";
}

const isSame = (before: ScimUserContent, after: ScimUserContent): boolean =>
  before.userName === after.userName &&
  before.displayName === after.displayName &&
  before.externalId === after.externalId &&
  before.active === after.active;

const shown = ({ userName, displayName, externalId, active, role }: ProvisionedPerson) => ({
  userName,
  displayName,
  externalId,
  active,
  role,
});

const entryOf = (
  action: string,
  { id, userName, updatedAtMs }: ProvisionedPerson,
  detail: object,
  { organisationId, actor, requestId }: Directory,
) =>
  auditDraft(
    { organisationId, actor, reason: null, requestId },
    { action, target: { kind: "person", id, name: userName }, detail, atMs: updatedAtMs },
  );
