import { emailDomain } from "../../core/identity/email-domain.ts";
import { type RoleRules, roleFor } from "../../core/identity/role-rules.ts";
import type { ScimGroupContent } from "../../core/scim/content.ts";
import { err, ok, type Result } from "../../core/result.ts";
import { auditDraft } from "../audit/audit-trail.ts";
import type { Directory, ProvisionDeps, ProvisionProblem } from "./provision-people.ts";
import type { ProvisionedGroup, ProvisionedPerson, RoleChange } from "./provisioning-store.ts";

type GroupProblem =
  | ProvisionProblem
  | { readonly kind: "unknown-members"; readonly ids: readonly string[] };
type Outcome = Promise<Result<ProvisionedGroup, GroupProblem>>;

export async function findGroup(id: string, directory: Directory, deps: ProvisionDeps): Outcome {
  const groups = await deps.provisioning.groups(directory.organisationId);
  const group = groups.find((one) => one.id === id);
  return group === undefined ? err({ kind: "not-found", id }) : ok(group);
}

/** Makes a group. Its people get the role of the first rule that its name, or another's, fits. */
export async function provisionGroup(
  content: ScimGroupContent,
  directory: Directory,
  deps: ProvisionDeps,
): Outcome {
  const nowMs = deps.now();
  const stamps = { createdAtMs: nowMs, updatedAtMs: nowMs };
  const group = { id: deps.newId(), ...content, ...stamps };
  return save("group.provision", undefined, group, directory, deps);
}

export async function changeGroup(
  id: string,
  change: (before: ScimGroupContent) => ScimGroupContent,
  directory: Directory,
  deps: ProvisionDeps,
): Outcome {
  const found = await findGroup(id, directory, deps);
  if (!found.ok) return found;
  const before = found.value;
  const after = { ...before, ...change(before), updatedAtMs: deps.now() };
  return save("group.update", before, after, directory, deps);
}

export async function removeGroup(
  id: string,
  directory: Directory,
  deps: ProvisionDeps,
): Promise<Result<null, GroupProblem>> {
  const found = await findGroup(id, directory, deps);
  if (!found.ok) return found;
  const { organisationId } = directory;
  const emptied = { ...found.value, members: [], updatedAtMs: deps.now() };
  const people = await deps.provisioning.people(organisationId, null);
  const roles = await roleChanges(found.value, emptied, { people, directory, deps });
  const entry = entryOf("group.remove", emptied, { before: found.value }, directory);
  await deps.provisioning.removeGroup(organisationId, id, roles, entry);
  return ok(null);
}

async function save(
  action: string,
  before: ProvisionedGroup | undefined,
  after: ProvisionedGroup,
  directory: Directory,
  deps: ProvisionDeps,
): Outcome {
  const { organisationId } = directory;
  const people = await deps.provisioning.people(organisationId, null);
  const known = new Set(people.map(({ id }) => id));
  const ids = after.members.filter((id) => !known.has(id));
  if (ids.length > 0) return err({ kind: "unknown-members", ids });
  const roles = await roleChanges(before, after, { people, directory, deps });
  const detail = { ...(before === undefined ? {} : { before }), after };
  const entry = entryOf(action, after, detail, directory);
  const saved = await deps.provisioning.saveGroup(organisationId, after, roles, entry);
  return saved === "taken" ? err({ kind: "taken", what: after.displayName }) : ok(after);
}

interface Around {
  readonly people: readonly ProvisionedPerson[];
  readonly directory: Directory;
  readonly deps: ProvisionDeps;
}

/** The roles that change with a group, of those who were or are in it. */
async function roleChanges(
  before: ProvisionedGroup | undefined,
  after: ProvisionedGroup,
  { people, directory, deps }: Around,
): Promise<readonly RoleChange[]> {
  const rules = await deps.provisioning.domains(directory.organisationId);
  const touched = new Set([...(before?.members ?? []), ...after.members]);
  return people
    .filter(({ id }) => touched.has(id))
    .map((person) => ({
      personId: person.id,
      role: roleOf(person, namesAfter(person, after), rules) ?? directory.role,
    }))
    .filter(({ personId, role }) => people.find(({ id }) => id === personId)?.role !== role);
}

function namesAfter({ id, groups }: ProvisionedPerson, after: ProvisionedGroup): readonly string[] {
  const others = groups.filter((group) => group.id !== after.id).map(({ name }) => name);
  return after.members.includes(id) ? [...others, after.displayName] : others;
}

function roleOf(
  { userName }: ProvisionedPerson,
  groups: readonly string[],
  rules: ReadonlyMap<string, RoleRules>,
): string | null {
  const own = rules.get(emailDomain(userName) ?? "");
  return own === undefined ? null : roleFor(own, groups);
}

const entryOf = (
  action: string,
  { id, displayName, updatedAtMs }: ProvisionedGroup,
  detail: object,
  { organisationId, actor, requestId }: Directory,
) =>
  auditDraft(
    { organisationId, actor, reason: null, requestId },
    { action, target: { kind: "group", id, name: displayName }, detail, atMs: updatedAtMs },
  );
