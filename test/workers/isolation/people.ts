import type { BuiltInRole } from "../../../src/core/access/roles.ts";
import { sendingWith } from "./ask.ts";
import type { BegunWorld, Installation, Person } from "./begun-world.ts";

/** Invites somebody new into a world's organisation, who takes the invitation up. */
export async function newPerson(world: BegunWorld, role: BuiltInRole): Promise<Person> {
  const email = `${world.name(role)}@people.example`;
  const { link } = await world.done("invitations.create", {}, { email, role });
  const token = /#invitation=(\w+)$/.exec(String(link))?.[1] ?? "";
  const name = world.text("a person's name");
  return acceptedInvitation(token, { email, name }, world.installation);
}

/** Takes an invitation up, in a browser. */
export async function acceptedInvitation(
  token: string,
  { email, name }: { readonly email: string; readonly name: string },
  { anyone, origin }: Installation,
): Promise<Person> {
  const headers = { "content-type": "application/json", origin };
  const accepted = await anyone({
    method: "POST",
    path: "/api/auth/invitations/accept",
    headers,
    body: JSON.stringify({ token, name, password: "correct horse battery" }),
  });
  const [cookie] = accepted.cookies;
  if (accepted.status !== 200 || cookie === undefined) {
    throw new Error(`the invitation was not taken up: ${accepted.text}`);
  }
  return { id: accepted.body.personId, email, send: sendingWith(anyone, { ...headers, cookie }) };
}
