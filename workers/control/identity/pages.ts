import type { Hono } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import { smallPage } from "../docs/docs.ts";
import { ProblemError } from "../http/problem.ts";
import { keptMailer } from "./identity-services.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import mailPage from "./mail.html";
import welcomePage from "./welcome.html";

/** The page that links lead to, and the one that shows the messages of a development machine. */
export function registerPages(app: Hono<AppEnv>, { services }: IdentityDeps): void {
  app.get("/welcome", () => smallPage(welcomePage));
  app.get("/dev/mail", async (c) => {
    const { hostname } = new URL(c.req.url);
    // A page of another site can have its own name lead to this machine, but not change ours.
    if (c.env.DEV_MAIL !== "keep" || !LOOPBACK.includes(hostname)) throw notHere();
    const mails = await keptMailer(c.env, services(c.env)).list();
    const list = mails.map(shown).join("\n") || NONE;
    // By a function, because a message may hold what stands for something in a replacement.
    return smallPage(mailPage.replace("__MAILS__", () => list));
  });
}

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
const NONE = "<p>No message was kept yet.</p>";

const notHere = () =>
  new ProblemError("route.not-found", {
    detail: "Messages are kept only by a development machine, and shown only there.",
  });

interface Shown {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly atMs: number;
}

function shown({ to, subject, text, atMs }: Shown): string {
  const body = escaped(text).replaceAll(/https?:\/\/[^\s<]+/g, '<a href="$&">$&</a>');
  const at = new Date(atMs).toISOString();
  return `<article><h2>${escaped(subject)}</h2><p>To ${escaped(to)}, ${at}</p><pre>${body}</pre></article>`;
}

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
