import { notThere } from "../../../src/app/access/problem.ts";
import { auditDraft } from "../../../src/app/audit/audit-trail.ts";
import { stateOf } from "../../../src/app/identity/invitation.ts";
import type { Invitation } from "../../../src/app/identity/invitation.ts";
import {
  cancelInvitation,
  invitationLink,
  invite,
  issueFirstOwnerLink,
} from "../../../src/app/identity/invite.ts";
import { settled } from "../http/access-problem.ts";
import { valueOfInvite } from "../http/invite-problem.ts";
import { withReason } from "./call.ts";
import type { HandlersOf } from "./handler.ts";
import { keyPage, keyPageRequest } from "./page.ts";

function shown(invitation: Invitation, nowMs: number) {
  const { id, email, role, invitedBy, createdAtMs, expiresAtMs } = invitation;
  const { kind, name } = invitedBy;
  const state = stateOf(invitation, nowMs);
  return { id, email, role, state, invitedBy: { kind, name }, createdAtMs, expiresAtMs };
}

export const peopleHandlers: HandlersOf<"people"> = {
  "people.list": async ({ query, caller }, { members }) => {
    const page = await members.list(caller.organisationId, keyPageRequest(query));
    return { body: keyPage(page, (member) => member) };
  },

  "people.end-sessions": async ({ params, body, caller }, services) => {
    const { members, sessions, audit, now } = services;
    const member = await members.find(caller.organisationId, params.person);
    if (member === undefined) return settled(notThere("person", params.person));
    const ended = await sessions.endAll(member.id, null);
    const target = { kind: "person", id: member.id, name: member.email };
    const act = { action: "person.end-sessions", target, detail: { facts: { ended } } };
    await audit.record(auditDraft(withReason(caller, body), { ...act, atMs: now() }));
    return { body: { id: member.id, ended } };
  },

  "people.first-owner-link": async ({ body, caller, origin }, services) => {
    const issued = await issueFirstOwnerLink(withReason(caller, body), services);
    const { invitation, token } = valueOfInvite(issued);
    const { expiresAtMs } = invitation;
    return {
      body: { link: invitationLink(origin, token), expiresAtMs },
      replay: { link: null, expiresAtMs },
    };
  },
};

export const invitationHandlers: HandlersOf<"invitations"> = {
  "invitations.list": async ({ query, caller }, { invitations, now }) => {
    const page = await invitations.list(caller.organisationId, keyPageRequest(query));
    return { body: keyPage(page, (invitation) => shown(invitation, now())) };
  },

  "invitations.create": async ({ body, caller, origin }, services) => {
    const { mailer, now } = services;
    const issued = await invite({ ...body, origin }, caller, services);
    const { invitation, token } = valueOfInvite(issued);
    const { delivery } = mailer;
    const replay = { ...shown(invitation, now()), delivery, link: null };
    const link = delivery === "none" ? invitationLink(origin, token) : null;
    return { body: { ...replay, link }, replay };
  },

  "invitations.cancel": async ({ params, body, caller }, services) => {
    const by = withReason(caller, body);
    const cancelled = await cancelInvitation(params.invitation, by, services);
    return { body: shown(valueOfInvite(cancelled), services.now()) };
  },
};
