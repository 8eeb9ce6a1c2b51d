import { createAuthMiddleware } from "better-auth/api";
import type { BetterAuthPlugin } from "better-auth";
import type { AuditTrail } from "../../app/audit/audit-trail.ts";
import type { MemberStore } from "../../app/identity/invitation.ts";
import type { AuditTarget } from "../../core/audit/entry.ts";
import type { Actor } from "../../core/authority/actor.ts";
import { isRecord } from "../../core/json.ts";

export interface AuditPluginDeps {
  readonly audit: AuditTrail;
  readonly members: MemberStore;
  readonly now: () => number;
}

/** Where a sign-in is recorded of someone who belongs to no organisation, or whom nobody knows. */
const INSTALLATION = "default";
const NOBODY: Actor = { kind: "user", id: "unknown", name: "unknown" };

/** Records each session that begins, by whatever way of signing in, and each that was refused. */
export function auditPlugin(deps: AuditPluginDeps): BetterAuthPlugin {
  return {
    id: "switchyard-audit",
    hooks: {
      after: [
        {
          matcher: ({ path }) => path !== undefined && isSignIn(path),
          handler: createAuthMiddleware(async (context) => {
            const { newSession, returned, session: held } = context.context;
            // Whoever is signed in already sets a factor up: that is recorded as such.
            if (held !== null && context.path.startsWith("/two-factor/")) return undefined;
            const requestId = context.headers?.get("x-request-id") ?? null;
            const act = { action: "session.create", requestId, facts: { method: context.path } };
            if (newSession !== null) {
              const { user, session } = newSession;
              const actor: Actor = { kind: "user", id: user.id, name: user.email };
              const target = { kind: "session", id: session.id, name: user.email };
              return record({ ...act, actor, target, outcome: "done" }, deps);
            }
            if (!(returned instanceof Error)) return undefined;
            const actor = (await pending(context)) ?? (await named(context.body, deps));
            const target = { kind: "session", id: "none", name: actor.name };
            return record({ ...act, actor, target, outcome: "refused" }, deps);
          }),
        },
      ],
    },
  };
}

/** Those that end with a session; a change of password or of a factor only replaces one. */
const isSignIn = (path: string): boolean =>
  /^\/(?:sign-in\/|sso\/callback$|two-factor\/verify-)/.test(path);

type HookContext = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** Who has given a password and owes a code. */
async function pending({ context, getSignedCookie }: HookContext): Promise<Actor | undefined> {
  const { name } = context.createAuthCookie("two_factor");
  const identifier = await getSignedCookie(name, context.secret);
  if (typeof identifier !== "string") return undefined;
  const verification = await context.internalAdapter.findVerificationValue(identifier);
  const person = await context.internalAdapter.findUserById(verification?.value ?? "");
  return person === null ? undefined : { kind: "user", id: person.id, name: person.email };
}

/** Whose address was given. One that nobody has may be a password in the wrong field: not recorded. */
async function named(body: unknown, { members }: AuditPluginDeps): Promise<Actor> {
  const given = isRecord(body) ? body["email"] : undefined;
  const email = typeof given === "string" ? given.toLowerCase() : "";
  const person = await members.personByEmail(email);
  return person === undefined ? NOBODY : { kind: "user", id: person.id, name: email };
}

interface Act {
  readonly actor: Actor;
  readonly action: string;
  readonly outcome: "done" | "refused";
  readonly target: AuditTarget;
  readonly facts: object;
  readonly requestId: string | null;
}

/** Recorded in each organisation of the person who did it. */
async function record({ facts, ...act }: Act, deps: AuditPluginDeps): Promise<void> {
  const organisations = await deps.members.organisationsOf(act.actor.id);
  for (const organisationId of organisations.length === 0 ? [INSTALLATION] : organisations) {
    const place = { organisationId, project: null, environment: null, reason: null };
    await deps.audit.record({ ...act, ...place, atMs: deps.now(), detail: { facts } });
  }
}

/** Records that a person set a new password by a link that was sent to them. */
export function recordReset(
  { id, email }: { readonly id: string; readonly email: string },
  request: Request | undefined,
  deps: AuditPluginDeps,
): Promise<void> {
  const actor: Actor = { kind: "user", id, name: email };
  const target = { kind: "person", id, name: email };
  const requestId = request?.headers.get("x-request-id") ?? null;
  const act = { actor, target, outcome: "done", requestId, facts: { by: "link" } } as const;
  return record({ ...act, action: "password.reset" }, deps);
}
