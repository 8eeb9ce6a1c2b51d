import { env } from "cloudflare:workers";
import { call } from "../control/api.ts";
import type { Sent } from "../control/api.ts";
import type { EndpointId } from "../../../src/contract/endpoints.ts";
import { ORIGIN, PASSWORD, browser } from "./a-browser.ts";
import type { Browser, Installation } from "./a-browser.ts";

/** The secret at the end of a link. */
export const tokenOf = (link: string): string => link.slice(link.indexOf("=") + 1);

/** A management call with the admin token, at the address that browsers use. */
export const manage = (here: Installation, id: EndpointId, sent: Sent = {}) =>
  call(id, sent, (request) =>
    here.fetch(new Request(request.url.replace("https://flags.example", ORIGIN), request)),
  );

/** The newest message that was kept for an address, as its page shows it. */
export async function mailFor(here: Installation, email: string): Promise<string> {
  const page: string = (await browser(here).get("/dev/mail")).body;
  return page.split("<article>").find((mail) => mail.includes(`To ${email},`)) ?? "";
}

/** Invites somebody and takes the link up in a browser of theirs. */
export async function join(
  here: Installation,
  { email = `p-${crypto.randomUUID()}@example.com`, role = "editor", password = PASSWORD } = {},
): Promise<{ readonly email: string; readonly browser: Browser }> {
  await manage(here, "invitations.create", { body: { email, role } });
  const token = /#invitation=([0-9a-f]{64})/.exec(await mailFor(here, email))?.[1] ?? "";
  const theirs = browser(here);
  await theirs.post("/api/auth/invitations/accept", { token, name: "Someone", password });
  return { email, browser: theirs };
}

export const signIn = (by: Browser, email: string, password = PASSWORD) =>
  by.post("/api/auth/sign-in/email", { email, password });

export const isIn = async (by: Browser) => (await by.get("/api/auth/session")).status === 200;

/** What came of each time that somebody did something, as it was recorded. */
export async function entriesOf(action: string, email: string) {
  const { results } = await env.DB.prepare(
    "SELECT outcome FROM audit_log WHERE action = ? AND actor_name = ? ORDER BY sequence",
  )
    .bind(action, email)
    .all<{ outcome: string }>();
  return results.map(({ outcome }) => outcome);
}
