import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { EnvironmentStore } from "../../../../durable-objects/environment-store.ts";
import { Authority } from "../../../../src/core/authority/authority.ts";
import type { Command } from "../../../../src/core/authority/command.ts";
import { NOON, nodeSql } from "./an-authority.ts";
import { envelopeOf, flag, initialize, valueOf } from "./builders.ts";

/** An authority whose patterns compile, and fail once the flag is asked for. */
function anAuthorityThatFails() {
  let isFailing = false;
  const authority = new Authority({
    store: new EnvironmentStore(nodeSql(new DatabaseSync(":memory:"))),
    compilePattern: () => ({
      ok: true,
      value: {
        longestText: 1_000_000,
        finds: () => {
          if (isFailing) throw new Error("no more");
          return true;
        },
      },
    }),
  });
  const apply = (command: Command) => authority.apply(envelopeOf(command, { reason: "why" }), NOON);
  valueOf(apply(initialize()));
  const fail = (): void => {
    isFailing = true;
  };
  return { apply, fail, authority };
}

const matching = flag("checkout", {
  rules: [
    {
      id: "r1",
      if: { attribute: "email", operator: "matches", value: "^a" },
      then: { variation: "on" },
    },
  ],
});

const change = (key: string): Command => ({
  kind: "flag.patch",
  key,
  expectedVersion: "any",
  patch: { description: "changed" },
});

it("a change that cannot be evaluated is refused with the place and the user, and makes nothing", () => {
  const { apply, authority, fail } = anAuthorityThatFails();
  fail();
  const refused = apply({ kind: "flag.create", document: matching });
  expect(refused).toEqual({
    ok: false,
    error: {
      kind: "invalid-document",
      issues: [
        {
          path: "",
          code: "evaluation.failed",
          message:
            "a user with no targeting key could not be answered: evaluating it failed: " +
            "Error: no more",
        },
      ],
    },
  });
  expect(authority.head()?.revision).toBe(1);
});

it("a change of a flag is refused for what depends on it, and a kill of it is not", () => {
  const { apply, authority, fail } = anAuthorityThatFails();
  valueOf(apply({ kind: "flag.create", document: flag("base") }));
  const prerequisites = [{ flag: "base", variations: ["on"] }];
  valueOf(apply({ kind: "flag.create", document: { ...matching, prerequisites } }));
  valueOf(apply({ kind: "flag.create", document: flag("other") }));
  fail();
  expect(apply(change("base"))).toMatchObject({
    ok: false,
    error: { issues: [{ path: "/flags/checkout", code: "evaluation.failed" }] },
  });
  valueOf(apply(change("other")));
  valueOf(apply({ kind: "flag.kill", key: "base", variation: "off" }));
  expect(authority.head()?.revision).toBe(6);
});
