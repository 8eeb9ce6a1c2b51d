import { and, eq, ne } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/d1";
import { auditDraft } from "../../app/audit/audit-trail.ts";
import type {
  Admission,
  AdmissionDesk,
  AdmissionRefusal,
} from "../../app/identity/sign-in-by-provider.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { AuditLog } from "./audit-log.ts";
import { accounts, members, people } from "./identity-schema.ts";
import { isTaken } from "./unique-violation.ts";

interface AdmissionDeps extends Pick<AuditLog, "commitWithEntry"> {
  readonly newId: () => string;
  /** Whether a person may do more in the organisation than its providers can give. */
  readonly isAboveProviders: (personId: string, organisationId: string) => Promise<boolean>;
}

type Db = ReturnType<typeof drizzle>;
type Person = typeof people.$inferSelect;

/** How often two sign-ins of one new person may race before it is something else. */
const MOST_ATTEMPTS = 3;
/** Given and taken by people, so that no provider can make itself master of an organisation. */
const OWNER = "owner";

export function createD1AdmissionDesk(d1: D1Database, deps: AdmissionDeps): AdmissionDesk {
  const db = drizzle(d1);

  const attempt = async (admission: Admission): Promise<Result<string, AdmissionRefusal>> => {
    const linked = await linkedPerson(admission, db);
    const found = linked === undefined ? await personOfAddress(admission, db) : ok(linked);
    if (!found.ok) return found;
    const known = found.value;
    if (known !== undefined && known.deactivatedAt !== null) return err("deactivated");
    const personId = known?.id ?? deps.newId();
    const former = await roleIn(personId, admission, db);
    // Asked of those who are linked, too: they may have become more since.
    if (known && (await deps.isAboveProviders(personId, admission.provider.organisationId))) {
      return err("owner");
    }
    const statements = [
      ...(known === undefined ? [db.insert(people).values(newcomer(personId, admission))] : []),
      ...(linked === undefined
        ? [db.insert(accounts).values(accountOf(personId, deps.newId(), admission))]
        : []),
      ...membership(personId, former, admission, { db, newId: deps.newId }),
    ];
    if (statements.length > 0) {
      await deps.commitWithEntry(entryOf(personId, former, admission), statements);
    }
    return ok(personId);
  };

  return {
    async admit(admission) {
      for (let attempts = 1; ; attempts += 1) {
        try {
          return await attempt(admission);
        } catch (error) {
          if (attempts >= MOST_ATTEMPTS || !isTaken(error)) throw error;
        }
      }
    },
  };
}

async function linkedPerson({ provider, identity }: Admission, db: Db) {
  const isIt = and(eq(accounts.providerId, provider.id), eq(accounts.accountId, identity.subject));
  const row = await db
    .select()
    .from(accounts)
    .innerJoin(people, eq(people.id, accounts.userId))
    .where(isIt)
    .get();
  return row?.people;
}

/** The person of that address; taken over only when no other organisation knows them. */
async function personOfAddress(
  { provider, identity }: Admission,
  db: Db,
): Promise<Result<Person | undefined, AdmissionRefusal>> {
  const person = await db.select().from(people).where(eq(people.email, identity.email)).get();
  if (person === undefined) return ok(undefined);
  const isElsewhere = and(
    eq(members.userId, person.id),
    ne(members.organizationId, provider.organisationId),
  );
  const other = await db.select({ id: members.id }).from(members).where(isElsewhere).limit(1).get();
  return other === undefined ? ok(person) : err("belongs-elsewhere");
}

const isMember = (personId: string, { provider }: Admission) =>
  and(eq(members.userId, personId), eq(members.organizationId, provider.organisationId));

async function roleIn(personId: string, admission: Admission, db: Db) {
  const row = await db
    .select({ role: members.role })
    .from(members)
    .where(isMember(personId, admission))
    .get();
  return row?.role;
}

/** What makes the person a member with the role, if they are not. */
function membership(
  personId: string,
  former: string | undefined,
  admission: Admission,
  { db, newId }: { readonly db: Db; readonly newId: () => string },
): BatchItem<"sqlite">[] {
  const { role } = admission;
  if (former === undefined) {
    return [db.insert(members).values(memberOf(personId, newId(), admission))];
  }
  if (former === role || former === OWNER) return [];
  const mayChange = and(isMember(personId, admission), ne(members.role, OWNER));
  return [db.update(members).set({ role }).where(mayChange)];
}

function newcomer(id: string, { identity, atMs }: Admission) {
  const at = new Date(atMs);
  const { name, email } = identity;
  return { id, name, email, emailVerified: true, createdAt: at, updatedAt: at };
}

function accountOf(userId: string, id: string, { provider, identity, atMs }: Admission) {
  const at = new Date(atMs);
  const { subject: accountId } = identity;
  return { id, userId, providerId: provider.id, accountId, createdAt: at, updatedAt: at };
}

const memberOf = (userId: string, id: string, { provider, role, atMs }: Admission) => ({
  id,
  userId,
  organizationId: provider.organisationId,
  role,
  createdAt: new Date(atMs),
});

function entryOf(personId: string, former: string | undefined, admission: Admission) {
  const { provider, identity, role, requestId, atMs } = admission;
  const { organisationId, id } = provider;
  const actor = { kind: "service", id, name: `identity provider ${provider.name}` } as const;
  const before = former === undefined ? {} : { before: { role: former } };
  return auditDraft(
    { organisationId, actor, reason: null, requestId },
    {
      action: former === undefined ? "person.join" : "person.change-role",
      target: { kind: "person", id: personId, name: identity.email },
      detail: { ...before, after: { role }, facts: { provider: id } },
      atMs,
    },
  );
}
