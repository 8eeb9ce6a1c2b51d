import { env } from "cloudflare:workers";
import { invitationTokenHash } from "../../../src/app/identity/invite.ts";
import { createServices } from "../../../workers/control/services.ts";
import { appWith, sources } from "../control/an-app.ts";
import type { RowAnswer, WireRequest } from "./ask.ts";
import { aDeadLetter } from "./dead-letter.ts";
import { acceptedInvitation } from "./people.ts";
import type { Installation } from "./begun-world.ts";
import { World } from "./world.ts";

const ORIGIN = "https://flags.example";

// Its own log lines would take longer than its answers.
const { fetch } = appWith({ log: () => {} });

/** The control Worker, in this process, with all of an answer that a client can see. */
async function anyone({ method, path, headers, body }: WireRequest): Promise<RowAnswer> {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  return answerOf(await fetch(new Request(`${ORIGIN}${path}`, init)));
}

/** All of an answer that a client can see; of a stream, its beginning. */
export async function answerOf(answer: Response): Promise<RowAnswer> {
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]!);
  const head = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
  const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const isJson = /^application\/(problem\+)?json/.test(answer.headers.get("content-type") ?? "");
  const text = isStream ? await beginningOf(answer) : await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    requestId: answer.headers.get("x-request-id") ?? "",
    cookies,
    text: `${answer.status} ${answer.statusText}\n${head}\n\n${text}`,
    body: isJson ? JSON.parse(text) : text,
  };
}

/** A stream goes on for minutes. */
async function beginningOf(answer: Response): Promise<string> {
  const reader = answer.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

let archived = 0;

export const installation: Installation = {
  anyone,
  origin: ORIGIN,
  deadLetter: (environmentId, reason) => aDeadLetter(env, environmentId, reason),
  archive: (organisationId, text) => {
    archived += 1;
    const range = { first: archived, last: archived };
    return createServices(env, sources).archives.keep(organisationId, range, text);
  },
};

/** An organisation of its own, with an owner who has a session, and a world that they made. */
export async function anOrganisation(id: string, text?: (place: string) => string): Promise<World> {
  const now = Date.now();
  const name = text?.("an organisation's name") ?? id;
  const token = "0".repeat(32) + id.padEnd(32, "0").replaceAll(/[^0-9a-f]/g, "0");
  const hash = invitationTokenHash(token);
  const email = `owner@${id}.example`;
  await env.DB.batch([
    env.DB.prepare("INSERT INTO organisations (id, name, created_at_ms) VALUES (?, ?, 0)").bind(
      id,
      name,
    ),
    env.DB.prepare(
      "INSERT INTO invitations VALUES (?, ?, ?, 'owner', ?, 'system', 'test', 'test', ?, ?)",
    ).bind(`invitation${id}`, id, email, hash, now, now + 3_600_000),
  ]);
  const owner = await acceptedInvitation(token, { email, name: `owner of ${id}` }, installation);
  return new World(installation, id, owner.send, text).begin();
}
