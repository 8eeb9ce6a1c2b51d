import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createD1MemberStore } from "../../../src/adapters/d1/member-store.ts";

it("names the organisation first that the person joined first", async () => {
  const person = crypto.randomUUID();
  const [early, late] = [`z-${person}`, `a-${person}`];
  const organisation = env.DB.prepare(
    "INSERT INTO organisations (id, name, edition, version, created_at_ms, updated_at_ms) VALUES (?, 'O', 'enterprise', 1, 0, 0)",
  );
  const membership = env.DB.prepare(
    "INSERT INTO members (id, organisation_id, person_id, role, created_at_ms) VALUES (?, ?, ?, 'viewer', ?)",
  );
  await env.DB.batch([
    organisation.bind(early),
    organisation.bind(late),
    env.DB.prepare(
      "INSERT INTO people (id, name, email, email_verified, created_at_ms, updated_at_ms) VALUES (?, 'P', ?, 1, 0, 0)",
    ).bind(person, `${person}@example.com`),
    membership.bind(`m1-${person}`, late, person, 2),
    membership.bind(`m2-${person}`, early, person, 1),
  ]);
  expect(await createD1MemberStore(env.DB).organisationsOf(person)).toEqual([early, late]);
});
