import { describe, expect, it } from "vitest";
import type { Access } from "../../../../src/core/access/grant.ts";
import { permitsEverywhere, permitsOn } from "../../../../src/core/access/permits.ts";
import { ALL_SCOPES, type Scope } from "../../../../src/core/access/scopes.ts";
import type { Command } from "../../../../src/core/authority/command.ts";
import { TestAuthority } from "./an-authority.ts";
import { flag, initialize } from "./builders.ts";

const HERE = "envtest00001";

const here = (environmentId: string = HERE) => ({
  organisationId: "acme",
  unitId: "u1",
  projectId: "p1",
  environmentId,
  tags: [],
});

const holding = (scopes: readonly Scope[]): Access => ({
  grants: [
    {
      effect: "allow",
      scopes,
      on: { organisationId: "acme", unitId: "u1", projectId: null, environmentId: null, tag: null },
    },
  ],
  ceiling: null,
});

const without = (scope: Scope) => ALL_SCOPES.filter((one) => one !== scope);

function anEnvironment(): TestAuthority {
  const authority = new TestAuthority();
  authority.do(initialize(HERE));
  authority.do({ kind: "flag.create", document: flag("a") });
  return authority;
}

const COMMANDS: readonly { readonly command: Command; readonly scope: Scope }[] = [
  { command: { kind: "flag.create", document: flag("b") }, scope: "flags:write" },
  { command: { kind: "flag.kill", key: "a", variation: null }, scope: "flags:kill" },
  {
    command: { kind: "environment.kill", flags: ["a"], tag: null, tagged: [] },
    scope: "flags:kill",
  },
  { command: { kind: "environment.rollback", toRevision: 1 }, scope: "environments:write" },
  { command: { kind: "signing-key.rotate" }, scope: "signing-keys:write" },
  { command: { kind: "key.revoke", id: "k" }, scope: "keys:write" },
];

describe("an environment's authority", () => {
  it.each(COMMANDS)("refuses $command.kind without $scope, whoever asks", ({ command, scope }) => {
    const authority = anEnvironment();
    const permits = permitsOn(holding(without(scope)), here());
    expect(authority.refusal(command, { permits, reason: "because" })).toEqual({
      kind: "not-permitted",
      scope,
      because: "not-granted",
    });
    expect(authority.revision).toBe(2);
  });

  it("does what is permitted here, and refuses permits for another environment", () => {
    const authority = anEnvironment();
    const access = holding(["flags:write"]);
    const elsewhere = permitsOn(access, here("envother0002"));
    const command = { kind: "flag.create", document: flag("b") } as const;
    expect(authority.refusal(command, { permits: elsewhere }).kind).toBe("not-permitted");
    expect(authority.do(command, { permits: permitsOn(access, here()) }).revision).toBe(3);
  });

  it("gives the answer of a command's first run only to those who may give the command", () => {
    const authority = anEnvironment();
    const command = { kind: "flag.create", document: flag("b") } as const;
    authority.do(command, { commandId: "c1" });
    const permits = permitsOn(holding([]), here());
    expect(authority.refusal(command, { commandId: "c1", permits }).kind).toBe("not-permitted");
  });

  it("is told what holds everywhere without what is denied anywhere", () => {
    const [all] = holding(ALL_SCOPES).grants;
    const grants = [
      { ...all, on: { ...all?.on, unitId: null } },
      { effect: "deny", scopes: ["flags:kill"], on: { ...all?.on, projectId: "p2" } },
    ] as Access["grants"];
    const permits = permitsEverywhere({ grants, ceiling: null }, "acme");
    const authority = anEnvironment();
    const kill = { kind: "flag.kill", key: "a", variation: null } as const;
    expect(authority.refusal(kill, { permits, reason: "x" }).kind).toBe("not-permitted");
    expect(authority.do({ kind: "flag.create", document: flag("b") }, { permits }).revision).toBe(
      3,
    );
  });
});
