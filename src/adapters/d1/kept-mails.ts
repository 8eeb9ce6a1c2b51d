import { desc, notInArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Email, Mailer } from "../../app/email.ts";
import { keptMails } from "./identity-schema.ts";

const MOST_KEPT = 50;

export interface KeptMail extends Email {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

export interface KeptMailer extends Mailer {
  /** The newest first. */
  list(): Promise<readonly KeptMail[]>;
}

export interface KeptMailDeps {
  readonly now: () => number;
  readonly newId: () => string;
  /** Called for each message, which has links in it that are secrets. */
  readonly onKept: (id: string) => void;
}

/** Keeps the newest messages for a page of a development installation, and sends none. */
export function createKeptMailer(d1: D1Database, deps: KeptMailDeps): KeptMailer {
  const db = drizzle(d1);
  const newest = db
    .select({ id: keptMails.id })
    .from(keptMails)
    .orderBy(desc(keptMails.atMs), desc(keptMails.id))
    .limit(MOST_KEPT);

  return {
    delivery: "kept",

    async send({ to, subject, text }) {
      const id = deps.newId();
      const row = { id, recipient: to, subject, body: text, atMs: deps.now() };
      await db.batch([
        db.insert(keptMails).values(row),
        db.delete(keptMails).where(notInArray(keptMails.id, newest)),
      ]);
      deps.onKept(id);
    },

    async list() {
      const rows = await db
        .select()
        .from(keptMails)
        .orderBy(desc(keptMails.atMs), desc(keptMails.id));
      return rows.map(({ id, recipient, subject, body, atMs }) => ({
        id,
        to: recipient,
        subject,
        text: body,
        atMs,
      }));
    },
  };
}
